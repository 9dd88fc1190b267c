/* SPDX-License-Identifier: MIT */
/* A write-combining mapping merges what it is given: its tier has the widest accesses that stay legal where it is uncached after all. */
#include <iopath/tier.h>
#include <iopath/wc.h>

void iop_wc_toio(volatile void *io, const void *src, size_t n)
{
	iop_routine_for(IOP_WIDE)->toio(io, src, n);
}

void iop_wc_fromio(void *dst, const volatile void *io, size_t n)
{
	iop_routine_for(IOP_WIDE)->fromio(dst, io, n);
}
