/* SPDX-License-Identifier: MIT */
/**
 * access.h - value access and offset access
 *
 * Value access reads or writes the whole target of a view whose target is a uint8_t, uint16_t, uint32_t or uint64_t. It needs no
 * check at run time: whoever made the view has promised bounds and alignment. It is one access of exactly that width.
 *
 *	uint32_t s = iop_read(iop_project(nic, .status));
 *	iop_write(iop_project(nic, .ring, iop_try(i), .head), 0);
 *	iop_update(iop_project(nic, .ctrl), ctrl, ctrl | CTRL_RESET);       one read, then one write; not atomic
 *
 * Offset access reads or writes a primitive at a byte offset of a Region. Two families:
 *
 *	v = iop_read32(bar, 0x10);                  infallible: proved against the Region's minimum size, or it does not build
 *	err = iop_try_read32(bar, off, &v);         fallible: checked against the real size, 0 or -EINVAL
 *
 * The fallible family returns -EINVAL for every cause (overflow, out of bounds, misaligned absolute address) and accesses nothing
 * then. The infallible one is refused at compile time if the type needs more alignment than a Region guarantees (4 bytes: so
 * there is no infallible 64-bit access) or if the access cannot be proved to lie within the minimum size; unoptimised builds
 * (-O0) check a run-time offset when it is used and panic. Ordering and byte order are those of the view's backend.
 * Source: docs/semantics.md, rows 12-14, 23.
 */
#ifndef IOPATH_ACCESS_H
#define IOPATH_ACCESS_H

#include <iopath/backends.h>
#include <iopath/foreach.h>

IOP_BUILD_FAIL(
	iop_build_error_offset,
	"iopath: offset access not provably inside the minimum size of the Region and aligned (use iop_try_read or iop_try_write)");

#define IOP_ASSERT_IO_(v) IOP_ASSERT(IOP_CAPS(v) & IOP_CAN_ACCESS, "iopath: this view has no accessors (is it raw?)")

#define IOP_ASSERT_CAN_(v, lvalue)                                                                                           \
	IOP_ASSERT(IOP_WIDTH(lvalue) != 0,                                                                                   \
		   "iopath: not a width of I/O access: uint8_t, uint16_t, uint32_t or uint64_t (project a field, or copy)"); \
	IOP_ASSERT_IO_(v);                                                                                                   \
	IOP_ASSERT(IOP_WIDTH(lvalue) < 8 || (IOP_64BIT && (IOP_CAPS(v) & IOP_CAN_64)),                                       \
		   "iopath: this backend has no 64-bit access here")

#define IOP_ASSERT_VALUE_(v)                                                                                               \
	IOP_ASSERT(!IOP_IS_DYNAMIC(v), "iopath: value access needs a sized target: project an element, or use an offset"); \
	IOP_ASSERT_CAN_(v, *(v).as[0])

#define IOP_ASSERT_REGION_(v) \
	IOP_ASSERT(IOP_IS_REGION(v), "iopath: offset access is for Region views only (project the field of a typed view)")

/** Reads the target of @view; its type is the target's. Exactly one access. */
#define iop_read(view)                                                                                                   \
	__extension__({                                                                                                  \
		IOP_AUTO iop_rv_ = (view);                                                                               \
		IOP_ASSERT_VALUE_(iop_rv_);                                                                              \
		(IOP_VALUE_TYPE(*iop_rv_.as[0])) IOP_BACKEND(iop_rv_.raw, load)(iop_rv_.raw, IOP_WIDTH(*iop_rv_.as[0])); \
	})

/** Writes @value, converted to the target's type, to the target of @view. Exactly one access; @value is evaluated once, last. */
#define iop_write(view, value)                                                                    \
	__extension__({                                                                           \
		IOP_AUTO iop_wv_ = (view);                                                        \
		IOP_ASSERT_VALUE_(iop_wv_);                                                       \
		IOP_VALUE_TYPE(*iop_wv_.as[0]) iop_wx_ = (value);                                 \
		IOP_BACKEND(iop_wv_.raw, store)(iop_wv_.raw, IOP_WIDTH(*iop_wv_.as[0]), iop_wx_); \
	})

