/* SPDX-License-Identifier: MIT */
/**
 * copy_wide.h - the body of a WIDE routine, included once by the file of each vector width
 *
 * The file defines WIDE_BYTES, WIDE_TARGET (function attributes) and the mnemonics WIDE_ALIGNED and WIDE_UNALIGNED. The I/O side is
 * only ever accessed by the aligned form, which traps where the rules would be broken. Up to 64 bytes, and before the first and
 * after the last whole vector, a WIDE copy is a STRICT one; beyond the caches it is a STRICT-S one, whose lines are not read to be
 * overwritten.
 *
 * With WIDE_STREAM, the mnemonic of a streaming store, the file has copies to the I/O side and fills by it instead: from the first
 * whole vector to the last one, whatever the size.
 */
#include "copy_x86.h"

#define WIDE_STRINGS ((size_t)1 << 18) /* bytes; measured on Golden Cove */
#define WIDE	     __attribute__((target(WIDE_TARGET), noinline, aligned(64))) static

typedef long long __attribute__((vector_size(WIDE_BYTES), may_alias)) wide;
typedef long long __attribute__((vector_size(WIDE_BYTES), may_alias, aligned(1))) wide_anywhere;

#define WIDE_FOUR(load, store)                                                                                                    \
	do {                                                                                                                      \
		wide a_, b_, c_, d_;                                                                                              \
		wide_anywhere *t_ = (wide_anywhere *)dst;                                                                         \
		const wide_anywhere *f_ = (const wide_anywhere *)src;                                                             \
		__asm__ volatile(load " %8, %0\n\t" load " %9, %1\n\t" load " %10, %2\n\t" load " %11, %3\n\t" store              \
				      " %0, %4\n\t" store " %1, %5\n\t" store " %2, %6\n\t" store " %3, %7"                       \
				 : "=&x"(a_), "=&x"(b_), "=&x"(c_), "=&x"(d_), "=m"(t_[0]), "=m"(t_[1]), "=m"(t_[2]), "=m"(t_[3]) \
				 : "m"(f_[0]), "m"(f_[1]), "m"(f_[2]), "m"(f_[3]));                                               \
		dst += 4 * WIDE_BYTES;                                                                                            \
		src += 4 * WIDE_BYTES;                                                                                            \
		n -= 4 * WIDE_BYTES;                                                                                              \
	} while (0)
#define WIDE_ONE(load, store)                                             \
	do {                                                              \
		wide a_;                                                  \
		__asm__ volatile(load " %2, %0\n\t" store " %0, %1"       \
				 : "=&x"(a_), "=m"(*(wide_anywhere *)dst) \
				 : "m"(*(const wide_anywhere *)src));     \
		dst += WIDE_BYTES;                                        \
		src += WIDE_BYTES;                                        \
		n -= WIDE_BYTES;                                          \
	} while (0)

/*
 * More than 64 bytes; @io is the side whose place counts, and on a vector's boundary in the first one. The head is in a function of its own,
 * because what calls in its middle saves registers and aligns its stack.
 */
#define WIDE_COPY(name, load, store)                                                  \
	WIDE void name##_aligned(char *dst, const char *src, size_t n)                \
	{                                                                             \
		while (n >= 4 * WIDE_BYTES)                                           \
			WIDE_FOUR(load, store);                                       \
		while (n >= WIDE_BYTES)                                               \
			WIDE_ONE(load, store);                                        \
		if (n)                                                                \
			iop_x86_copy_table[IOP_X86_KEY(n, 0)](dst, src, n);           \
	}                                                                             \
	WIDE void name##_anywhere(char *dst, const char *src, size_t n, uintptr_t io) \
	{                                                                             \
		size_t head = -io & (WIDE_BYTES - 1);                                 \
                                                                                      \
		iop_x86_copy_table[IOP_X86_KEY(head, io & 7)](dst, src, head);        \
		name##_aligned(dst + head, src + head, n - head);                     \
	}                                                                             \
	IOP_INLINE void name(char *dst, const char *src, size_t n, uintptr_t io)      \
	{                                                                             \
		if (io & (WIDE_BYTES - 1))                                            \
			name##_anywhere(dst, src, n, io);                             \
		else                                                                  \
			name##_aligned(dst, src, n);                                  \
	}
#ifdef WIDE_STREAM
#define WIDE_STORE WIDE_STREAM
#define WIDE_LEAST (WIDE_BYTES - 1) /* bytes: up to so many a STRICT routine does it all */
#define WIDE_MOST  SIZE_MAX	    /* from here on, one of string instructions does */
#else
#define WIDE_STORE WIDE_ALIGNED
#define WIDE_LEAST IOP_X86_SMALL
#define WIDE_MOST  WIDE_STRINGS
WIDE_COPY(copy_from, WIDE_ALIGNED, WIDE_UNALIGNED)
#endif
WIDE_COPY(copy_to, WIDE_UNALIGNED, WIDE_STORE)

