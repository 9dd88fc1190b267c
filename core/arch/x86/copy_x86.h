/* SPDX-License-Identifier: MIT */
/**
 * copy_x86.h - the pieces that x86-64 copy routines are made of
 *
 * A copy to a device and one from it differ in nothing but the side whose alignment counts, because both sides are accessed by
 * the same instructions: every routine here copies from src to dst and is told @lane, the address of the I/O side modulo 8. An
 * access to the I/O side is always one mov of assembler, so no compiler can widen, split, repeat or reorder it.
 */
#ifndef IOPATH_ARCH_X86_COPY_X86_H
#define IOPATH_ARCH_X86_COPY_X86_H

#include "../../copy/copy_internal.h"

#if IOP_COPY_X86

#include <iopath/copy_inline.h>

/* Keys of the tables: everything that the accesses of a copy of up to 64 bytes depend on. */
#define IOP_X86_SMALL	     64
#define IOP_X86_KEYS	     ((IOP_X86_SMALL + 1) * 8)
#define IOP_X86_KEY(n, lane) ((n) << 3 | (lane))

typedef void iop_x86_copier(char *dst, const char *src, size_t n);
typedef void iop_x86_setter(char *io, uint64_t pattern, size_t n);

/** Straight-line copies and sets of n bytes by IOP_X86_KEY, n <= IOP_X86_SMALL. */
extern iop_x86_copier *const iop_x86_copy_table[IOP_X86_KEYS];
extern iop_x86_setter *const iop_x86_set_table[IOP_X86_KEYS];

/** An ascending copy between devices that lie alike within a word, STRICT on both; @lane is their address modulo 8. */
void iop_x86_move_strict(char *dst, const char *src, size_t n, size_t lane);

/** STRICT-S at any size. */
void iop_x86_string_toio(volatile void *io, const void *src, size_t n);
void iop_x86_string_fromio(void *dst, const volatile void *io, size_t n);
void iop_x86_string_set(volatile void *io, int value, size_t n);

#define IOP_X86_PATTERN(value) ((uint8_t)(value)*UINT64_C(0x0101010101010101))

/* The ascending powers of two in @head bytes, up to the first word boundary. */
IOP_INLINE void iop_x86_copy_head(char *dst, const char *src, unsigned head)
{
	if (head & 1)
		iop_block_move1(dst, src);
	if (head & 2)
		iop_block_move2(dst + (head & 1), src + (head & 1));
	if (head & 4)
		iop_block_move4(dst + (head & 3), src + (head & 3));
}

/* The descending powers of two in @tail bytes, after the last word. */
IOP_INLINE void iop_x86_copy_tail(char *dst, const char *src, unsigned tail)
{
	if (tail & 4)
		iop_block_move4(dst, src);
	if (tail & 2)
		iop_block_move2(dst + (tail & 4), src + (tail & 4));
	if (tail & 1)
		iop_block_move1(dst + (tail & 6), src + (tail & 6));
}

IOP_INLINE void iop_x86_set_head(char *io, uint64_t v, unsigned head)
{
	if (head & 1)
		iop_block_put(io, 1, v);
	if (head & 2)
		iop_block_put(io + (head & 1), 2, v);
	if (head & 4)
		iop_block_put(io + (head & 3), 4, v);
}

IOP_INLINE void iop_x86_set_tail(char *io, uint64_t v, unsigned tail)
{
	if (tail & 4)
		iop_block_put(io, 4, v);
	if (tail & 2)
		iop_block_put(io + (tail & 4), 2, v);
	if (tail & 1)
		iop_block_put(io + (tail & 6), 1, v);
}

/*
 * Bytes before the first boundary of the widest access that n bytes at lane allow. Constant arguments give a constant.
 * Source: docs/copies.md, 1.1.
 */
#define IOP_X86_HEAD(n, lane) \
	((0u - (lane)) &      \
	 (((0xffffffffu >> __builtin_clz((((unsigned)(lane)) ^ ((unsigned)(lane) + (unsigned)(n))) | 1u)) >> 1) & 7u))

#endif
#endif
