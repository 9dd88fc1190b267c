/* SPDX-License-Identifier: MIT */
#include <iopath/panic.h>
#include <iopath/sysmem.h>

#include <string.h>

void iop_sysmem_copy(void *dst, const void *src, size_t n)
{
	if (IOP_DEBUG_VIEWS && (uintptr_t)dst < (uintptr_t)src + n && (uintptr_t)src < (uintptr_t)dst + n)
		iop_panic_numbers("overlap", "destination", (uintptr_t)dst, "source", (uintptr_t)src, "bytes", n);
	/* An empty slice may have no address, which memcpy does not allow even for nothing. */
	if (n)
		memcpy(dst, src, n);
}
