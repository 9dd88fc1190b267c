/* SPDX-License-Identifier: MIT */
/*
 * By 64-byte vectors: WIDE; WIDE-M, whose edges are byte-masked accesses to whole lines, so that no size needs more than two
 * accesses beside its whole lines; and MEM. A byte that a mask leaves out is not accessed, on either side.
 */
#include "copy_x86.h"

#if IOP_COPY_X86

#define WIDE_BYTES     64
#define WIDE_TARGET    "avx512f,avx512bw,avx512vl,bmi2"
#define WIDE_ALIGNED   "vmovdqa64"
#define WIDE_UNALIGNED "vmovdqu64"
#include "copy_wide.h"

#define LINE	 WIDE_BYTES
#define STRINGS	 ((size_t)1 << 16) /* MEM: from here on a string move is faster; measured on Golden Cove */
#define INLINED	 __attribute__((target(WIDE_TARGET), always_inline)) static inline
#define EXPORTED __attribute__((target(WIDE_TARGET))) static

static bool supported(void)
{
	return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
	       __builtin_cpu_supports("bmi2");
}

/* The low n bits, n up to 64. */
INLINED uint64_t low(size_t n)
{
	return __builtin_ia32_bzhi_di(UINT64_MAX, (unsigned long long)n);
}

/* Register 16: the upper ones need no vzeroupper on return. */
INLINED void masked_move(char *dst, const char *src, uint64_t mask)
{
	__asm__ volatile("vmovdqu8 %1, %%zmm16%{%2%}%{z%}\n\tvmovdqu8 %%zmm16, %0%{%2%}"
			 : "+m"(*(wide_anywhere *)dst)
			 : "m"(*(const wide_anywhere *)src), "Yk"(mask)
			 : "xmm16");
}

INLINED void masked_put(char *io, wide v, uint64_t mask)
{
	__asm__ volatile("vmovdqu8 %1, %0%{%2%}" : "+m"(*(wide_anywhere *)io) : "v"(v), "Yk"(mask));
}

/* @at: the place of the I/O side within its line. */
#define MASKED_COPY(name, load, store)                                     \
	WIDE void name(char *dst, const char *src, size_t n, size_t at)    \
	{                                                                  \
		if (at) {                                                  \
			masked_move(dst - at, src - at, UINT64_MAX << at); \
			dst += LINE - at;                                  \
			src += LINE - at;                                  \
			n -= LINE - at;                                    \
		}                                                          \
		while (n >= 4 * WIDE_BYTES)                                \
			WIDE_FOUR(load, store);                            \
		while (n >= WIDE_BYTES)                                    \
			WIDE_ONE(load, store);                             \
		if (n)                                                     \
			masked_move(dst, src, low(n));                     \
	}
MASKED_COPY(masked_long_to, WIDE_UNALIGNED, WIDE_ALIGNED)
MASKED_COPY(masked_long_from, WIDE_ALIGNED, WIDE_UNALIGNED)

EXPORTED void masked_toio(volatile void *io, const void *src, size_t n)
{
	char *dst = (char *)(uintptr_t)io;
	size_t at = (uintptr_t)io % LINE;

	if (n >= WIDE_STRINGS)
		iop_x86_string_toio(io, src, n);
	else if (at + n > LINE)
		masked_long_to(dst, src, n, at);
	else
		masked_move(dst - at, (const char *)src - at, low(n) << at);
}

EXPORTED void masked_fromio(void *dst, const volatile void *io, size_t n)
{
	const char *src = (const char *)(uintptr_t)io;
	size_t at = (uintptr_t)io % LINE;

	if (n >= WIDE_STRINGS)
		iop_x86_string_fromio(dst, io, n);
	else if (at + n > LINE)
		masked_long_from(dst, src, n, at);
	else
		masked_move((char *)dst - at, src - at, low(n) << at);
}

WIDE void masked_long_set(char *io, uint64_t v, size_t n, size_t at)
{
	wide pattern = (wide){0} + (long long)v;

	if (at) {
		masked_put(io - at, pattern, UINT64_MAX << at);
		io += LINE - at;
		n -= LINE - at;
	}
	WIDE_SET(io, pattern, n);
	if (n)
		masked_put(io, pattern, low(n));
}

EXPORTED void masked_set(volatile void *io, int value, size_t n)
{
	char *to = (char *)(uintptr_t)io;
	size_t at = (uintptr_t)io % LINE;
	uint64_t v = IOP_X86_PATTERN(value);

	if (n >= WIDE_STRINGS)
		iop_x86_string_set(io, value, n);
	else if (at + n > LINE)
		masked_long_set(to, v, n, at);
	else
		masked_put(to - at, (wide){0} + (long long)v, low(n) << at);
}

