/* SPDX-License-Identifier: MIT */
/* COMPLAINT: refused, but not with 'iopath: not a width of I/O access' */
#include <iopath/iopath.h>

typedef IOP_RELAXED(uint32_t) view;

/* REFUSED: iopath: not a width of I/O access */
uint32_t refused(view v)
{
	return iop_copy_read(v);
}
