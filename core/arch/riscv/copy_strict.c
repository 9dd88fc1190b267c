/* SPDX-License-Identifier: MIT */
/*
 * STRICT for 64-bit RISC-V. Misaligned accesses may trap to the firmware, so both sides are accessed by aligned words only. Where
 * the memory side's place within a word differs from the device side's, bytes wait in a carry: a word of the device is then two
 * shifts, where compilers would gather it byte by byte. No byte outside the memory side is read, not even within its last word.
 * Source: docs/copies.md, 7.10.
 */
#include "../../copy/copy_internal.h"

#if IOP_COPY_RISCV

#include <iopath/arch.h>

#include <stdbool.h>
#include <string.h>

#define PATTERN(value) ((uint8_t)(value)*UINT64_C(0x0101010101010101))

/* Bytes up to the first boundary of the widest access that n bytes at @io allow; without Zbb there is no clz, so by comparison. */
IOP_INLINE size_t head_of(uintptr_t io, size_t n)
{
	size_t first = -io & 7;

	if (first <= n)
		return first;
	first &= 3;
	return first <= n ? first : n ? first & 1 : 0;
}

static inline uint64_t load_bytes(const char *src, unsigned n)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < n; i++)
		value |= (uint64_t)(uint8_t)src[i] << 8 * i;
	return value;
}

static inline void store_bytes(char *dst, uint64_t value, unsigned n)
{
	for (unsigned i = 0; i < n; i++)
		dst[i] = (char)(value >> 8 * i);
}

/* Both sides aligned: loads before stores, and no register to be saved. */
IOP_INLINE void move64(char *dst, const char *src)
{
	uint64_t a, b, c, d;

	__asm__ volatile("ld %[a], 0(%[s])\n\tld %[b], 8(%[s])\n\tld %[c], 16(%[s])\n\tld %[d], 24(%[s])\n\t"
			 "sd %[a], 0(%[t])\n\tsd %[b], 8(%[t])\n\tsd %[c], 16(%[t])\n\tsd %[d], 24(%[t])\n\t"
			 "ld %[a], 32(%[s])\n\tld %[b], 40(%[s])\n\tld %[c], 48(%[s])\n\tld %[d], 56(%[s])\n\t"
			 "sd %[a], 32(%[t])\n\tsd %[b], 40(%[t])\n\tsd %[c], 48(%[t])\n\tsd %[d], 56(%[t])"
			 : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
			 : [s] "r"(src), [t] "r"(dst)
			 : "memory");
}

IOP_INLINE void move32(char *dst, const char *src)
{
	uint64_t a, b, c, d;

	__asm__ volatile("ld %[a], 0(%[s])\n\tld %[b], 8(%[s])\n\tld %[c], 16(%[s])\n\tld %[d], 24(%[s])\n\t"
			 "sd %[a], 0(%[t])\n\tsd %[b], 8(%[t])\n\tsd %[c], 16(%[t])\n\tsd %[d], 24(%[t])"
			 : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
			 : [s] "r"(src), [t] "r"(dst)
			 : "memory");
}

IOP_INLINE void move16(char *dst, const char *src)
{
	uint64_t a, b;

	__asm__ volatile("ld %[a], 0(%[s])\n\tld %[b], 8(%[s])\n\tsd %[a], 0(%[t])\n\tsd %[b], 8(%[t])"
			 : [a] "=&r"(a), [b] "=&r"(b)
			 : [s] "r"(src), [t] "r"(dst)
			 : "memory");
}

/* The whole words of @n bytes: fewer than 64 by the digits of their number, since a loop of words would have a branch for each. */
IOP_INLINE size_t aligned_words(char *dst, const char *src, size_t n)
{
	for (const char *end = src + (n & ~(size_t)63); src != end; dst += 64, src += 64)
		move64(dst, src);
	if (n & 32) {
		move32(dst, src);
		dst += 32;
		src += 32;
	}
	if (n & 16) {
		move16(dst, src);
		dst += 16;
		src += 16;
	}
	if (n & 8)
		iop_arch_store((uintptr_t)dst, 8, iop_arch_load((uintptr_t)src, 8));
	return n & ~(size_t)7;
}

/* Words on either side: what drivers have most, and what has neither head nor tail. */
IOP_INLINE bool all_words(uintptr_t io, const void *memory, size_t n)
{
	return ((io | (uintptr_t)memory | n) & 7) == 0;
}

/* Words to an aligned device side from memory that is @phase bytes past a word; what remains is less than two words. */
static size_t gather_words(char *io, const char *src, size_t n, unsigned phase)
{
	unsigned have = 8 - phase;
	uint64_t carry = load_bytes(src, have);
	size_t at = 0;

	for (; n - at >= 8 + have; at += 8) {
		uint64_t word = iop_arch_load((uintptr_t)src + at + have, 8);

		iop_arch_store((uintptr_t)io + at, 8, carry | word << 8 * have);
		carry = word >> 8 * phase;
	}
	return at;
}

/* Words from an aligned device side to memory that is @phase bytes past a word. */
static size_t scatter_words(char *dst, const char *io, size_t n, unsigned phase)
{
	uint64_t word = iop_arch_load((uintptr_t)io, 8);
	size_t at = 8;

	store_bytes(dst, word, 8 - phase);
	for (; n - at >= 8; at += 8) {
		uint64_t carry = word >> 8 * (8 - phase);

		word = iop_arch_load((uintptr_t)io + at, 8);
		iop_arch_store((uintptr_t)dst + at - phase, 8, carry | word << 8 * phase);
	}
	store_bytes(dst + at - phase, word >> 8 * (8 - phase), phase);
	return at;
}

