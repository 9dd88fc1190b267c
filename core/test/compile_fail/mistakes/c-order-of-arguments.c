/* SPDX-License-Identifier: MIT */
/* A value where its address is wanted: one of two orders of arguments must not build. */
#include "common.h"

int f(bar_mmio bar)
{
	return iop_try_write32(bar, 4u, 0x10u) ? -EIO : iop_try_write(bar, 4u, 0x10u); /* WRONG: iop_try_write takes */
}
