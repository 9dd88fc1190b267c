/* SPDX-License-Identifier: MIT */
/*
 * Device to device: where both sides lie alike within a word, an ascending move is a copy that is legal on either side. Up to 64
 * bytes that lie differently go through memory, by the straight-line copies of their size and either place.
 */
#include "copy_x86.h"

#if IOP_COPY_X86

static void move_small(char *to, const char *from, size_t n)
{
	char between[IOP_X86_SMALL] __attribute__((aligned(64)));

	iop_x86_copy_table[IOP_X86_KEY(n, (uintptr_t)from & 7)](between, from, n);
	iop_x86_copy_table[IOP_X86_KEY(n, (uintptr_t)to & 7)](to, between, n);
}

void iop_strict_move(volatile void *dst, const volatile void *src, size_t n)
{
	char *to = (char *)(uintptr_t)dst;
	const char *from = (const char *)(uintptr_t)src;

	if ((uintptr_t)to - (uintptr_t)from < n)
		iop_portable_move(dst, src, n);
	else if ((((uintptr_t)to ^ (uintptr_t)from) & 7) == 0)
		iop_x86_move_strict(to, from, n, (uintptr_t)to & 7);
	else if (n <= IOP_X86_SMALL)
		move_small(to, from, n);
	else
		iop_portable_move(dst, src, n);
}

#else
typedef int iop_x86_no_copy_move;
#endif
