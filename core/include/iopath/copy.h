/* SPDX-License-Identifier: MIT */
/**
 * copy.h - copying through views
 *
 * Value access moves one register; a copy moves bytes. It guarantees the bytes and nothing else: no atomicity, no protection from
 * tearing, no width, no byte swapping (on a big-endian CPU iop_copy_read and iop_read of the same Mmio register differ), no
 * barrier. For Mmio it also guarantees that every byte is accessed exactly once, in order and aligned (iomem_copy.h). SysMem copies
 * are of the tier MEM, those of Wc views of WIDE (tier.h). Copies of RelaxedMmio and ConfigSpace views do not compile.
 *
 * Names say which way the data goes, seen from the view: toio into it, fromio out of it. The destination comes first, as in memcpy.
 *
 * Where a device takes only some widths (widths.h), a copy is made of accesses of those (copy_within.h), and there is none for bytes
 * whose address or number is no multiple of the narrowest. The forms with try return -EINVAL then (-EOPNOTSUPP of a
 * width that this machine does not have), the others panic with "copy widths"; nothing is accessed. An object of such a size is refused (type).
 *
 * The buffer must not overlap the view; debug builds panic with "overlap" where both are system memory.
 * Source: docs/semantics.md, rows 28, 29, 43.
 */
#ifndef IOPATH_COPY_H
#define IOPATH_COPY_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/copy_within.h>
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

/*
 * The set that a copy through @v has to keep, and the copies: 0, or -EINVAL, nothing accessed. What takes the default set is copied as
 * its backend does, without a question.
 */
#define IOP_COPY_SET_(v) iop_takes_together(IOP_TAKES_(v), IOP_TAKES_NOW_(v))
#define IOP_COPY_TOIO_(v, src, n)                                                                             \
	__extension__({                                                                                       \
		const unsigned iop_cw_ = IOP_COPY_SET_(v);                                                    \
		int iop_ce_ = 0;                                                                              \
		if (iop_cw_ == IOP_WIDTHS_DEFAULT) {                                                          \
			IOP_BACKEND((v).raw, copy_toio)((v).raw, (src), (n));                                 \
		} else {                                                                                      \
			IOP_LEASE_CHECK((v).raw);                                                             \
			iop_ce_ = iop_memcpy_toio_within((volatile void *)(v).raw.addr, (src), (n), iop_cw_); \
			if (!iop_ce_)                                                                         \
				IOP_WC_WROTE_(v, n);                                                          \
		}                                                                                             \
		iop_ce_;                                                                                      \
	})
#define IOP_COPY_FROMIO_(dst, v, n)                                                                                   \
	__extension__({                                                                                               \
		const unsigned iop_cw_ = IOP_COPY_SET_(v);                                                            \
		int iop_ce_ = 0;                                                                                      \
		if (iop_cw_ == IOP_WIDTHS_DEFAULT) {                                                                  \
			IOP_BACKEND((v).raw, copy_fromio)((v).raw, (dst), (n));                                       \
		} else {                                                                                              \
			IOP_LEASE_CHECK((v).raw);                                                                     \
			iop_ce_ = iop_memcpy_fromio_within((dst), (const volatile void *)(v).raw.addr, (n), iop_cw_); \
		}                                                                                                     \
		iop_ce_;                                                                                              \
	})
/* For those who have no error to return. */
#define IOP_COPIED_(err, v, n)                                                                                               \
	do {                                                                                                                 \
		if (err)                                                                                                     \
			iop_panic_numbers("copy widths", "bytes", (n), "address", (v).raw.addr, "widths", IOP_COPY_SET_(v)); \
	} while (0)

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
		IOP_COPIED_(IOP_COPY_TOIO_(iop_cf_, iop_cb_, iop_cn_), iop_cf_, iop_cn_);                                         \
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
		IOP_COPIED_(IOP_COPY_FROMIO_(iop_cb_, iop_ct_, iop_cn_), iop_ct_, iop_cn_);                                       \
	})

#define IOP_ASSERT_OBJECT_(v)                                                                                                      \
	IOP_ASSERT_COPY_(v);                                                                                                       \
	IOP_ASSERT(!IOP_IS_DYNAMIC(v) && !IOP_IS_ARRAY(*(v).as[0]),                                                                \
		   "iopath: C has no array values: copy a struct or a number, or iop_all() and iop_copy_toio or iop_copy_fromio"); \
	IOP_ASSERT(iop_widths_fit_size(IOP_TAKES_(v), sizeof(IOP_TARGET(v))),                                                      \
		   "iopath: the size of this object is no multiple of the narrowest width that the device takes")

