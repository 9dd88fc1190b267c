/* SPDX-License-Identifier: MIT */
/*
 * Linux' portable routine, re-created from its published behaviour: bytes until the device side is word-aligned, one word an
 * iteration, the rest in bytes. The memory side may be unaligned.
 */
#include "peers.h"

#include <stdint.h>
#include <string.h>

typedef unsigned long word;
typedef word __attribute__((may_alias)) io_word;
#define WORD sizeof(word)

static __attribute__((noinline)) void toio(volatile void *dst, const void *src, size_t n)
{
	volatile unsigned char *to = dst;
	const unsigned char *from = src;
	word w;

	for (; n && (uintptr_t)to % WORD; n--)
		*to++ = *from++;
	for (; n >= WORD; n -= WORD, to += WORD, from += WORD) {
		memcpy(&w, from, WORD);
		*(volatile io_word *)to = w;
	}
	for (; n; n--)
		*to++ = *from++;
}

static __attribute__((noinline)) void fromio(void *dst, const volatile void *src, size_t n)
{
	const volatile unsigned char *from = src;
	unsigned char *to = dst;
	word w;

	for (; n && (uintptr_t)from % WORD; n--)
		*to++ = *from++;
	for (; n >= WORD; n -= WORD, to += WORD, from += WORD) {
		w = *(const volatile io_word *)from;
		memcpy(to, &w, WORD);
	}
	for (; n; n--)
		*to++ = *from++;
}

static __attribute__((noinline)) void set(volatile void *dst, int byte, size_t n)
{
	volatile unsigned char *to = dst;
	word pattern = (word)-1 / 0xff * (unsigned char)byte;

	for (; n && (uintptr_t)to % WORD; n--)
		*to++ = (unsigned char)byte;
	for (; n >= WORD; n -= WORD, to += WORD)
		*(volatile io_word *)to = pattern;
	for (; n; n--)
		*to++ = (unsigned char)byte;
}

const struct iop_peer iop_peer_kernel_generic = {
	.name = "kernel-generic",
	.tier = "STRICT",
	.widths = 1 | sizeof(long),
	.source = "behaviour of Linux lib/iomem_copy.c, 6.13 and later",
	.toio = toio,
	.fromio = fromio,
	.set = set,
};
