/* SPDX-License-Identifier: MIT */
/* Between two views of which one or both are write-combining: in a file of its own, so that others do without the tier's routines. */
#include "copy_internal.h"

#include <iopath/copy_view.h>

static struct iop_copy_side side(const struct iop_view_side *of)
{
	struct iop_copy_side side = {of->addr, NULL, NULL};

	if (of->is_io == IOP_VIEW_SIDE_WC) {
		side.toio = iop_wc_toio;
		side.fromio = iop_wc_fromio;
	} else if (of->is_io) {
		side.toio = iop_memcpy_toio;
		side.fromio = iop_memcpy_fromio;
	}
	return side;
}

int iop_copy_between_wc(const struct iop_view_side *dst, const struct iop_view_side *src, size_t n)
{
	struct iop_copy_side to = side(dst), from = side(src);

	if (dst->widths != IOP_WIDTHS_DEFAULT || src->widths != IOP_WIDTHS_DEFAULT)
		return iop_copy_between_within(dst, src, n);
	return iop_copy_sides(&to, &from, n);
}