/**
 * Reads the target into a new variable @var, evaluates @expression, which may use it, and writes the result back: one load, then
 * one store. Nothing makes the two atomic.
 */
#define iop_update(view, var, expression)         \
	__extension__({                           \
		IOP_AUTO iop_uv_ = (view);        \
		IOP_AUTO var = iop_read(iop_uv_); \
		iop_write(iop_uv_, (expression)); \
	})

/* A value view of a T at @offset of a Region view that was checked. */
#define IOP_REGION_VALUE_(v, T, offset) IOP_SIZED_AT_(v, T, offset)

#define IOP_OFFSET_OK_(v, T, offset) iop_offset_valid((v).raw.addr, (offset), IOP_DYNAMIC_LEN_(v), sizeof(T), IOP_ALIGNOF(T))

#define IOP_OFFSET_PROVED_(v, T, offset)                                                                                   \
	IOP_ASSERT(IOP_ALIGNOF(T) <= IOP_REGION_ALIGN,                                                                     \
		   "iopath: a Region guarantees 4-byte alignment only: no infallible 64-bit access (use iop_try_read64)"); \
	IOP_ASSERT_LITERAL_(offset, iop_literal_in_(offset, IOP_MIN_SIZE_(v), sizeof(T)));                                 \
	if (!iop_offset_valid(0, iop_off_, IOP_MIN_SIZE_(v), sizeof(T), IOP_ALIGNOF(T)))                                   \
	iop_build_error_offset()

/* A literal offset is refused at -O0 as well: the plain arithmetic of iop_offset_valid on constants, which may exceed a size_t. */
#define iop_literal_in_(o, size, width) \
	((uint64_t)(o) <= (size) && (size) - (uint64_t)(o) >= (width) && (uint64_t)(o) % (width) == 0)
#ifdef __cplusplus
#define IOP_ASSERT_LITERAL_(x, condition) ((void)0)
#else
#define IOP_ASSERT_LITERAL_(x, condition)               \
	IOP_ASSERT(IOP_IF_CONSTANT_(x, (condition), 1), \
		   "iopath: offset access outside the minimum size of the Region, or misaligned")
#endif

#define IOP_READ_AT_(region, T, offset)                            \
	__extension__({                                            \
		IOP_AUTO iop_rr_ = (region);                       \
		IOP_ASSERT_REGION_(iop_rr_);                       \
		IOP_ASSERT_CAN_(iop_rr_, *(T *)0);                 \
		size_t iop_off_ = iop_index_of(offset);            \
		IOP_OFFSET_PROVED_(iop_rr_, T, offset);            \
		iop_read(IOP_REGION_VALUE_(iop_rr_, T, iop_off_)); \
	})

#define IOP_WRITE_AT_(region, T, value, offset)                              \
	__extension__({                                                      \
		IOP_AUTO iop_wr_ = (region);                                 \
		IOP_ASSERT_REGION_(iop_wr_);                                 \
		IOP_ASSERT_CAN_(iop_wr_, *(T *)0);                           \
		size_t iop_off_ = iop_index_of(offset);                      \
		IOP_OFFSET_PROVED_(iop_wr_, T, offset);                      \
		iop_write(IOP_REGION_VALUE_(iop_wr_, T, iop_off_), (value)); \
	})

#define IOP_UPDATE_AT_(region, T, offset, var, expression)                              \
	__extension__({                                                                 \
		IOP_AUTO iop_ur_ = (region);                                            \
		IOP_ASSERT_REGION_(iop_ur_);                                            \
		IOP_ASSERT_CAN_(iop_ur_, *(T *)0);                                      \
		size_t iop_off_ = iop_index_of(offset);                                 \
		IOP_OFFSET_PROVED_(iop_ur_, T, offset);                                 \
		iop_update(IOP_REGION_VALUE_(iop_ur_, T, iop_off_), var, (expression)); \
	})

