/* SPDX-License-Identifier: MIT */
/*
 * Between two views where a side takes only some widths. Both sides are asked before either is accessed; then all of the source is read
 * before any of the destination is written, which is right whatever overlaps.
 */
#include "../base/numbers.h"
#include "piece.h"
#include "vector.h"

#include <iopath/copy_view.h>
#include <iopath/copy_within.h>

#include <stdlib.h>
#include <string.h>

static int is_memory(const struct iop_view_side *side)
{
	return !side->is_io && side->widths == IOP_WIDTHS_DEFAULT;
}

/* What a copy of one side would answer, asked without making it. */
static int ask(const struct iop_view_side *side, size_t n)
{
	unsigned here = side->widths & ((2 * IOP_PIECE_WORD - 1) | iop_vectors_widths());

	if (is_memory(side))
		return 0;
	if (side->widths > IOP_WIDTHS_ALL || !iop_widths_fit(side->widths, side->addr, n))
		return -EINVAL;
	return !n || (here && iop_widths_fit(here, side->addr, n)) ? 0 : -EOPNOTSUPP;
}

static int gather(void *dst, const struct iop_view_side *src, size_t n)
{
	if (!is_memory(src))
		return iop_memcpy_fromio_within(dst, (const volatile void *)src->addr, n, src->widths);
	memcpy(dst, (const void *)src->addr, n);
	return 0;
}

static int scatter(const struct iop_view_side *dst, const void *src, size_t n)
{
	if (!is_memory(dst))
		return iop_memcpy_toio_within((volatile void *)dst->addr, src, n, dst->widths);
	memcpy((void *)dst->addr, src, n);
	return 0;
}

int iop_copy_between_within(const struct iop_view_side *dst, const struct iop_view_side *src, size_t n)
{
	unsigned char piece[IOP_COPY_PIECE];
	void *bounce = piece;
	int err = ask(dst, n);

	if (!err)
		err = ask(src, n);
	if (err || !n)
		return err;
	if (n > IOP_COPY_PIECE)
		bounce = malloc(n);
	if (!bounce)
		return -ENOMEM;
	err = gather(bounce, src, n);
	if (!err)
		err = scatter(dst, bounce, n);
	if (bounce != piece)
		free(bounce);
	return err;
}
