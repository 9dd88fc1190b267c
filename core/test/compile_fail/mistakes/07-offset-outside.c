/* SPDX-License-Identifier: MIT */
/* An offset outside the Region. */
#include "common.h"

uint32_t f(bar_mmio bar)
{
	return iop_read32(bar, 0x100); /* WRONG: outside the minimum size | not provably inside */
}
