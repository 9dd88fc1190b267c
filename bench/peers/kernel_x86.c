/* SPDX-License-Identifier: MIT */
/*
 * Linux' routine for x86, re-created from its published behaviour: align the device side to 4 with a byte and a 16-bit access,
 * string moves of 4 bytes, a 16-bit and a byte tail. Its memset_io is memset, which is a string store of bytes on a CPU with
 * fast strings: legal, a byte at a time on a device.
 */
#include "peers.h"

#include <stdint.h>

#if defined(__x86_64__) || defined(__i386__)

#define INLINE static inline __attribute__((always_inline))

INLINE void byte(volatile void **to, const volatile void **from)
{
	__asm__ volatile("movsb" : "+D"(*to), "+S"(*from) : : "memory");
}

INLINE void half(volatile void **to, const volatile void **from)
{
	__asm__ volatile("movsw" : "+D"(*to), "+S"(*from) : : "memory");
}

INLINE void words(volatile void **to, const volatile void **from, size_t count)
{
	__asm__ volatile("rep movsl" : "+D"(*to), "+S"(*from), "+c"(count) : : "memory");
}

/* io is the side to align: the value of to or of from on entry. */
INLINE void copy(volatile void *to, const volatile void *from, size_t n, uintptr_t io)
{
	if (!n)
		return;
	if (io & 1) {
		byte(&to, &from);
		io++;
		n--;
	}
	if (n > 1 && (io & 2)) {
		half(&to, &from);
		n -= 2;
	}
	words(&to, &from, n / 4);
	if (n & 2)
		half(&to, &from);
	if (n & 1)
		byte(&to, &from);
}

static __attribute__((noinline)) void toio(volatile void *dst, const void *src, size_t n)
{
	copy(dst, src, n, (uintptr_t)dst);
}

static __attribute__((noinline)) void fromio(void *dst, const volatile void *src, size_t n)
{
	copy(dst, src, n, (uintptr_t)src);
}

static __attribute__((noinline)) void set(volatile void *dst, int byte, size_t n)
{
	__asm__ volatile("rep stosb" : "+D"(dst), "+c"(n) : "a"(byte) : "memory");
}

const struct iop_peer iop_peer_kernel_x86 = {
	.name = "kernel-x86",
	.tier = "STRICT-S",
	.widths = 1 | 2 | 4,
	.source = "behaviour of Linux arch/x86/lib/iomem.c, 5.0 and later",
	.toio = toio,
	.fromio = fromio,
	.set = set,
};

#endif
