/* SPDX-License-Identifier: MIT */
/**
 * byte_order.h - access to registers and descriptors of a stated byte order
 *
 * Value access takes device memory to be little-endian and system memory to have the CPU's order (width.h). A field of type iop_le32
 * or iop_be32 says something else, and so does a register with such a storage (register.h): iop_read and iop_write convert these.
 * Where the type does not say it, the accessor does:
 *
 *	struct vxlan { __be32 flags, vni; };
 *	uint32_t vni = iop_read_be(iop_project(hdr, .vni));          one access, swapped on little-endian CPUs
 *	iop_write32be(bar, 1, 0x10);                                 the kernel's iowrite32be
 *
 * One access of the width, in the order of the backend, as with iop_read; the bytes of the number are in the stated order in memory,
 * whatever the CPU's order and whichever backend.
 * Source: docs/semantics.md, row 55; Linux include/asm-generic/io.h (ioread32be).
 */
#ifndef IOPATH_BYTE_ORDER_H
#define IOPATH_BYTE_ORDER_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>

/** Value access to a target of a plain unsigned type whose bytes are in little-endian or big-endian order. */
#define iop_read_le(view)	  IOP_READ_IN_(IOP_ORDER_LE, view)
#define iop_read_be(view)	  IOP_READ_IN_(IOP_ORDER_BE, view)
#define iop_write_le(view, value) IOP_WRITE_IN_(IOP_ORDER_LE, view, value)
#define iop_write_be(view, value) IOP_WRITE_IN_(IOP_ORDER_BE, view, value)

#define IOP_ASSERT_UNORDERED_(p) \
	IOP_ASSERT(IOP_ORDER(*(p).as[0]) == 0, "iopath: the type says the byte order: use iop_read and iop_write")
#define IOP_READ_IN_(order, view)                              \
	__extension__({                                        \
		IOP_AUTO iop_v_ = (view);                      \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);   \
		IOP_REFUSE_VALUE_(iop_w_, iop_v_, *iop_p_, 0); \
		IOP_ASSERT_UNORDERED_(*iop_p_);                \
		IOP_LOAD_IN_(*iop_p_, iop_w_, order);          \
	})
#define IOP_WRITE_IN_(order, view, value)                                                              \
	__extension__({                                                                                \
		IOP_AUTO iop_v_ = (view);                                                              \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                                           \
		IOP_REFUSE_VALUE_(iop_w_, iop_v_, *iop_p_, 1);                                         \
		IOP_ASSERT_UNORDERED_(*iop_p_);                                                        \
		IOP_DECLARE_(IOP_VALUE_OF_(*iop_p_, iop_w_), iop_x_, IOP_KIND_WIDTH_(iop_w_k), value); \
		IOP_STORE_IN_(*iop_p_, iop_w_, order, iop_x_);                                         \
	})

#define IOP_LOAD_BE_AT_(v, T, delta)	     IOP_LOAD_IN_AT_(v, T, IOP_ORDER_BE, delta)
#define IOP_STORE_BE_AT_(v, T, delta, value) IOP_STORE_IN_AT_(v, T, IOP_ORDER_BE, delta, value)

/** Infallible offset access to a big-endian number: iop_read32 and iop_write32 otherwise. */
#define iop_read16be(region, offset)	     IOP_READ_AT_(IOP_LOAD_BE_AT_, region, uint16_t, offset)
#define iop_read32be(region, offset)	     IOP_READ_AT_(IOP_LOAD_BE_AT_, region, uint32_t, offset)
#define iop_read64be(region, offset)	     IOP_READ_AT_(IOP_LOAD_BE_AT_, region, uint64_t, offset)
#define iop_write16be(region, value, offset) IOP_WRITE_AT_(IOP_STORE_BE_AT_, region, uint16_t, value, offset)
#define iop_write32be(region, value, offset) IOP_WRITE_AT_(IOP_STORE_BE_AT_, region, uint32_t, value, offset)
#define iop_write64be(region, value, offset) IOP_WRITE_AT_(IOP_STORE_BE_AT_, region, uint64_t, value, offset)

/** Fallible offset access to a big-endian number: 0, or -EINVAL as iop_try_read32 and iop_try_write32. */
#define iop_try_read16be(region, offset, value)	 IOP_RESULT_(IOP_TRY_READ_BE_(region, offset, IOP_POINTS_TO_(uint16_t, value)))
#define iop_try_read32be(region, offset, value)	 IOP_RESULT_(IOP_TRY_READ_BE_(region, offset, IOP_POINTS_TO_(uint32_t, value)))
#define iop_try_read64be(region, offset, value)	 IOP_RESULT_(IOP_TRY_READ_BE_(region, offset, IOP_POINTS_TO_(uint64_t, value)))
#define IOP_TRY_READ_BE_(region, offset, value)	 IOP_TRY_READ_AT_(IOP_LOAD_BE_AT_, region, offset, value)
#define iop_try_write16be(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_BE_AT_, region, uint16_t, value, offset))
#define iop_try_write32be(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_BE_AT_, region, uint32_t, value, offset))
#define iop_try_write64be(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_BE_AT_, region, uint64_t, value, offset))
#endif