/** Infallible offset access: the value at @offset bytes into @region. */
#define iop_read8(region, offset)  IOP_READ_AT_(region, uint8_t, offset)
#define iop_read16(region, offset) IOP_READ_AT_(region, uint16_t, offset)
#define iop_read32(region, offset) IOP_READ_AT_(region, uint32_t, offset)
#define iop_read64(region, offset) IOP_READ_AT_(region, uint64_t, offset)

/** Infallible offset access: @value first, then @offset, as in the kernel's write32(value, offset). */
#define iop_write8(region, value, offset)  IOP_WRITE_AT_(region, uint8_t, value, offset)
#define iop_write16(region, value, offset) IOP_WRITE_AT_(region, uint16_t, value, offset)
#define iop_write32(region, value, offset) IOP_WRITE_AT_(region, uint32_t, value, offset)
#define iop_write64(region, value, offset) IOP_WRITE_AT_(region, uint64_t, value, offset)

/** Infallible update: one load into @var, @expression, one store of its value. */
#define iop_update8(region, offset, var, expression)  IOP_UPDATE_AT_(region, uint8_t, offset, var, expression)
#define iop_update16(region, offset, var, expression) IOP_UPDATE_AT_(region, uint16_t, offset, var, expression)
#define iop_update32(region, offset, var, expression) IOP_UPDATE_AT_(region, uint32_t, offset, var, expression)
#define iop_update64(region, offset, var, expression) IOP_UPDATE_AT_(region, uint64_t, offset, var, expression)

/** Reads a primitive of the type of *@value at @offset into *@value. 0, or -EINVAL: nothing accessed, *@value unchanged. */
#define iop_try_read(region, offset, value)                                                                 \
	__extension__({                                                                                     \
		IOP_AUTO iop_tr_ = (region);                                                                \
		size_t iop_to_ = iop_index_of(offset);                                                      \
		IOP_AUTO iop_tv_ = (value);                                                                 \
		IOP_ASSERT_REGION_(iop_tr_);                                                                \
		IOP_ASSERT_CAN_(iop_tr_, *iop_tv_);                                                         \
		int iop_te_ = IOP_OFFSET_OK_(iop_tr_, IOP_VALUE_TYPE(*iop_tv_), iop_to_) ? 0 : -EINVAL;     \
		if (!iop_te_)                                                                               \
			*iop_tv_ = iop_read(IOP_REGION_VALUE_(iop_tr_, IOP_VALUE_TYPE(*iop_tv_), iop_to_)); \
		iop_te_;                                                                                    \
	})

/* Location check first, then the value is evaluated and converted, then stored. */
#define IOP_TRY_WRITE_AT_(region, T, value, offset)                                 \
	__extension__({                                                             \
		IOP_AUTO iop_tw_ = (region);                                        \
		size_t iop_to_ = iop_index_of(offset);                              \
		IOP_ASSERT_REGION_(iop_tw_);                                        \
		IOP_ASSERT_CAN_(iop_tw_, *(T *)0);                                  \
		int iop_te_ = IOP_OFFSET_OK_(iop_tw_, T, iop_to_) ? 0 : -EINVAL;    \
		if (!iop_te_)                                                       \
			iop_write(IOP_REGION_VALUE_(iop_tw_, T, iop_to_), (value)); \
		iop_te_;                                                            \
	})

#define IOP_TRY_UPDATE_AT_(region, T, offset, var, expression)                                 \
	__extension__({                                                                        \
		IOP_AUTO iop_tu_ = (region);                                                   \
		size_t iop_to_ = iop_index_of(offset);                                         \
		IOP_ASSERT_REGION_(iop_tu_);                                                   \
		IOP_ASSERT_CAN_(iop_tu_, *(T *)0);                                             \
		int iop_te_ = IOP_OFFSET_OK_(iop_tu_, T, iop_to_) ? 0 : -EINVAL;               \
		if (!iop_te_)                                                                  \
			iop_update(IOP_REGION_VALUE_(iop_tu_, T, iop_to_), var, (expression)); \
		iop_te_;                                                                       \
	})

