/* SPDX-License-Identifier: MIT */
/* MEM: a mapping that takes anything is memory, and the C library's routines are made for it. */
#include "copy_internal.h"

#include <string.h>

static void mem_toio(volatile void *io, const void *src, size_t n)
{
	if (n)
		memcpy((void *)(uintptr_t)io, src, n);
}

static void mem_fromio(void *dst, const volatile void *io, size_t n)
{
	if (n)
		memcpy(dst, (const void *)(uintptr_t)io, n);
}

static void mem_set(volatile void *io, int value, size_t n)
{
	if (n)
		memset((void *)(uintptr_t)io, value, n);
}

void iop_mem_move(volatile void *dst, const volatile void *src, size_t n)
{
	if (n)
		memmove((void *)(uintptr_t)dst, (const void *)(uintptr_t)src, n);
}

const struct iop_routine iop_routine_mem = {
	.name = "mem",
	.about = "the C library's memcpy, memset and memmove",
	.tier = IOP_MEM,
	.toio = mem_toio,
	.fromio = mem_fromio,
	.set = mem_set,
	.move = iop_mem_move,
};
