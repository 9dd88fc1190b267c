/* SPDX-License-Identifier: MIT */
#include <iopath/copy_view.h>

#include <stdlib.h>
#include <string.h>

#define PIECE 512

static void gather(void *dst, uintptr_t src, int is_io, size_t n)
{
	if (is_io)
		iop_memcpy_fromio(dst, (const volatile void *)src, n);
	else
		memcpy(dst, (const void *)src, n);
}

static void scatter(uintptr_t dst, int is_io, const void *src, size_t n)
{
	if (is_io)
		iop_memcpy_toio((volatile void *)dst, src, n);
	else
		memcpy((void *)dst, src, n);
}

static int intersect(uintptr_t a, uintptr_t b, size_t n)
{
	return a < b ? b - a < n : a - b < n;
}

static void copy_in_pieces(uintptr_t dst, int dst_is_io, uintptr_t src, int src_is_io, size_t n)
{
	unsigned char piece[PIECE];

	while (n) {
		size_t part = n < PIECE ? n : PIECE;

		gather(piece, src, src_is_io, part);
		scatter(dst, dst_is_io, piece, part);
		dst += part;
		src += part;
		n -= part;
	}
}

static int copy_at_once(uintptr_t dst, int dst_is_io, uintptr_t src, int src_is_io, size_t n)
{
	void *bounce = malloc(n);

	if (!bounce)
		return -ENOMEM;
	gather(bounce, src, src_is_io, n);
	scatter(dst, dst_is_io, bounce, n);
	free(bounce);
	return 0;
}

int iop_copy_between(uintptr_t dst, int dst_is_io, uintptr_t src, int src_is_io, size_t n)
{
	if (!n)
		return 0;
	if (!dst_is_io && !src_is_io) {
#ifdef IOP_SEED_BUG
		/* The defect that the reviews found, on purpose: tests and fuzzers must catch this build. */
		memcpy((void *)dst, (const void *)src, n);
#else
		memmove((void *)dst, (const void *)src, n);
#endif
		return 0;
	}
	/* Up to one piece is read whole before it is written, whatever overlaps. */
	if (n > PIECE && intersect(dst, src, n))
		return copy_at_once(dst, dst_is_io, src, src_is_io, n);
	copy_in_pieces(dst, dst_is_io, src, src_is_io, n);
	return 0;
}
