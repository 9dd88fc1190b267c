/* SPDX-License-Identifier: MIT */
/*
 * STRICT for arm64. The device side is accessed by ldr and str with a base register and an immediate offset, which a hypervisor
 * can decode; the memory side may take pairs. The stores of 64 bytes follow each other, all loads before them: a write-combining
 * buffer then makes one transaction of them, which it does not when loads come between.
 * Source: docs/copies.md, 2.1, 7.9.
 */
#include "../../copy/copy_internal.h"

#if IOP_COPY_ARM64

#define PATTERN(value) ((uint8_t)(value)*UINT64_C(0x0101010101010101))

#define MOVE(load, store, bits, dst, src)                                          \
	do {                                                                       \
		uint64_t v_;                                                       \
		__asm__ volatile(load ", %2\n\t" store ", %1"                      \
				 : "=&r"(v_), "=Qo"(*(iop_u##bits##_alias *)(dst)) \
				 : "Qo"(*(const iop_u##bits##_alias *)(src)));     \
	} while (0)
#define MOVE1(dst, src) MOVE("ldrb %w0", "strb %w0", 8, dst, src)
#define MOVE2(dst, src) MOVE("ldrh %w0", "strh %w0", 16, dst, src)
#define MOVE4(dst, src) MOVE("ldr %w0", "str %w0", 32, dst, src)
#define MOVE8(dst, src) MOVE("ldr %0", "str %0", 64, dst, src)

#define PUT1(io, v) __asm__ volatile("strb %w1, %0" : "=Qo"(*(iop_u8_alias *)(io)) : "rZ"((uint32_t)(v)))
#define PUT2(io, v) __asm__ volatile("strh %w1, %0" : "=Qo"(*(iop_u16_alias *)(io)) : "rZ"((uint32_t)(v)))
#define PUT4(io, v) __asm__ volatile("str %w1, %0" : "=Qo"(*(iop_u32_alias *)(io)) : "rZ"((uint32_t)(v)))
#define PUT8(io, v) __asm__ volatile("str %x1, %0" : "=Qo"(*(iop_u64_alias *)(io)) : "rZ"(v))

#define REGISTERS [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d), [e] "=&r"(e), [f] "=&r"(f), [g] "=&r"(g), [h] "=&r"(h)

IOP_INLINE void toio64(char *io, const char *src)
{
	uint64_t a, b, c, d, e, f, g, h;

	__asm__ volatile("ldp %[a], %[b], [%[s]]\n\tldp %[c], %[d], [%[s], #16]\n\t"
			 "ldp %[e], %[f], [%[s], #32]\n\tldp %[g], %[h], [%[s], #48]\n\t"
			 "str %[a], [%[t]]\n\tstr %[b], [%[t], #8]\n\tstr %[c], [%[t], #16]\n\tstr %[d], [%[t], #24]\n\t"
			 "str %[e], [%[t], #32]\n\tstr %[f], [%[t], #40]\n\tstr %[g], [%[t], #48]\n\tstr %[h], [%[t], #56]"
			 : REGISTERS
			 : [s] "r"(src), [t] "r"(io)
			 : "memory");
}

IOP_INLINE void fromio64(char *dst, const char *io)
{
	uint64_t a, b, c, d, e, f, g, h;

	__asm__ volatile("ldr %[a], [%[s]]\n\tldr %[b], [%[s], #8]\n\tldr %[c], [%[s], #16]\n\tldr %[d], [%[s], #24]\n\t"
			 "ldr %[e], [%[s], #32]\n\tldr %[f], [%[s], #40]\n\tldr %[g], [%[s], #48]\n\tldr %[h], [%[s], #56]\n\t"
			 "stp %[a], %[b], [%[t]]\n\tstp %[c], %[d], [%[t], #16]\n\t"
			 "stp %[e], %[f], [%[t], #32]\n\tstp %[g], %[h], [%[t], #48]"
			 : REGISTERS
			 : [s] "r"(io), [t] "r"(dst)
			 : "memory");
}

IOP_INLINE void toio32(char *io, const char *src)
{
	uint64_t a, b, c, d;

	__asm__ volatile("ldp %[a], %[b], [%[s]]\n\tldp %[c], %[d], [%[s], #16]\n\t"
			 "str %[a], [%[t]]\n\tstr %[b], [%[t], #8]\n\tstr %[c], [%[t], #16]\n\tstr %[d], [%[t], #24]"
			 : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
			 : [s] "r"(src), [t] "r"(io)
			 : "memory");
}

IOP_INLINE void toio16(char *io, const char *src)
{
	uint64_t a, b;

	__asm__ volatile("ldp %[a], %[b], [%[s]]\n\tstr %[a], [%[t]]\n\tstr %[b], [%[t], #8]"
			 : [a] "=&r"(a), [b] "=&r"(b)
			 : [s] "r"(src), [t] "r"(io)
			 : "memory");
}

IOP_INLINE void fromio32(char *dst, const char *io)
{
	uint64_t a, b, c, d;

	__asm__ volatile("ldr %[a], [%[s]]\n\tldr %[b], [%[s], #8]\n\tldr %[c], [%[s], #16]\n\tldr %[d], [%[s], #24]\n\t"
			 "stp %[a], %[b], [%[t]]\n\tstp %[c], %[d], [%[t], #16]"
			 : [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)
			 : [s] "r"(io), [t] "r"(dst)
			 : "memory");
}

IOP_INLINE void fromio16(char *dst, const char *io)
{
	uint64_t a, b;

	__asm__ volatile("ldr %[a], [%[s]]\n\tldr %[b], [%[s], #8]\n\tstp %[a], %[b], [%[t]]"
			 : [a] "=&r"(a), [b] "=&r"(b)
			 : [s] "r"(io), [t] "r"(dst)
			 : "memory");
}

typedef void block(char *dst, const char *src);

/* Bytes up to the first boundary of the widest access that n bytes at @io allow. Source: docs/copies.md, 1.1. */
IOP_INLINE size_t head_of(uintptr_t io, size_t n)
{
	return -io & ((UINT64_MAX >> __builtin_clzll((io ^ (io + n)) | 1)) >> 1) & 7;
}

/* The powers of two in @n bytes, ascending before the first word and descending after the last. */
IOP_INLINE void head(char *dst, const char *src, size_t n)
{
	if (n & 1)
		MOVE1(dst, src);
	if (n & 2)
		MOVE2(dst + (n & 1), src + (n & 1));
	if (n & 4)
		MOVE4(dst + (n & 3), src + (n & 3));
}

IOP_INLINE void tail(char *dst, const char *src, size_t n)
{
	if (n & 4)
		MOVE4(dst, src);
	if (n & 2)
		MOVE2(dst + (n & 4), src + (n & 4));
	if (n & 1)
		MOVE1(dst + (n & 6), src + (n & 6));
}

/* The whole words of @n bytes: fewer than 64 by the digits of their number, since a loop of words would have a branch for each. */
IOP_INLINE void words(char *dst, const char *src, size_t n, block *by64, block *by32, block *by16)
{
	for (const char *end = src + (n & ~(size_t)63); src != end; dst += 64, src += 64)
		by64(dst, src);
	if (n & 32) {
		by32(dst, src);
		dst += 32;
		src += 32;
	}
	if (n & 16) {
		by16(dst, src);
		dst += 16;
		src += 16;
	}
	if (n & 8)
		MOVE8(dst, src);
}

/* The same way in both directions; only the blocks differ. Whole words on the device side have neither head nor tail. */
IOP_INLINE void copy(char *dst, const char *src, size_t n, uintptr_t io, block *by64, block *by32, block *by16)
{
	size_t at;

	if (((io | n) & 7) == 0) {
		words(dst, src, n, by64, by32, by16);
		return;
	}
	at = head_of(io, n);
	head(dst, src, at);
	dst += at;
	src += at;
	n -= at;
	words(dst, src, n, by64, by32, by16);
	tail(dst + (n & ~(size_t)7), src + (n & ~(size_t)7), n);
}

void(iop_memcpy_toio)(volatile void *io, const void *src, size_t n)
{
	copy((char *)(uintptr_t)io, src, n, (uintptr_t)io, toio64, toio32, toio16);
	/* dgh, a hint that older CPUs ignore: what was gathered need not wait for more. */
	if (n >= 64)
		__asm__ volatile("hint #6" ::: "memory");
}

void(iop_memcpy_fromio)(void *dst, const volatile void *io, size_t n)
{
	copy(dst, (const char *)(uintptr_t)io, n, (uintptr_t)io, fromio64, fromio32, fromio16);
}

IOP_INLINE void set_words(char *to, uint64_t v, size_t n)
{
	for (const char *end = to + (n & ~(size_t)63); to != end; to += 64)
		__asm__ volatile("str %1, [%0]\n\tstr %1, [%0, #8]\n\tstr %1, [%0, #16]\n\tstr %1, [%0, #24]\n\t"
				 "str %1, [%0, #32]\n\tstr %1, [%0, #40]\n\tstr %1, [%0, #48]\n\tstr %1, [%0, #56]"
				 :
				 : "r"(to), "r"(v)
				 : "memory");
	if (n & 32) {
		__asm__ volatile("str %1, [%0]\n\tstr %1, [%0, #8]\n\tstr %1, [%0, #16]\n\tstr %1, [%0, #24]"
				 :
				 : "r"(to), "r"(v)
				 : "memory");
		to += 32;
	}
	if (n & 16) {
		__asm__ volatile("str %1, [%0]\n\tstr %1, [%0, #8]" : : "r"(to), "r"(v) : "memory");
		to += 16;
	}
	if (n & 8)
		PUT8(to, v);
}

void(iop_memset_io)(volatile void *io, int value, size_t n)
{
	uint64_t v = PATTERN(value);
	char *to = (char *)(uintptr_t)io;
	size_t first;

	if ((((uintptr_t)io | n) & 7) == 0) {
		set_words(to, v, n);
		return;
	}
	first = head_of((uintptr_t)io, n);
	if (first & 1)
		PUT1(to, v);
	if (first & 2)
		PUT2(to + (first & 1), v);
	if (first & 4)
		PUT4(to + (first & 3), v);
	to += first;
	n -= first;
	set_words(to, v, n);
	to += n & ~(size_t)7;
	if (n & 4)
		PUT4(to, v);
	if (n & 2)
		PUT2(to + (n & 4), v);
	if (n & 1)
		PUT1(to + (n & 6), v);
}

#else
typedef int iop_arm64_no_copy_strict;
#endif
