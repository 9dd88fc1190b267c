/* SPDX-License-Identifier: MIT */
/**
 * copy.h - copying through views
 *
 * Value access moves one register; a copy moves bytes. It guarantees the bytes and nothing else: no atomicity, no protection from
 * tearing, no width, no byte swapping (on a big-endian CPU iop_copy_read and iop_read of the same Mmio register differ), no
 * barrier. For Mmio it also guarantees that every byte is accessed exactly once, in order and aligned (iomem_copy.h). SysMem copies
 * are memcpy. Copies of RelaxedMmio and ConfigSpace views do not compile.
 *
 * Names say which way the data goes, seen from the view: toio into it, fromio out of it. The destination comes first, as in memcpy.
 *
 * The buffer must not overlap the view; debug builds panic with "overlap" where both are system memory.
 * Source: docs/semantics.md, rows 28, 29.
 */
#ifndef IOPATH_COPY_H
#define IOPATH_COPY_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/project.h>

#if IOP_FREESTANDING
#error "iopath: copies are the library's: freestanding code has those of its own environment (memcpy_toio, memcpy_fromio)"
#endif

#define IOP_ASSERT_COPY_(v)                    \
	IOP_ASSERT(IOP_CAPS(v) & IOP_CAN_COPY, \
		   "iopath: this backend cannot copy (RelaxedMmio and ConfigSpace have value access only)")

#define IOP_ASSERT_BYTES_(v)                                                                                                       \
	IOP_ASSERT_COPY_(v);                                                                                                       \
	IOP_ASSERT(IOP_IS_SLICE(v) && IOP_IS_BYTES_(v), "iopath: only slices of uint8_t are copied (a struct by iop_copy_read or " \
							"iop_copy_write, an array after iop_all())")

/**
 * Copies @n bytes from @buffer to the byte slice @view (copy_from_slice), as iop_memcpy_toio() does. @n must be the length of the view: longer or shorter
 * panics with "copy length" before any byte moves. 0 of 0 bytes is no access.
 */
#define iop_copy_toio(view, buffer, n)                                                                                            \
	__extension__({                                                                                                           \
		IOP_AUTO iop_cf_ = (view);                                                                                        \
		const void *iop_cb_ = (buffer);                                                                                   \
		size_t iop_cn_ = (n);                                                                                             \
		IOP_ASSERT_BYTES_(iop_cf_);                                                                                       \
		IOP_ASSERT_WRITABLE_(iop_cf_);                                                                                    \
		if (iop_cn_ != IOP_DYNAMIC_LEN_(iop_cf_))                                                                         \
			iop_panic_numbers("copy length", "bytes", iop_cn_, "length of the view", IOP_DYNAMIC_LEN_(iop_cf_), NULL, \
					  0);                                                                                     \
		IOP_BACKEND(iop_cf_.raw, copy_toio)(iop_cf_.raw, iop_cb_, iop_cn_);                                               \
	})

/** Copies the byte slice @view to @buffer of @n bytes (copy_to_slice), as iop_memcpy_fromio(); lengths as in iop_copy_toio. */
#define iop_copy_fromio(buffer, view, n)                                                                                          \
	__extension__({                                                                                                           \
		void *iop_cb_ = (buffer);                                                                                         \
		IOP_AUTO iop_ct_ = (view);                                                                                        \
		size_t iop_cn_ = (n);                                                                                             \
		IOP_ASSERT_BYTES_(iop_ct_);                                                                                       \
		if (iop_cn_ != IOP_DYNAMIC_LEN_(iop_ct_))                                                                         \
			iop_panic_numbers("copy length", "bytes", iop_cn_, "length of the view", IOP_DYNAMIC_LEN_(iop_ct_), NULL, \
					  0);                                                                                     \
		IOP_BACKEND(iop_ct_.raw, copy_fromio)(iop_ct_.raw, iop_cb_, iop_cn_);                                             \
	})

#define IOP_ASSERT_OBJECT_(v)                                       \
	IOP_ASSERT_COPY_(v);                                        \
	IOP_ASSERT(!IOP_IS_DYNAMIC(v) && !IOP_IS_ARRAY(*(v).as[0]), \
		   "iopath: C has no array values: copy a struct or a number, or iop_all() and iop_copy_toio or iop_copy_fromio")

/** A copy of the target of @view, of any sized type but an array. Not atomic at any size: use iop_read for a single access. */
#define iop_copy_read(view)                                                                    \
	__extension__({                                                                        \
		IOP_AUTO iop_cr_ = (view);                                                     \
		IOP_ASSERT_OBJECT_(iop_cr_);                                                   \
		IOP_UNQUALIFIED_(*(iop_cr_).as[0]) iop_cx_;                                    \
		IOP_BACKEND(iop_cr_.raw, copy_fromio)(iop_cr_.raw, &iop_cx_, sizeof(iop_cx_)); \
		iop_cx_;                                                                       \
	})

/** Copies @value, of the target's type, to the target of @view. Padding is copied as it is. */
#define iop_copy_write(view, value)                                                          \
	__extension__({                                                                      \
		IOP_AUTO iop_cw_ = (view);                                                   \
		IOP_ASSERT_OBJECT_(iop_cw_);                                                 \
		IOP_ASSERT_WRITABLE_(iop_cw_);                                               \
		IOP_TARGET(iop_cw_) iop_cx_ = (value);                                       \
		IOP_BACKEND(iop_cw_.raw, copy_toio)(iop_cw_.raw, &iop_cx_, sizeof(iop_cx_)); \
	})

#endif
