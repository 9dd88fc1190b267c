/* SPDX-License-Identifier: MIT */
/**
 * copy_view.h - from one view to another
 *
 * The kernel's series had this on top of memcpy and dropped it: views may overlap, so it was undefined behaviour reachable from
 * safe code. Here it is defined: the destination ends up with what the source held before the call, as with memmove, whatever
 * overlaps. Two system memory views are moved in place. If either side is device memory, the bytes go through a buffer, so that
 * each byte of the source is read once and each byte of the destination is written once: in pieces, or, where the two ranges
 * intersect, all of the source before any of the destination. A write-combining side is copied by the routine of its tier, as copies
 * between it and a buffer are (wc.h), a device by that of devices.
 * Source: docs/semantics.md, rows 31, 43, 46.
 */
#ifndef IOPATH_COPY_VIEW_H
#define IOPATH_COPY_VIEW_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/copy.h>

IOP_BEGIN_DECLS
/** What iop_copy_view() does, on addresses. 0, or -ENOMEM before anything was accessed. */
int iop_copy_between(uintptr_t dst, int dst_is_io, uintptr_t src, int src_is_io, size_t n);

/** A side of a copy; is_io: 0 memory, 1 a device, IOP_VIEW_SIDE_WC a device's memory that is mapped write-combining. */
#define IOP_VIEW_SIDE_WC 2
struct iop_view_side {
	uintptr_t addr;
	unsigned is_io, widths;
};

/** iop_copy_between() with the widths that each side takes. 0; -EINVAL: a side cannot be accessed so; -ENOMEM. Nothing was accessed then. */
int iop_copy_between_within(const struct iop_view_side *dst, const struct iop_view_side *src, size_t n);
/** The same where a side is write-combining. */
int iop_copy_between_wc(const struct iop_view_side *dst, const struct iop_view_side *src, size_t n);
IOP_END_DECLS

/* Two of the default set are copied without a question. */
IOP_INLINE int iop_copy_view_sides(struct iop_view_side dst, struct iop_view_side src, size_t n)
{
	if (dst.widths == IOP_WIDTHS_DEFAULT && src.widths == IOP_WIDTHS_DEFAULT)
		return iop_copy_between(dst.addr, (int)dst.is_io, src.addr, (int)src.is_io, n);
	return iop_copy_between_within(&dst, &src, n);
}
IOP_INLINE int iop_copy_wc_sides(struct iop_view_side dst, struct iop_view_side src, size_t n)
{
	return iop_copy_between_wc(&dst, &src, n);
}
IOP_INLINE struct iop_view_side iop_view_side(uintptr_t addr, int is_io, unsigned widths)
{
	struct iop_view_side side = {addr, (unsigned)is_io, widths};

	return side;
}
#define IOP_COPY_SIDE_(v)                                                                                            \
	iop_view_side((v).raw.addr, IOP_IS_BACKEND(v, wc) ? IOP_VIEW_SIDE_WC : IOP_BACKEND((v).raw, is_io)((v).raw), \
		      IOP_COPY_SET_(v))
/* Chosen when compiled: who has no such view links no routine of its tier. */
#define IOP_COPY_SIDES_(d, s)                                                                   \
	(IOP_IS_BACKEND(d, wc) || IOP_IS_BACKEND(s, wc)                                         \
		 ? iop_copy_wc_sides(IOP_COPY_SIDE_(d), IOP_COPY_SIDE_(s), IOP_DYNAMIC_LEN_(s)) \
		 : iop_copy_view_sides(IOP_COPY_SIDE_(d), IOP_COPY_SIDE_(s), IOP_DYNAMIC_LEN_(s)))

/**
 * Copies the byte slice @src to the byte slice @dst; both are views of backends that can copy, in any combination. Different
 * lengths panic with "copy length" before any byte moves. Returns 0, or -ENOMEM, nothing accessed, if intersecting ranges with a
 * device side, or more than 512 bytes where a side takes only some widths, need a buffer that cannot be allocated; -EINVAL, nothing
 * accessed, if a side takes only widths that do not fit its address and the length.
 */
#define iop_copy_view(dst, src) IOP_RESULT_(IOP_COPY_VIEW_VALUE_(dst, src))
#define IOP_COPY_VIEW_VALUE_(dst, src)                                                                           \
	__extension__({                                                                                          \
		IOP_AUTO iop_vd_ = (dst);                                                                        \
		IOP_AUTO iop_vs_ = (src);                                                                        \
		IOP_ASSERT_BYTES_(iop_vd_);                                                                      \
		IOP_ASSERT_BYTES_(iop_vs_);                                                                      \
		IOP_ASSERT_WRITABLE_(iop_vd_);                                                                   \
		IOP_LEASE_CHECK(iop_vd_.raw);                                                                    \
		IOP_LEASE_CHECK(iop_vs_.raw);                                                                    \
		if (IOP_DYNAMIC_LEN_(iop_vd_) != IOP_DYNAMIC_LEN_(iop_vs_))                                      \
			iop_panic_numbers("copy length", "length of the destination", IOP_DYNAMIC_LEN_(iop_vd_), \
					  "length of the source", IOP_DYNAMIC_LEN_(iop_vs_), NULL, 0);           \
		int iop_ve_ = IOP_COPY_SIDES_(iop_vd_, iop_vs_);                                                 \
		if (!iop_ve_)                                                                                    \
			IOP_WC_WROTE_(iop_vd_, IOP_DYNAMIC_LEN_(iop_vd_));                                       \
		iop_ve_;                                                                                         \
	})

#endif
