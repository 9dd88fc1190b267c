/* SPDX-License-Identifier: MIT */
/**
 * x86-64 blocks of inline copies (copy_inline.h). Blocks of 16 and 32 bytes are one asm statement each, all loads and then all
 * stores, because compilers interleave separate ones and save registers for it.
 * Source: docs/copies.md, 6.1.
 */
#ifndef IOPATH_ARCH_X86_COPY_BLOCKS_H
#define IOPATH_ARCH_X86_COPY_BLOCKS_H

#include <iopath/lang.h>

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

#endif
