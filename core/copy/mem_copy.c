/* SPDX-License-Identifier: MIT */
/*
 * MEM: a mapping that takes anything is memory, and the C library's routines are made for it. They are in the table themselves, under
 * names of the table's types: a function around them would cost small copies a tenth of their time. Of no bytes they do nothing.
 */
#include "copy_internal.h"

#include <string.h>

void iop_libc_toio(volatile void *io, const void *src, size_t n) __asm__("memcpy");
void iop_libc_fromio(void *dst, const volatile void *io, size_t n) __asm__("memcpy");
void iop_libc_set(volatile void *io, int value, size_t n) __asm__("memset");

void iop_mem_move(volatile void *dst, const volatile void *src, size_t n)
{
	if (n)
		memmove((void *)(uintptr_t)dst, (const void *)(uintptr_t)src, n);
}

const struct iop_routine iop_routine_mem = {
	.name = "mem",
	.about = "the C library's memcpy, memset and memmove",
	.tier = IOP_MEM,
	.toio = iop_libc_toio,
	.fromio = iop_libc_fromio,
	.set = iop_libc_set,
	.move = iop_mem_move,
};