INLINED wide get(const char *src)
{
	return *(const wide_anywhere *)src;
}

INLINED void put(char *dst, wide v)
{
	*(wide_anywhere *)dst = v;
}

/* More than one line: the last lines are loaded first and overlap the ones before them. */
WIDE void mem_long(char *dst, const char *src, size_t n)
{
	const char *end = src + n;
	char *dst_end = dst + n;
	wide first = get(src), last = get(end - LINE), a, b, c;
	size_t at;

	if (n <= 2 * LINE) {
		put(dst, first);
		put(dst_end - LINE, last);
		return;
	}
	a = get(end - 2 * LINE);
	if (n <= 4 * LINE) {
		b = get(src + LINE);
		put(dst, first);
		put(dst + LINE, b);
		put(dst_end - 2 * LINE, a);
		put(dst_end - LINE, last);
		return;
	}
	if (n >= STRINGS) {
		__asm__ volatile("rep movsb" : "+D"(dst), "+S"(src), "+c"(n) : : "memory");
		return;
	}
	b = get(end - 3 * LINE);
	c = get(end - 4 * LINE);
	put(dst, first);
	at = LINE - (uintptr_t)dst % LINE;
	dst += at;
	src += at;
	n -= at;
	while (n > 4 * LINE)
		WIDE_FOUR("vmovdqu64", "vmovdqa64");
	put(dst_end - 4 * LINE, c);
	put(dst_end - 3 * LINE, b);
	put(dst_end - 2 * LINE, a);
	put(dst_end - LINE, last);
}

EXPORTED void mem_toio(volatile void *io, const void *src, size_t n)
{
	if (n > LINE)
		mem_long((char *)(uintptr_t)io, src, n);
	else
		masked_move((char *)(uintptr_t)io, src, low(n));
}

EXPORTED void mem_fromio(void *dst, const volatile void *io, size_t n)
{
	if (n > LINE)
		mem_long(dst, (const char *)(uintptr_t)io, n);
	else
		masked_move(dst, (const char *)(uintptr_t)io, low(n));
}

WIDE void mem_long_set(char *io, wide v, size_t n)
{
	char *end = io + n;

	put(io, v);
	put(end - LINE, v);
	if (n <= 2 * LINE)
		return;
	put(io + LINE, v);
	put(end - 2 * LINE, v);
	if (n <= 4 * LINE)
		return;
	put(end - 3 * LINE, v);
	put(end - 4 * LINE, v);
	io += LINE - (uintptr_t)io % LINE;
	for (; io < end - 4 * LINE; io += 4 * LINE) {
		put(io, v);
		put(io + LINE, v);
		put(io + 2 * LINE, v);
		put(io + 3 * LINE, v);
	}
}

EXPORTED void mem_set(volatile void *io, int value, size_t n)
{
	char *to = (char *)(uintptr_t)io;
	wide v = (wide){0} + (long long)IOP_X86_PATTERN(value);

	if (n <= LINE)
		masked_put(to, v, low(n));
	else if (n < STRINGS)
		mem_long_set(to, v, n);
	else
		__asm__ volatile("rep stosb" : "+D"(to), "+c"(n) : "a"(value) : "memory");
}

const struct iop_routine iop_routine_avx512 = {
	.name = "wide-avx512",
	.about = "aligned 64-byte vectors",
	.tier = IOP_WIDE,
	.supported = supported,
	.toio = wide_toio,
	.fromio = wide_fromio,
	.set = wide_set,
	.move = iop_strict_move,
};

const struct iop_routine iop_routine_masked = {
	.name = "wide-m",
	.about = "aligned 64-byte vectors, masked by bytes at the ends",
	.tier = IOP_WIDE_M,
	.supported = supported,
	.toio = masked_toio,
	.fromio = masked_fromio,
	.set = masked_set,
	.move = iop_strict_move,
};

const struct iop_routine iop_routine_mem_avx512 = {
	.name = "mem-avx512",
	.about = "64-byte vectors at any place, overlapping at the ends",
	.tier = IOP_MEM,
	.supported = supported,
	.toio = mem_toio,
	.fromio = mem_fromio,
	.set = mem_set,
	.move = iop_mem_move,
};

#else
typedef int iop_x86_no_copy_avx512;
#endif
