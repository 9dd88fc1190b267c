/* SPDX-License-Identifier: MIT */
#include "../base/numbers.h"
#include "copy_internal.h"

#include <iopath/copy_view.h>

#include <stdlib.h>
#include <string.h>

static void gather(void *dst, const struct iop_copy_side *src, size_t at, size_t n)
{
	if (src->fromio)
		src->fromio(dst, (const volatile void *)(src->addr + at), n);
	else
		memcpy(dst, (const void *)(src->addr + at), n);
}

static void scatter(const struct iop_copy_side *dst, size_t at, const void *src, size_t n)
{
	if (dst->toio)
		dst->toio((volatile void *)(dst->addr + at), src, n);
	else
		memcpy((void *)(dst->addr + at), src, n);
}

static int intersect(uintptr_t a, uintptr_t b, size_t n)
{
	return a < b ? b - a < n : a - b < n;
}

static void copy_in_pieces(const struct iop_copy_side *dst, const struct iop_copy_side *src, size_t n)
{
	unsigned char piece[IOP_COPY_PIECE];

	for (size_t at = 0; at < n; at += IOP_COPY_PIECE) {
		size_t part = n - at < IOP_COPY_PIECE ? n - at : IOP_COPY_PIECE;

		gather(piece, src, at, part);
		scatter(dst, at, piece, part);
	}
}

static int copy_at_once(const struct iop_copy_side *dst, const struct iop_copy_side *src, size_t n)
{
	void *bounce = malloc(n);

	if (!bounce)
		return -ENOMEM;
	gather(bounce, src, 0, n);
	scatter(dst, 0, bounce, n);
	free(bounce);
	return 0;
}

int iop_copy_sides(const struct iop_copy_side *dst, const struct iop_copy_side *src, size_t n)
{
	/* Up to one piece is read whole before it is written, whatever overlaps. */
	if (n > IOP_COPY_PIECE && intersect(dst->addr, src->addr, n))
		return copy_at_once(dst, src, n);
	copy_in_pieces(dst, src, n);
	return 0;
}

static struct iop_copy_side side(uintptr_t addr, int is_io)
{
	struct iop_copy_side side = {addr, NULL, NULL};

	if (is_io) {
		side.toio = iop_memcpy_toio;
		side.fromio = iop_memcpy_fromio;
	}
	return side;
}

int iop_copy_between(uintptr_t dst, int dst_is_io, uintptr_t src, int src_is_io, size_t n)
{
	struct iop_copy_side to = side(dst, dst_is_io), from = side(src, src_is_io);

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
	return iop_copy_sides(&to, &from, n);
}
