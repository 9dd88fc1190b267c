/* SPDX-License-Identifier: MIT */
/**
 * copy_inline.h - copies of constant size, without a call
 *
 * A driver copies a descriptor of 16 or 32 bytes more often than anything else. With a constant size up to 64 bytes, and the I/O
 * side aligned to the widest access that the size has room for, the four rules of iomem_copy.h leave one sequence of accesses; it
 * is put in the caller's code, for no more than a test of the address. Everything else is the call it always was.
 *
 * Blocks of 16 and 32 bytes are one asm statement each, all loads and then all stores, because compilers interleave separate
 * ones and save registers for it. x86-64 only, and not where sanitizers or event recording must see each access.
 * Source: copy-limits 6c, 7.
 */
#ifndef IOPATH_COPY_INLINE_H
#define IOPATH_COPY_INLINE_H

#include <iopath/build_config.h>
#include <iopath/lang.h>

#if defined(__x86_64__) && defined(__LP64__) && !IOP_ASAN && !IOP_TSAN && !IOP_EVENTS && IOP_64BIT
#define IOP_COPY_BLOCKS 1
#else
#define IOP_COPY_BLOCKS 0
#endif

#if IOP_COPY_BLOCKS

/* Copies 1, 2, 4, 8, 16 or 32 bytes; either side may be the device's, which is then aligned to the width, 8 at most. */
IOP_INLINE void iop_block_move1(char *dst, const char *src)
{
	uint32_t v;

	__asm__ volatile("movzbl %2, %0\n\tmovb %b0, %1" : "=&q"(v), "=m"(*(iop_u8_alias *)dst) : "m"(*(const iop_u8_alias *)src));
}

IOP_INLINE void iop_block_move2(char *dst, const char *src)
{
	uint32_t v;

	__asm__ volatile("movzwl %2, %0\n\tmovw %w0, %1"
			 : "=&r"(v), "=m"(*(iop_u16_alias *)dst)
			 : "m"(*(const iop_u16_alias *)src));
}

IOP_INLINE void iop_block_move4(char *dst, const char *src)
{
	uint32_t v;

	__asm__ volatile("movl %2, %0\n\tmovl %0, %1" : "=&r"(v), "=m"(*(iop_u32_alias *)dst) : "m"(*(const iop_u32_alias *)src));
}

IOP_INLINE void iop_block_move8(char *dst, const char *src)
{
	uint64_t v;

	__asm__ volatile("movq %2, %0\n\tmovq %0, %1" : "=&r"(v), "=m"(*(iop_u64_alias *)dst) : "m"(*(const iop_u64_alias *)src));
}

IOP_INLINE void iop_block_move16(char *dst, const char *src)
{
	iop_u64_alias *to = (iop_u64_alias *)dst;
	const iop_u64_alias *from = (const iop_u64_alias *)src;
	uint64_t a, b;

	__asm__ volatile("movq %4, %0\n\tmovq %5, %1\n\tmovq %0, %2\n\tmovq %1, %3"
			 : "=&r"(a), "=&r"(b), "=m"(to[0]), "=m"(to[1])
			 : "m"(from[0]), "m"(from[1]));
}

IOP_INLINE void iop_block_move32(char *dst, const char *src)
{
	iop_u64_alias *to = (iop_u64_alias *)dst;
	const iop_u64_alias *from = (const iop_u64_alias *)src;
	uint64_t a, b, c, d;

	__asm__ volatile("movq %8, %0\n\tmovq %9, %1\n\tmovq %10, %2\n\tmovq %11, %3\n\t"
			 "movq %0, %4\n\tmovq %1, %5\n\tmovq %2, %6\n\tmovq %3, %7"
			 : "=&r"(a), "=&r"(b), "=&r"(c), "=&r"(d), "=m"(to[0]), "=m"(to[1]), "=m"(to[2]), "=m"(to[3])
			 : "m"(from[0]), "m"(from[1]), "m"(from[2]), "m"(from[3]));
}

IOP_INLINE void iop_block_put(char *io, unsigned width, uint64_t v)
{
	switch (width) {
	case 1: __asm__ volatile("movb %b1, %0" : "=m"(*(iop_u8_alias *)io) : "q"(v)); break;
	case 2: __asm__ volatile("movw %w1, %0" : "=m"(*(iop_u16_alias *)io) : "r"(v)); break;
	case 4: __asm__ volatile("movl %k1, %0" : "=m"(*(iop_u32_alias *)io) : "r"(v)); break;
	default: __asm__ volatile("movq %1, %0" : "=m"(*(iop_u64_alias *)io) : "r"(v)); break;
	}
}

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
