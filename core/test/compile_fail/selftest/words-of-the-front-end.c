/* SPDX-License-Identifier: MIT */
/* COMPLAINT: unexpected error: static */
#include <iopath/iopath.h>

typedef IOP_RELAXED(uint32_t) view;

/* REFUSED WHEN BUILT: iopath: this backend cannot copy */
uint32_t refused(view v)
{
	return iop_copy_read(v);
}
