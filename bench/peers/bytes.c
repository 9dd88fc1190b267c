/* SPDX-License-Identifier: MIT */
/* A byte at a time: legal everywhere, and what Linux did on arm64 for years. */
#include "peers.h"

static __attribute__((noinline)) void toio(volatile void *dst, const void *src, size_t n)
{
	volatile unsigned char *to = dst;
	const unsigned char *from = src;

	for (; n; n--)
		*to++ = *from++;
}

static __attribute__((noinline)) void fromio(void *dst, const volatile void *src, size_t n)
{
	const volatile unsigned char *from = src;
	unsigned char *to = dst;

	for (; n; n--)
		*to++ = *from++;
}

static __attribute__((noinline)) void set(volatile void *dst, int byte, size_t n)
{
	volatile unsigned char *to = dst;

	for (; n; n--)
		*to++ = (unsigned char)byte;
}

static __attribute__((noinline)) void move(volatile void *dst, const volatile void *src, size_t n)
{
	const volatile unsigned char *from = src;
	volatile unsigned char *to = dst;

	if ((size_t)((volatile char *)dst - (const volatile char *)src) >= n)
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	else
		while (n--)
			to[n] = from[n];
}

const struct iop_peer iop_peer_bytes = {
	.name = "bytes",
	.tier = "STRICT",
	.widths = 1,
	.source = "a volatile byte loop, as arch/arm64/kernel/io.c before 2018",
	.toio = toio,
	.fromio = fromio,
	.set = set,
	.move = move,
};
