/* SPDX-License-Identifier: MIT */
/**
 * copy_view.h - from one view to another
 *
 * The kernel's series had this on top of memcpy and dropped it: views may overlap, so it was undefined behaviour reachable from
 * safe code. Here it is defined: the destination ends up with what the source held before the call, as with memmove, whatever
 * overlaps. Two system memory views are moved in place. If either side is device memory, the bytes go through a buffer, so that
 * each byte of the source is read once and each byte of the destination is written once: in pieces, or, where the two ranges
 * intersect, all of the source before any of the destination.
 * Source: docs/semantics.md, row 31.
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
IOP_END_DECLS

/**
 * Copies the byte slice @src to the byte slice @dst; both are views of backends that can copy, in any combination. Different
 * lengths panic with "copy length" before any byte moves. Returns 0, or -ENOMEM, nothing accessed, if intersecting ranges with a
 * device side need a buffer that cannot be allocated.
 */
#define iop_copy_view(dst, src) IOP_RESULT_(IOP_COPY_VIEW_VALUE_(dst, src))
#define IOP_COPY_VIEW_VALUE_(dst, src)                                                                             \
	__extension__({                                                                                            \
		IOP_AUTO iop_vd_ = (dst);                                                                          \
		IOP_AUTO iop_vs_ = (src);                                                                          \
		IOP_ASSERT_BYTES_(iop_vd_);                                                                        \
		IOP_ASSERT_BYTES_(iop_vs_);                                                                        \
		IOP_ASSERT_WRITABLE_(iop_vd_);                                                                     \
		IOP_LEASE_CHECK(iop_vd_.raw);                                                                      \
		IOP_LEASE_CHECK(iop_vs_.raw);                                                                      \
		if (IOP_DYNAMIC_LEN_(iop_vd_) != IOP_DYNAMIC_LEN_(iop_vs_))                                        \
			iop_panic_numbers("copy length", "length of the destination", IOP_DYNAMIC_LEN_(iop_vd_),   \
					  "length of the source", IOP_DYNAMIC_LEN_(iop_vs_), NULL, 0);             \
		iop_copy_between(iop_vd_.raw.addr, IOP_BACKEND(iop_vd_.raw, is_io)(iop_vd_.raw), iop_vs_.raw.addr, \
				 IOP_BACKEND(iop_vs_.raw, is_io)(iop_vs_.raw), IOP_DYNAMIC_LEN_(iop_vs_));         \
	})

#endif