/** A copy of the target of @view, of any sized type but an array. Not atomic at any size: use iop_read for a single access. */
#define iop_copy_read(view)                                                                                  \
	__extension__({                                                                                      \
		IOP_AUTO iop_cr_ = (view);                                                                   \
		IOP_ASSERT_OBJECT_(iop_cr_);                                                                 \
		IOP_UNQUALIFIED_(*(iop_cr_).as[0]) iop_cx_;                                                  \
		IOP_COPIED_(IOP_COPY_FROMIO_(&iop_cx_, iop_cr_, sizeof(iop_cx_)), iop_cr_, sizeof(iop_cx_)); \
		iop_cx_;                                                                                     \
	})

/** Copies @value, of the target's type, to the target of @view. Padding is copied as it is. */
#define iop_copy_write(view, value)                                                                        \
	__extension__({                                                                                    \
		IOP_AUTO iop_cz_ = (view);                                                                 \
		IOP_ASSERT_OBJECT_(iop_cz_);                                                               \
		IOP_ASSERT_WRITABLE_(iop_cz_);                                                             \
		IOP_TARGET(iop_cz_) iop_cx_ = (value);                                                     \
		IOP_COPIED_(IOP_COPY_TOIO_(iop_cz_, &iop_cx_, sizeof(iop_cx_)), iop_cz_, sizeof(iop_cx_)); \
	})

/**
 * The same four for code that does not know what the device takes: 0, or -EINVAL where the others panic, nothing accessed. Of the
 * objects, @value points to one of the target's type; it is unchanged then.
 */
#define iop_try_copy_toio(view, buffer, n) IOP_RESULT_(IOP_TRY_COPY_TOIO_(view, buffer, n))
#define IOP_TRY_COPY_TOIO_(view, buffer, n)                                                                 \
	__extension__({                                                                                     \
		IOP_AUTO iop_cf_ = (view);                                                                  \
		const void *iop_cb_ = (buffer);                                                             \
		size_t iop_cn_ = (n);                                                                       \
		IOP_ASSERT_BYTES_(iop_cf_);                                                                 \
		IOP_ASSERT_WRITABLE_(iop_cf_);                                                              \
		iop_cn_ == IOP_DYNAMIC_LEN_(iop_cf_) ? IOP_COPY_TOIO_(iop_cf_, iop_cb_, iop_cn_) : -EINVAL; \
	})
#define iop_try_copy_fromio(buffer, view, n) IOP_RESULT_(IOP_TRY_COPY_FROMIO_(buffer, view, n))
#define IOP_TRY_COPY_FROMIO_(buffer, view, n)                                                                 \
	__extension__({                                                                                       \
		void *iop_cb_ = (buffer);                                                                     \
		IOP_AUTO iop_ct_ = (view);                                                                    \
		size_t iop_cn_ = (n);                                                                         \
		IOP_ASSERT_BYTES_(iop_ct_);                                                                   \
		iop_cn_ == IOP_DYNAMIC_LEN_(iop_ct_) ? IOP_COPY_FROMIO_(iop_cb_, iop_ct_, iop_cn_) : -EINVAL; \
	})
#define iop_try_copy_read(view, value) IOP_RESULT_(IOP_TRY_COPY_READ_(view, value))
#define IOP_TRY_COPY_READ_(view, value)                                \
	__extension__({                                                \
		IOP_AUTO iop_cr_ = (view);                             \
		IOP_ASSERT_OBJECT_(iop_cr_);                           \
		IOP_UNQUALIFIED_(*(iop_cr_).as[0]) *iop_cx_ = (value); \
		IOP_COPY_FROMIO_(iop_cx_, iop_cr_, sizeof(*iop_cx_));  \
	})
#define iop_try_copy_write(view, value) IOP_RESULT_(IOP_TRY_COPY_WRITE_(view, value))
#define IOP_TRY_COPY_WRITE_(view, value)                            \
	__extension__({                                             \
		IOP_AUTO iop_cz_ = (view);                          \
		IOP_ASSERT_OBJECT_(iop_cz_);                        \
		IOP_ASSERT_WRITABLE_(iop_cz_);                      \
		const IOP_TARGET(iop_cz_) *iop_cx_ = (value);       \
		IOP_COPY_TOIO_(iop_cz_, iop_cx_, sizeof(*iop_cx_)); \
	})

#endif
