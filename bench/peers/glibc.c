/* SPDX-License-Identifier: MIT */
/* The C library: what everyone reaches for, and what device memory must not be touched with. */
#include "peers.h"

#include <string.h>

static __attribute__((noinline)) void toio(volatile void *dst, const void *src, size_t n)
{
	memcpy((void *)dst, src, n);
}

static __attribute__((noinline)) void fromio(void *dst, const volatile void *src, size_t n)
{
	memcpy(dst, (const void *)src, n);
}

static __attribute__((noinline)) void set(volatile void *dst, int byte, size_t n)
{
	memset((void *)dst, byte, n);
}

static __attribute__((noinline)) void move(volatile void *dst, const volatile void *src, size_t n)
{
	memmove((void *)dst, (const void *)src, n);
}

const struct iop_peer iop_peer_glibc = {
	.name = "glibc",
	.tier = "MEM",
	.source = "the C library's memcpy, memset and memmove",
	.toio = toio,
	.fromio = fromio,
	.set = set,
	.move = move,
};