/* One access to the device side; of the memory side nothing is known, so compilers take it byte by byte. */
#define TOIO(bits, io, src)                                      \
	do {                                                     \
		uint##bits##_t v_;                               \
		memcpy(&v_, src, sizeof(v_));                    \
		iop_arch_store((uintptr_t)(io), sizeof(v_), v_); \
	} while (0)
#define FROMIO(bits, dst, io)                                                                   \
	do {                                                                                    \
		uint##bits##_t v_ = (uint##bits##_t)iop_arch_load((uintptr_t)(io), sizeof(v_)); \
		memcpy(dst, &v_, sizeof(v_));                                                   \
	} while (0)

/* The powers of two in @n bytes: ascending before the first word, descending after the last. */
#define HEAD(MOVE, dst, src, n)                                     \
	do {                                                        \
		if ((n)&1)                                          \
			MOVE(8, dst, src);                          \
		if ((n)&2)                                          \
			MOVE(16, (dst) + ((n)&1), (src) + ((n)&1)); \
		if ((n)&4)                                          \
			MOVE(32, (dst) + ((n)&3), (src) + ((n)&3)); \
	} while (0)
#define TAIL(MOVE, dst, src, n)                                     \
	do {                                                        \
		if ((n)&4)                                          \
			MOVE(32, dst, src);                         \
		if ((n)&2)                                          \
			MOVE(16, (dst) + ((n)&4), (src) + ((n)&4)); \
		if ((n)&1)                                          \
			MOVE(8, (dst) + ((n)&6), (src) + ((n)&6));  \
	} while (0)

void(iop_memcpy_toio)(volatile void *io, const void *src, size_t n)
{
	char *to = (char *)(uintptr_t)io;
	const char *from = src;
	size_t at;
	unsigned phase;

	if (all_words((uintptr_t)io, src, n)) {
		aligned_words(to, from, n);
		return;
	}
	at = head_of((uintptr_t)io, n);
	HEAD(TOIO, to, from, at);
	to += at;
	from += at;
	n -= at;
	phase = (uintptr_t)from & 7;
	at = phase ? n >= 16 ? gather_words(to, from, n, phase) : 0 : aligned_words(to, from, n);
	if (n - at >= 8) {
		TOIO(64, to + at, from + at);
		at += 8;
	}
	TAIL(TOIO, to + at, from + at, n - at);
}

void(iop_memcpy_fromio)(void *dst, const volatile void *io, size_t n)
{
	const char *from = (const char *)(uintptr_t)io;
	char *to = dst;
	size_t at;
	unsigned phase;

	if (all_words((uintptr_t)io, dst, n)) {
		aligned_words(to, from, n);
		return;
	}
	at = head_of((uintptr_t)io, n);
	HEAD(FROMIO, to, from, at);
	to += at;
	from += at;
	n -= at;
	phase = (uintptr_t)to & 7;
	at = phase ? n >= 8 ? scatter_words(to, from, n, phase) : 0 : aligned_words(to, from, n);
	TAIL(FROMIO, to + at, from + at, n - at);
}

IOP_INLINE void set_words(uintptr_t to, uint64_t v, size_t n)
{
	for (uintptr_t end = to + (n & ~(size_t)63); to != end; to += 64)
		__asm__ volatile("sd %1, 0(%0)\n\tsd %1, 8(%0)\n\tsd %1, 16(%0)\n\tsd %1, 24(%0)\n\t"
				 "sd %1, 32(%0)\n\tsd %1, 40(%0)\n\tsd %1, 48(%0)\n\tsd %1, 56(%0)"
				 :
				 : "r"(to), "r"(v)
				 : "memory");
	if (n & 32) {
		__asm__ volatile("sd %1, 0(%0)\n\tsd %1, 8(%0)\n\tsd %1, 16(%0)\n\tsd %1, 24(%0)" : : "r"(to), "r"(v) : "memory");
		to += 32;
	}
	if (n & 16) {
		__asm__ volatile("sd %1, 0(%0)\n\tsd %1, 8(%0)" : : "r"(to), "r"(v) : "memory");
		to += 16;
	}
	if (n & 8)
		iop_arch_store(to, 8, v);
}

void(iop_memset_io)(volatile void *io, int value, size_t n)
{
	uint64_t v = PATTERN(value);
	uintptr_t to = (uintptr_t)io;
	size_t at;

	if (((to | n) & 7) == 0) {
		set_words(to, v, n);
		return;
	}
	at = head_of(to, n);
	if (at & 1)
		iop_arch_store(to, 1, v);
	if (at & 2)
		iop_arch_store(to + (at & 1), 2, v);
	if (at & 4)
		iop_arch_store(to + (at & 3), 4, v);
	to += at;
	n -= at;
	set_words(to, v, n);
	to += n & ~(size_t)7;
	if (n & 4)
		iop_arch_store(to, 4, v);
	if (n & 2)
		iop_arch_store(to + (n & 4), 2, v);
	if (n & 1)
		iop_arch_store(to + (n & 6), 1, v);
}

#else
typedef int iop_riscv_no_copy_strict;
#endif