/* The whole vectors of n bytes from an aligned place on. */
#define WIDE_SET(io, pattern, n)                                                                                               \
	do {                                                                                                                   \
		for (; n >= 4 * WIDE_BYTES; n -= 4 * WIDE_BYTES, io += 4 * WIDE_BYTES) {                                       \
			wide *t_ = (wide *)io;                                                                                 \
			__asm__ volatile(WIDE_STORE " %4, %0\n\t" WIDE_STORE " %4, %1\n\t" WIDE_STORE " %4, %2\n\t" WIDE_STORE \
						    " %4, %3"                                                                  \
					 : "=m"(t_[0]), "=m"(t_[1]), "=m"(t_[2]), "=m"(t_[3])                                  \
					 : "x"(pattern));                                                                      \
		}                                                                                                              \
		for (; n >= WIDE_BYTES; n -= WIDE_BYTES, io += WIDE_BYTES)                                                     \
			__asm__ volatile(WIDE_STORE " %1, %0" : "=m"(*(wide *)io) : "x"(pattern));                             \
	} while (0)

WIDE void set_aligned(char *io, uint64_t v, size_t n)
{
	wide pattern = (wide){0} + (long long)v;

	WIDE_SET(io, pattern, n);
	if (n)
		iop_x86_set_table[IOP_X86_KEY(n, 0)](io, v, n);
}

WIDE void set_anywhere(char *io, uint64_t v, size_t n)
{
	size_t head = -(uintptr_t)io & (WIDE_BYTES - 1);

	iop_x86_set_table[IOP_X86_KEY(head, (uintptr_t)io & 7)](io, v, head);
	set_aligned(io + head, v, n - head);
}

/*
 * A line at once: what descriptors are. With 16-byte vectors it gains less than other sizes lose; with 64-byte ones it was measured on
 * no CPU. Source: docs/copies.md, 7.7.
 */
#if WIDE_BYTES == 32
#define BELOW_LINE     WIDE_LEAST
#define IS_LINE(io, n) ((n) == IOP_X86_SMALL && ((uintptr_t)(io) & (WIDE_BYTES - 1)) == 0)
#define COPY_LINE(load, store, dst, src)                                                                   \
	do {                                                                                               \
		wide a_, b_;                                                                               \
		wide_anywhere *t_ = (wide_anywhere *)(uintptr_t)(dst);                                     \
		const wide_anywhere *f_ = (const wide_anywhere *)(uintptr_t)(src);                         \
		__asm__ volatile(load " %4, %0\n\t" load " %5, %1\n\t" store " %0, %2\n\t" store " %1, %3" \
				 : "=&x"(a_), "=&x"(b_), "=m"(t_[0]), "=m"(t_[1])                          \
				 : "m"(f_[0]), "m"(f_[1]));                                                \
	} while (0)
#define SET_LINE(io, v)                                                                                               \
	do {                                                                                                          \
		wide p_ = (wide){0} + (long long)(v);                                                                 \
		wide *t_ = (wide *)(uintptr_t)(io);                                                                   \
		__asm__ volatile(WIDE_STORE " %2, %0\n\t" WIDE_STORE " %2, %1" : "=m"(t_[0]), "=m"(t_[1]) : "x"(p_)); \
	} while (0)
#else
#define BELOW_LINE			 (WIDE_LEAST + 1)
#define IS_LINE(io, n)			 0
#define COPY_LINE(load, store, dst, src) ((void)0)
#define SET_LINE(io, v)			 ((void)0)
#endif
#define ENTRY __attribute__((target(WIDE_TARGET), aligned(64))) static

/* The sizes below a line first: one comparison serves both branches. */
ENTRY void wide_toio(volatile void *io, const void *src, size_t n)
{
	if (n < BELOW_LINE)
		iop_memcpy_toio(io, src, n);
	else if (IS_LINE(io, n))
		COPY_LINE(WIDE_UNALIGNED, WIDE_STORE, io, src);
	else if (n <= WIDE_LEAST)
		iop_memcpy_toio(io, src, n);
	else if (n >= WIDE_MOST)
		iop_x86_string_toio(io, src, n);
	else
		copy_to((char *)(uintptr_t)io, src, n, (uintptr_t)io);
}

#ifndef WIDE_STREAM
ENTRY void wide_fromio(void *dst, const volatile void *io, size_t n)
{
	if (n < BELOW_LINE)
		iop_memcpy_fromio(dst, io, n);
	else if (IS_LINE(io, n))
		COPY_LINE(WIDE_ALIGNED, WIDE_UNALIGNED, dst, io);
	else if (n <= WIDE_LEAST)
		iop_memcpy_fromio(dst, io, n);
	else if (n >= WIDE_MOST)
		iop_x86_string_fromio(dst, io, n);
	else
		copy_from(dst, (const char *)(uintptr_t)io, n, (uintptr_t)io);
}
#endif

ENTRY void wide_set(volatile void *io, int value, size_t n)
{
	if (n < BELOW_LINE)
		iop_memset_io(io, value, n);
	else if (IS_LINE(io, n))
		SET_LINE(io, IOP_X86_PATTERN(value));
	else if (n <= WIDE_LEAST)
		iop_memset_io(io, value, n);
	else if (n >= WIDE_MOST)
		iop_x86_string_set(io, value, n);
	else if ((uintptr_t)io & (WIDE_BYTES - 1))
		set_anywhere((char *)(uintptr_t)io, IOP_X86_PATTERN(value), n);
	else
		set_aligned((char *)(uintptr_t)io, IOP_X86_PATTERN(value), n);
}
