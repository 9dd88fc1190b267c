/* SPDX-License-Identifier: MIT */
/*
 * Linux' copies that are counted in units, re-created from their published behaviour: a loop of raw accesses of the unit's width; for
 * x86-64's __iowrite32_copy a string move; where a CPU has no 64-bit access, two of 32 bits, that of the lower address first. Counts
 * are given here in bytes, as those of all peers.
 */
#include "peers.h"

#include <stdint.h>
#include <string.h>

typedef uint32_t __attribute__((may_alias)) io32;
typedef uint64_t __attribute__((may_alias)) io64;

static __attribute__((noinline)) void write32(volatile void *dst, const void *src, size_t n)
{
	size_t count = n / 4;
#if defined(__x86_64__)
	__asm__ volatile("rep movsl" : "+D"(dst), "+S"(src), "+c"(count) : : "memory");
#else
	for (volatile io32 *to = dst; count; count--, src = (const char *)src + 4)
		*to++ = *(const io32 *)src;
#endif
}

static __attribute__((noinline)) void write64(volatile void *dst, const void *src, size_t n)
{
#if __SIZEOF_POINTER__ == 8
	size_t count = n / 8;

	for (volatile io64 *to = dst; count; count--, src = (const char *)src + 8)
		*to++ = *(const io64 *)src;
#else
	write32(dst, src, n);
#endif
}

static __attribute__((noinline)) void read32(void *dst, const volatile void *src, size_t n)
{
	size_t count = n / 4;

	for (const volatile io32 *from = src; count; count--, dst = (char *)dst + 4)
		*(io32 *)dst = *from++;
}

#if defined(__x86_64__)
#define TIER_32 "STRICT-S"
#else
#define TIER_32 "STRICT"
#endif

const struct iop_peer iop_peer_kernel_iowrite32 = {
	.name = "kernel-iowrite32",
	.tier = TIER_32,
	.widths = 4,
	.source = "behaviour of Linux __iowrite32_copy, lib/iomap_copy.c and arch/x86, 4.0 and later",
	.toio = write32,
	.unit = 4,
};

const struct iop_peer iop_peer_kernel_iowrite64 = {
	.name = "kernel-iowrite64",
	.tier = "STRICT",
	.widths = sizeof(void *),
	.source = "behaviour of Linux __iowrite64_copy, lib/iomap_copy.c",
	.toio = write64,
	.unit = 8,
};

const struct iop_peer iop_peer_kernel_ioread32 = {
	.name = "kernel-ioread32",
	.tier = "STRICT",
	.widths = 4,
	.source = "behaviour of Linux __ioread32_copy, lib/iomap_copy.c",
	.fromio = read32,
	.unit = 4,
};
