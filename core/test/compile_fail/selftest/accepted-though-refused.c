/* SPDX-License-Identifier: MIT */
/* COMPLAINT: compiles, but should be refused with 'iopath: this backend cannot copy' */
#include <iopath/iopath.h>

typedef IOP_MMIO(uint32_t) view;

/* REFUSED: iopath: this backend cannot copy */
uint32_t accepted(view v)
{
	return iop_copy_read(v);
}
