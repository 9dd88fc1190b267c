/* SPDX-License-Identifier: MIT */
/* A run-time offset where only a constant is proved. */
#include "common.h"

uint32_t f(bar_mmio bar, size_t o)
{
	return iop_read32(bar, o); /* WRONG: use iop_try_read */
}
