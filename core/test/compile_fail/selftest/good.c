/* SPDX-License-Identifier: MIT */
/* Nothing to complain about. */
#include <iopath/iopath.h>

typedef IOP_RELAXED(uint32_t) view;

uint32_t accepted(view v)
{
	return iop_read(v);
}

/* REFUSED: iopath: this backend cannot copy */
uint32_t refused(view v)
{
	return iop_copy_read(v);
}
