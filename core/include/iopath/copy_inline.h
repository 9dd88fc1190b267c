/* SPDX-License-Identifier: MIT */
/**
 * copy_inline.h - copies of constant size, without a call
 *
 * A driver copies a descriptor of 16 or 32 bytes more often than anything else. With a constant size up to 64 bytes, and the I/O
 * side aligned to the widest access that the size has room for, the four rules of iomem_copy.h allow one sequence of accesses,
 * which is inlined after a test of the address. All other copies are calls.
 *
 * Only on architectures whose accessors.h names a file of such blocks, and not where sanitizers or event recording must see each
 * access. The blocks are iop_block_move1, 2, 4, 8, 16 and 32 (dst, src), where either side may be the device's, which is then
 * aligned to the width, 8 at most; and iop_block_put(io, width, v), one store.
 * Source: docs/copies.md, 6.1.
 */
#ifndef IOPATH_COPY_INLINE_H
#define IOPATH_COPY_INLINE_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/arch.h>
#include <iopath/build_config.h>

#if defined(IOP_ARCH_COPY_BLOCKS) && !IOP_EVENTS && IOP_64BIT && !IOP_FREESTANDING
#define IOP_COPY_BLOCKS 1
#else
#define IOP_COPY_BLOCKS 0
#endif

#if IOP_COPY_BLOCKS

#include IOP_ARCH_COPY_BLOCKS

/* The alignment less 1 that the I/O side of @n bytes must have: of the widest access that fits. */
IOP_INLINE uintptr_t iop_inline_mask(size_t n)
{
	return n >= 8 ? 7 : n >= 4 ? 3 : n >= 2 ? 1 : 0;
}

IOP_INLINE int iop_inline_fits(const volatile void *io, size_t n)
{
	return n <= 64 && ((uintptr_t)io & iop_inline_mask(n)) == 0;
}

/* @n is a constant, up to 64: whole words, then descending powers of two. */
IOP_INLINE void iop_inline_copy(char *dst, const char *src, size_t n)
{
	size_t at = 0;

	if (n - at >= 32)
		iop_block_move32(dst, src), at += 32;
	if (n - at >= 32)
		iop_block_move32(dst + at, src + at), at += 32;
	if (n - at >= 16)
		iop_block_move16(dst + at, src + at), at += 16;
	if (n - at >= 8)
		iop_block_move8(dst + at, src + at), at += 8;
	if (n - at >= 4)
		iop_block_move4(dst + at, src + at), at += 4;
	if (n - at >= 2)
		iop_block_move2(dst + at, src + at), at += 2;
	if (n - at >= 1)
		iop_block_move1(dst + at, src + at);
}

IOP_INLINE void iop_inline_set(char *io, uint64_t pattern, size_t n)
{
	size_t at = 0;

#define IOP_INLINE_WORD_ \
	if (n - at >= 8) \
		iop_block_put(io + at, 8, pattern), at += 8;
	IOP_INLINE_WORD_ IOP_INLINE_WORD_ IOP_INLINE_WORD_ IOP_INLINE_WORD_ IOP_INLINE_WORD_ IOP_INLINE_WORD_ IOP_INLINE_WORD_
		IOP_INLINE_WORD_
#undef IOP_INLINE_WORD_
		if (n - at >= 4) iop_block_put(io + at, 4, pattern),
		at += 4;
	if (n - at >= 2)
		iop_block_put(io + at, 2, pattern), at += 2;
	if (n - at >= 1)
		iop_block_put(io + at, 1, pattern);
}

#endif
#endif
