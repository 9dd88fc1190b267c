/* SPDX-License-Identifier: MIT */
/* COMPLAINT: refused, but not with 'iopath: range not provably inside' */
#include <iopath/iopath.h>

typedef IOP_MMIO(uint32_t[8]) view;

/* REFUSED WHEN BUILT: iopath: range not provably inside */
uint32_t refused(view v)
{
	return iop_read(iop_project(v, iop_build(8)));
}
