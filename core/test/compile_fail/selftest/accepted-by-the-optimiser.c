/* SPDX-License-Identifier: MIT */
/* COMPLAINT: compiles, but should be refused with 'iopath: index not provably inside' */
#include <iopath/iopath.h>

typedef IOP_MMIO(uint32_t[8]) view;

/* REFUSED WHEN BUILT: iopath: index not provably inside */
uint32_t accepted(view v)
{
	return iop_read(iop_project(v, iop_build(7)));
}