/**
 * Writes the primitive at @pointer, whose type says the width, at @offset: the value is named as in iop_try_read, the order is
 * that of iop_try_write32. 0, or -EINVAL: nothing accessed, @pointer not evaluated.
 */
#define iop_try_write(region, pointer, offset)                                                                               \
	__extension__({                                                                                                      \
		IOP_AUTO iop_tw_ = (region);                                                                                 \
		size_t iop_to_ = iop_index_of(offset);                                                                       \
		IOP_ASSERT_REGION_(iop_tw_);                                                                                 \
		IOP_ASSERT(IOP_IS_POINTER(pointer),                                                                          \
			   "iopath: iop_try_write takes (region, &value, offset), iop_try_write32 (region, value, offset)"); \
		IOP_ASSERT_CAN_(iop_tw_, *IOP_POINTER(pointer));                                                             \
		int iop_te_ = IOP_OFFSET_OK_(iop_tw_, IOP_VALUE_TYPE(*IOP_POINTER(pointer)), iop_to_) ? 0 : -EINVAL;         \
		if (!iop_te_)                                                                                                \
			iop_write(IOP_REGION_VALUE_(iop_tw_, IOP_VALUE_TYPE(*IOP_POINTER(pointer)), iop_to_),                \
				  *IOP_POINTER(pointer));                                                                    \
		iop_te_;                                                                                                     \
	})

/** iop_try_read for a given width; @value points to an object of exactly that type. */
#define iop_try_read8(region, offset, value)  iop_try_read(region, offset, IOP_POINTS_TO_(uint8_t, value))
#define iop_try_read16(region, offset, value) iop_try_read(region, offset, IOP_POINTS_TO_(uint16_t, value))
#define iop_try_read32(region, offset, value) iop_try_read(region, offset, IOP_POINTS_TO_(uint32_t, value))
#define iop_try_read64(region, offset, value) iop_try_read(region, offset, IOP_POINTS_TO_(uint64_t, value))
#define IOP_POINTS_TO_(T, p)                                                                                             \
	__extension__({                                                                                                  \
		IOP_AUTO iop_pp_ = (p);                                                                                  \
		IOP_ASSERT(IOP_SAME_TYPE(*iop_pp_, *(T *)0), "iopath: the value must have the type that the name says"); \
		iop_pp_;                                                                                                 \
	})

/** Writes @value at @offset; argument order as in iop_write32. 0 or -EINVAL: nothing accessed, @value not evaluated. */
#define iop_try_write8(region, value, offset)  IOP_TRY_WRITE_AT_(region, uint8_t, value, offset)
#define iop_try_write16(region, value, offset) IOP_TRY_WRITE_AT_(region, uint16_t, value, offset)
#define iop_try_write32(region, value, offset) IOP_TRY_WRITE_AT_(region, uint32_t, value, offset)
#define iop_try_write64(region, value, offset) IOP_TRY_WRITE_AT_(region, uint64_t, value, offset)

/** Checks once, then one load, @expression, one store. 0, or -EINVAL: nothing accessed, @expression not evaluated. */
#define iop_try_update8(region, offset, var, expression)  IOP_TRY_UPDATE_AT_(region, uint8_t, offset, var, expression)
#define iop_try_update16(region, offset, var, expression) IOP_TRY_UPDATE_AT_(region, uint16_t, offset, var, expression)
#define iop_try_update32(region, offset, var, expression) IOP_TRY_UPDATE_AT_(region, uint32_t, offset, var, expression)
#define iop_try_update64(region, offset, var, expression) IOP_TRY_UPDATE_AT_(region, uint64_t, offset, var, expression)

#endif
