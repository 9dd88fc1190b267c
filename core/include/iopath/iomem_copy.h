/* SPDX-License-Identifier: MIT */
/**
 * iomem_copy.h - memcpy_toio, memcpy_fromio, memset_io
 *
 * Plain memcpy must not access device memory: it stores bytes twice, in any order and unaligned, and a device sees each of these
 * accesses. These routines keep four rules for the I/O side, whatever the compiler and the size: every byte of [io, io + n) is
 * accessed exactly once; in ascending order; by accesses that are naturally aligned, at most 8 bytes wide (4 in the 32-bit profile)
 * and trap-decodable; and nothing outside is. The number of accesses is the smallest that these rules allow. The memory side may
 * have any alignment, and nothing outside it is accessed. No bytes are swapped, and no barrier is implied: a write-combining
 * mapping needs its own.
 *
 * Calls with a constant size up to 64 bytes become the accesses themselves where the I/O side is aligned (copy_inline.h); (iop_memcpy_toio)(io, src, n)
 * and a pointer to iop_memcpy_toio always are the function.
 * Source: docs/semantics.md, row 30; docs/copies.md, 1.
 */
#ifndef IOPATH_IOMEM_COPY_H
#define IOPATH_IOMEM_COPY_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/copy_inline.h>
#include <iopath/lang.h>

IOP_BEGIN_DECLS

/** Copies @n bytes from memory to I/O memory. @n may be 0: no access. The ranges must not overlap. */
void iop_memcpy_toio(volatile void *io, const void *src, size_t n);

/** Copies @n bytes from I/O memory to memory. @n may be 0: no access. The ranges must not overlap. */
void iop_memcpy_fromio(void *dst, const volatile void *io, size_t n);

/** Sets @n bytes of I/O memory to the low byte of @value. @n may be 0: no access. */
void iop_memset_io(volatile void *io, int value, size_t n);

IOP_END_DECLS

#if IOP_COPY_BLOCKS
IOP_INLINE void iop_memcpy_toio_or_call(volatile void *io, const void *src, size_t n)
{
	if (__builtin_constant_p(n) && iop_inline_fits(io, n))
		iop_inline_copy((char *)(uintptr_t)io, (const char *)src, n);
	else
		iop_memcpy_toio(io, src, n);
}

IOP_INLINE void iop_memcpy_fromio_or_call(void *dst, const volatile void *io, size_t n)
{
	if (__builtin_constant_p(n) && iop_inline_fits(io, n))
		iop_inline_copy((char *)dst, (const char *)(uintptr_t)io, n);
	else
		iop_memcpy_fromio(dst, io, n);
}

IOP_INLINE void iop_memset_io_or_call(volatile void *io, int value, size_t n)
{
	if (__builtin_constant_p(n) && iop_inline_fits(io, n))
		iop_inline_set((char *)(uintptr_t)io, (uint8_t)value * UINT64_C(0x0101010101010101), n);
	else
		iop_memset_io(io, value, n);
}

#define iop_memcpy_toio(io, src, n)   iop_memcpy_toio_or_call(io, src, n)
#define iop_memcpy_fromio(dst, io, n) iop_memcpy_fromio_or_call(dst, io, n)
#define iop_memset_io(io, value, n)   iop_memset_io_or_call(io, value, n)
#endif

#endif
