/* SPDX-License-Identifier: MIT */
#include <iopath/panic.h>
#include <iopath/sysmem.h>
#include <iopath/tier.h>

void iop_sysmem_copy(void *dst, const void *src, size_t n)
{
	if (IOP_DEBUG_VIEWS && (uintptr_t)dst < (uintptr_t)src + n && (uintptr_t)src < (uintptr_t)dst + n)
		iop_panic_numbers("overlap", "destination", (uintptr_t)dst, "source", (uintptr_t)src, "bytes", n);
	iop_routine_for(IOP_MEM)->toio(dst, src, n);
}
