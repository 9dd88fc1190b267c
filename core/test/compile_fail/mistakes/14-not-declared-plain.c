/* SPDX-License-Identifier: MIT */
/* A cast to a structure that nobody declared plain. */
#include "common.h"

int f(bar_mmio bar, desc_mmio *out)
{
	return iop_try_cast(bar, struct desc, out); /* WRONG (c): 'desc_needs_IOP_PLAIN' */
}
