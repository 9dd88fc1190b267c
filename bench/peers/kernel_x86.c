/* SPDX-License-Identifier: MIT */
/*
 * Linux' routine for x86, re-created from its published behaviour: align the device side to 4 with a byte and a 16-bit access,
 * string moves of 4 bytes, a 16-bit and a byte tail. Its memset_io is memset, which is a string store of bytes on a CPU with
 * fast strings: legal, a byte at a time on a device.
 */
#include "peers.h"

#include <stdint.h>

#if defined(__x86_64__) || defined(__i386__)

static __attribute__((always_inline)) inline void movs(volatile void **to, const volatile void **from, size_t count, unsigned width)
{
	switch (width) {
	case 1: __asm__ volatile("rep movsb" : "+D"(*to), "+S"(*from), "+c"(count) : : "memory"); break;
	case 2: __asm__ volatile("rep movsw" : "+D"(*to), "+S"(*from), "+c"(count) : : "memory"); break;
	default: __asm__ volatile("rep movsl" : "+D"(*to), "+S"(*from), "+c"(count) : : "memory"); break;
	}
}

/* One element without the prefix: a single plain string move. */
static __attribute__((always_inline)) inline void movs_one(volatile void **to, const volatile void **from, unsigned width)
{
	if (width == 1)
		__asm__ volatile("movsb" : "+D"(*to), "+S"(*from) : : "memory");
	else
		__asm__ volatile("movsw" : "+D"(*to), "+S"(*from) : : "memory");
}

static __attribute__((always_inline)) inline void copy(volatile void *to, const volatile void *from, size_t n, int io_is_to)
{
# define IO ((uintptr_t)(io_is_to ? (const volatile void *)to : from))
	if (!n)
		return;
	if (IO & 1) {
		movs_one(&to, &from, 1);
		n--;
	}
	if (n > 1 && (IO & 2)) {
		movs_one(&to, &from, 2);
		n -= 2;
	}
	movs(&to, &from, n / 4, 4);
	if (n & 2)
		movs_one(&to, &from, 2);
	if (n & 1)
		movs_one(&to, &from, 1);
# undef IO
}

static __attribute__((noinline)) void toio(volatile void *dst, const void *src, size_t n)
{
	copy(dst, src, n, 1);
}

static __attribute__((noinline)) void fromio(void *dst, const volatile void *src, size_t n)
{
	copy(dst, src, n, 0);
}

static __attribute__((noinline)) void set(volatile void *dst, int byte, size_t n)
{
	__asm__ volatile("rep stosb" : "+D"(dst), "+c"(n) : "a"(byte) : "memory");
}

const struct iop_peer iop_peer_kernel_x86 = {
	.name = "kernel-x86",
	.source = "behaviour of Linux arch/x86/lib/iomem.c, 5.0 and later",
	.toio = toio,
	.fromio = fromio,
	.set = set,
};

#endif
