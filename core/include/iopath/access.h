/* SPDX-License-Identifier: MIT */
/**
 * access.h - value access and offset access
 *
 * Value access reads or writes the whole target of a view whose target is a uint8_t, uint16_t, uint32_t or uint64_t. It needs no
 * check at run time: whoever made the view has promised bounds and alignment. It is one access of exactly that width.
 *
 *	uint32_t s = iop_read(iop_project(nic, .status));
 *	iop_write(iop_project(nic, .ring, iop_or(i, return -ERANGE), .head), 0);
 *	iop_update(iop_project(nic, .ctrl), ctrl, ctrl | CTRL_RESET);       one read, then one write; not atomic
 *
 * Offset access reads or writes a primitive at a byte offset of a Region. Two families:
 *
 *	v = iop_read32(bar, 0x10);                  infallible: proved against the Region's minimum size, or it does not build
 *	err = iop_try_read32(bar, off, &v);         fallible: checked against the real size, 0 or -EINVAL
 *
 * The fallible family returns -EINVAL for every cause (overflow, out of bounds, misaligned absolute address) and accesses nothing
 * then. The infallible one is refused at compile time if the type needs more alignment than a Region guarantees (4 bytes, so there
 * is no infallible 64-bit access; 8 of an IOP_REGION8) or if the access cannot be proved to lie within the minimum size; unoptimised builds
 * (-O0) check a run-time offset when it is used and panic. Ordering and byte order are those of the view's backend.
 * Source: docs/semantics.md, rows 12-14, 23, 58.
 */
#ifndef IOPATH_ACCESS_H
#define IOPATH_ACCESS_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/backends.h>
#include <iopath/foreach.h>

IOP_BUILD_FAIL(
	iop_build_error_offset,
	"iopath: offset access not provably inside the minimum size of the Region and aligned (use iop_try_read or iop_try_write)");

#define IOP_NO_ACCESSORS  "iopath: this view has no accessors (is it raw?)"
#define IOP_ASSERT_IO_(v) IOP_ASSERT(IOP_CAPS(v) & IOP_CAN_ACCESS, IOP_NO_ACCESSORS)

/*
 * Why an object of width @width and of the type of @lvalue cannot be accessed by value through @v, as the number of a reason, 0 if it
 * can: only the first reason is told. The last one is from a table, a digit for each value of the caps IOP_CAN_ACCESS (1) and IOP_CAN_64
 * (2), because the caps are long.
 */
#if IOP_64BIT
#define IOP_WHY_NO_8_ 0x0565
#else
#define IOP_WHY_NO_8_ 0x6565
#endif
#define IOP_WHY_NO_ACCESS_(v, width, lvalue)                          \
	((width) == 0		      ? IOP_IS_RECORD(lvalue) ? 3 : 4 \
	 : !(IOP_TAKES_(v) & (width)) ? 8                             \
				      : ((width) == 8 ? IOP_WHY_NO_8_ : 0x0505) >> 4 * (IOP_CAPS(v) & 3) & 15)
/* One message for all widths: each more would be compiled for each access. */
#define IOP_NOT_TAKEN                                                                                                     \
	"iopath: the device does not take accesses of this width, but those that the type of the view names (64 bits in " \
	"halves: iop_read_lo_hi)"
/* Only who writes asks whether it may. */
#define IOP_WHY_READ_ONLY_0(p)
#define IOP_WHY_READ_ONLY_1(p) IOP_IS_CONST(*(p).as[0]) ? 7:
#define IOP_ASSERT_WRITES_0(why)
#define IOP_ASSERT_WRITES_1(why) IOP_ASSERT(why != 7, IOP_READ_ONLY);
#define IOP_ASSERT_ACCESS_(why)                                                                                              \
	IOP_ASSERT(why != 1, IOP_NOT_A_VIEW);                                                                                \
	IOP_ASSERT(why != 3, "iopath: a struct has no value: project a field, or copy it (iop_copy_read, iop_copy_write)");  \
	IOP_ASSERT(why != 4,                                                                                                 \
		   "iopath: not a width of I/O access: uint8_t, uint16_t, uint32_t or uint64_t (project a field, or copy)"); \
	IOP_ASSERT(why != 5, IOP_NO_ACCESSORS);                                                                              \
	IOP_ASSERT(why != 6, "iopath: this backend has no 64-bit access here");                                              \
	IOP_ASSERT(why != 8, IOP_NOT_TAKEN)

/*
 * Declares @why for the value access to the target of @p, which IOP_VIEW_POINTER_ made of @v; and the kind of the target. In C++
 * both are worked out once for each type of view.
 */
#ifdef __cplusplus
template <class V, bool Writes>
constexpr int iop_why_no_value()
{
	if constexpr (!iop_is_view<V>)
		return 1;
	else
		return IOP_IS_DYNAMIC(IOP_ANY_(V)) ? 2
		       : Writes && IOP_IS_CONST(*IOP_ANY_(V).as[0])
			       ? 7
			       : IOP_WHY_NO_ACCESS_(IOP_ANY_(V), IOP_WIDTH(*IOP_ANY_(V).as[0]), *IOP_ANY_(V).as[0]);
}
template <class V, bool Writes>
constexpr int iop_no_value = iop_why_no_value<V, Writes>();
template <class V>
constexpr int iop_kind_of_target = IOP_KIND_(*IOP_ANY_(V).as[0]);
#define IOP_WHY_NO_VALUE_(why, v, p, writes)                                      \
	IOP_CONSTANTS_ why##k = iop_kind_of_target<iop_unqualified<decltype(p)>>, \
		       why = iop_no_value<iop_unqualified<decltype(v)>, (writes) != 0> IOP_END_CONSTANTS_;
#else
#define IOP_WHY_NO_VALUE_(why, v, p, writes)                                                                               \
	typedef IOP_KIND_TYPE_(*(p).as[0]) why##K;                                                                         \
	IOP_CONSTANTS_ why##k = IOP_KIND_OF_(why##K),                                                                      \
		       why = !IOP_IS_RECORD(v)	 ? 1                                                                       \
			     : IOP_IS_DYNAMIC(p) ? 2                                                                       \
						 : IOP_WHY_READ_ONLY_##writes(p)                                           \
							   IOP_WHY_NO_ACCESS_(p, IOP_KIND_WIDTH_((int)why##k), *(p).as[0]) \
								   IOP_END_CONSTANTS_;
#endif
#define IOP_REFUSE_VALUE_(why, v, p, writes)                                                                     \
	IOP_WHY_NO_VALUE_(why, v, p, writes)                                                                     \
	IOP_ASSERT(why != 2, "iopath: value access needs a sized target: project an element, or use an offset"); \
	IOP_ASSERT_WRITES_##writes(why) IOP_ASSERT_ACCESS_(why)

/* One access of the width of T, @delta bytes into what @v is a view of, which somebody has checked. */
#define IOP_LOAD_AT_(v, T, delta) ((T)IOP_BACKEND((v).raw, load)(IOP_BACKEND((v).raw, advance)((v).raw, (delta)), sizeof(T)))
#define IOP_STORE_AT_(v, T, delta, value) \
	IOP_BACKEND((v).raw, store)(IOP_BACKEND((v).raw, advance)((v).raw, (delta)), sizeof(T), (value))

/* The same for a T in @order, whose value is a number. */
#define IOP_LOAD_IN_AT_(v, T, order, delta) \
	((IOP_VALUE_TYPE(IOP_ANY_(T)))IOP_RAW_LOAD_IN_(IOP_BACKEND((v).raw, advance)((v).raw, (delta)), sizeof(T), order))
#define IOP_STORE_IN_AT_(v, T, order, delta, value) \
	IOP_RAW_STORE_IN_(IOP_BACKEND((v).raw, advance)((v).raw, (delta)), sizeof(T), order, (value))

/* The type of a value of the target, and its access. */
#ifdef __cplusplus
template <class Raw>
IOP_INLINE uint64_t iop_raw_load_in(Raw raw, unsigned width, unsigned order)
{
	return iop_in_order(order, IOP_BACKEND(raw, is_io)(raw), width, IOP_BACKEND(raw, load)(raw, width));
}
template <class Raw>
IOP_INLINE void iop_raw_store_in(Raw raw, unsigned width, unsigned order, uint64_t value)
{
	IOP_BACKEND(raw, store)(raw, width, iop_in_order(order, IOP_BACKEND(raw, is_io)(raw), width, value));
}
template <class V>
using iop_value_of_view = IOP_VALUE_TYPE(*IOP_ANY_(V).as[0]);
#define IOP_RAW_LOAD_IN_(raw, width, order)	    iop_raw_load_in(raw, width, order)
#define IOP_RAW_STORE_IN_(raw, width, order, value) iop_raw_store_in(raw, width, order, value)
#define IOP_LOAD_IN_ORDER_			    IOP_RAW_LOAD_IN_
#define IOP_STORE_IN_ORDER_			    IOP_RAW_STORE_IN_
#define IOP_VALUE_OF_(p, why)			    iop_value_of_view<iop_unqualified<decltype(p)>>
#else
#define IOP_RAW_LOAD_IN_(raw, width, order)	    IOP_BACKEND(raw, load_in)(raw, width, order)
#define IOP_RAW_STORE_IN_(raw, width, order, value) IOP_BACKEND(raw, store_in)(raw, width, order, value)
/* Most have the backend's own order, and a compiler reads a second choice in less time than it removes the conversion. */
#define IOP_LOAD_IN_ORDER_(raw, width, order) \
	__builtin_choose_expr((order) == 0, IOP_BACKEND(raw, load)(raw, width), IOP_BACKEND(raw, load_in)(raw, width, order))
#define IOP_STORE_IN_ORDER_(raw, width, order, value)                                   \
	__builtin_choose_expr((order) == 0, IOP_BACKEND(raw, store)(raw, width, value), \
			      IOP_BACKEND(raw, store_in)(raw, width, order, value))
#define IOP_VALUE_OF_(p, why) IOP_VALUE_OF_KIND_(why##K)
#endif
#define IOP_LOAD_(p, why)		    IOP_LOAD_IN_(p, why, IOP_KIND_ORDER_(why##k))
#define IOP_STORE_(p, why, value)	    IOP_STORE_IN_(p, why, IOP_KIND_ORDER_(why##k), value)
#define IOP_LOAD_IN_(p, why, order)	    ((IOP_VALUE_OF_(p, why))IOP_LOAD_IN_ORDER_((p).raw, IOP_KIND_WIDTH_(why##k), order))
#define IOP_STORE_IN_(p, why, order, value) IOP_STORE_IN_ORDER_((p).raw, IOP_KIND_WIDTH_(why##k), order, value)

/*
 * The names of variables below are the same in each use, although a use may stand in an argument of another one: it has a scope of
 * its own there. Unique names would need two more levels of macros, through which all of @view is passed each time.
 */

/* Whatever the comma before it says: clang does not ask for an argument where one may be missing. */
#define IOP_NOTHING_(...)

/** iop_read(view) reads the target of @view; its type is the target's. Exactly one access. */
#define iop_read(view, ...)                                                                              \
	__extension__({                                                                                  \
		IOP_ASSERT(sizeof(#__VA_ARGS__) == 1, "iopath: iop_read takes a view and nothing else"); \
		IOP_NOTHING_(, ##__VA_ARGS__)                                                            \
		IOP_AUTO iop_rv_ = (view);                                                               \
		IOP_AUTO iop_rp_ = IOP_VALUE_POINTER_(iop_rv_);                                          \
		IOP_REFUSE_VALUE_(iop_rw_, iop_rv_, *iop_rp_, 0);                                        \
		IOP_LOAD_(*iop_rp_, iop_rw_);                                                            \
	})

/** Writes @value, converted to the target's type, to the target of @view. Exactly one access; @value is evaluated once, last. */
#define iop_write(view, value)                                                                             \
	__extension__({                                                                                    \
		IOP_AUTO iop_wv_ = (view);                                                                 \
		IOP_AUTO iop_wp_ = IOP_VALUE_POINTER_(iop_wv_);                                            \
		IOP_REFUSE_VALUE_(iop_ww_, iop_wv_, *iop_wp_, 1);                                          \
		IOP_DECLARE_(IOP_VALUE_OF_(*iop_wp_, iop_ww_), iop_wx_, IOP_KIND_WIDTH_(iop_ww_k), value); \
		IOP_STORE_(*iop_wp_, iop_ww_, iop_wx_);                                                    \
	})

/**
 * Reads the target into a new variable @var, evaluates @expression, which may use it, and writes the result back: one load, then
 * one store. Nothing makes the two atomic. Debug builds panic with "reset during an update" if the function was reset between them
 * (bus.h): what was read is no longer true.
 */
#define iop_update(view, var, expression)                                                                       \
	__extension__({                                                                                         \
		IOP_AUTO iop_uv_ = (view);                                                                      \
		IOP_AUTO iop_up_ = IOP_VALUE_POINTER_(iop_uv_);                                                 \
		IOP_REFUSE_VALUE_(iop_uw_, iop_uv_, *iop_up_, 1);                                               \
		IOP_KNOWN_FROM_(iop_uk_, iop_up_->raw);                                                         \
		IOP_AUTO var = IOP_LOAD_(*iop_up_, iop_uw_);                                                    \
		IOP_DECLARE_(IOP_VALUE_OF_(*iop_up_, iop_uw_), iop_ux_, IOP_KIND_WIDTH_(iop_uw_k), expression); \
		IOP_STILL_KNOWN_(iop_uk_, iop_up_->raw);                                                        \
		IOP_STORE_(*iop_up_, iop_uw_, iop_ux_);                                                         \
	})

/* Why a T in the Region @p, which IOP_VIEW_POINTER_ made of @v, cannot be accessed; in C++ worked out once for each view and T. */
#ifdef __cplusplus
template <class V, class T, bool Writes>
constexpr int iop_why_no_offset()
{
	if constexpr (!iop_is_view<V>)
		return std::is_class_v<V> || std::is_union_v<V> ? 2 : 1;
	else if constexpr (!IOP_IS_REGION(IOP_ANY_(V)))
		return 2;
	else
		return Writes && IOP_IS_CONST(*IOP_ANY_(V).as[0])
			       ? 7
			       : IOP_WHY_NO_ACCESS_(IOP_ANY_(V), IOP_WIDTH(IOP_ANY_(T)), IOP_ANY_(T));
}
template <class V, class T, bool Writes>
constexpr int iop_no_offset = iop_why_no_offset<V, T, Writes>();
#define IOP_WHY_NO_OFFSET_(v, p, T, width, writes) iop_no_offset<iop_unqualified<decltype(v)>, iop_unqualified<T>, (writes) != 0>
#else
#define IOP_WHY_NO_OFFSET_(v, p, T, width, writes) \
	!IOP_IS_RECORD(v) ? 1 : !IOP_IS_REGION(p) ? 2 : IOP_WHY_READ_ONLY_##writes(p) IOP_WHY_NO_ACCESS_(p, width, IOP_ANY_(T))
#endif
/* Declares @why for the access to a T in the Region @p, which IOP_VIEW_POINTER_ made of @v. */
#define IOP_REFUSE_OFFSET_(why, v, p, T, width, writes)                                                             \
	IOP_CONSTANTS_ why = IOP_WHY_NO_OFFSET_(v, p, T, width, writes) IOP_END_CONSTANTS_;                         \
	IOP_ASSERT(why != 2, "iopath: offset access is for Region views only (project the field of a typed view)"); \
	IOP_ASSERT_WRITES_##writes(why) IOP_ASSERT_ACCESS_(why)

/* Declares @o, the value of an @offset: a negative one converts to a huge one, which is out of bounds. */
#define IOP_OFFSET_AS_(o, offset) const size_t o = iop_index_of(offset)

/* Is the access inside, and does the device take it, where that is known at run time only? */
#define IOP_OFFSET_OK_(v, T, offset) IOP_OFFSET_OF_OK_(v, T, sizeof(T), offset)
#define IOP_OFFSET_OF_OK_(v, T, width, offset) \
	(iop_offset_valid((v).raw.addr, (offset), IOP_DYNAMIC_LEN_(v), sizeof(T), IOP_ALIGNOF(T)) && IOP_TAKEN_NOW_(v, width))

/* Declares the offset @o, proved to be inside the minimum size of the Region @p. */
#define IOP_OFFSET_PROVED_(o, p, T, offset)                                                                                       \
	IOP_ASSERT(IOP_ALIGNOF(T) <= IOP_REGION_ALIGN_OF_(p), "iopath: a Region guarantees 4-byte alignment only: no infallible " \
							      "64-bit access (use IOP_REGION8, or iop_try_read64)");              \
	IOP_ASSERT_LITERAL_(offset, iop_literal_in_(offset, IOP_MIN_SIZE_(p), sizeof(T), IOP_ALIGNOF(T)));                        \
	IOP_OFFSET_AS_(o, offset);                                                                                                \
	if (!iop_offset_valid(0, o, IOP_MIN_SIZE_(p), sizeof(T), IOP_ALIGNOF(T)))                                                 \
	IOP_FAIL_TO_BUILD(iop_build_error_offset, "offset", o, "width", sizeof(T), "minimum size", IOP_MIN_SIZE_(p))

#define IOP_ASSERT_NUMBER_(K)                             \
	IOP_ASSERT(IOP_KIND_ORDER_(IOP_KIND_OF_(K)) == 0, \
		   "iopath: a value read or written at an offset is a number (iop_try_read32be converts)")

/* A literal offset is refused at -O0 as well: the plain arithmetic of iop_offset_valid on constants, which may exceed a size_t. */
#define iop_literal_in_(o, size, width, align) \
	((uint64_t)(o) <= (size) && (size) - (uint64_t)(o) >= (width) && (uint64_t)(o) % (align) == 0)
#ifdef __cplusplus
#define IOP_ASSERT_LITERAL_(x, condition) ((void)0)
#else
#define IOP_ASSERT_LITERAL_(x, condition)               \
	IOP_ASSERT(IOP_IF_CONSTANT_(x, (condition), 1), \
		   "iopath: offset access outside the minimum size of the Region, or misaligned")
#endif

#define IOP_READ_AT_(LOAD, region, T, offset)                                 \
	__extension__({                                                       \
		IOP_AUTO iop_v_ = (region);                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                  \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 0); \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, T, offset);               \
		LOAD(*iop_p_, T, iop_o_);                                     \
	})

#define IOP_WRITE_AT_(STORE, region, T, value, offset)                        \
	__extension__({                                                       \
		IOP_AUTO iop_v_ = (region);                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                  \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 1); \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, T, offset);               \
		IOP_DECLARE_(T, iop_x_, sizeof(T), value);                    \
		STORE(*iop_p_, T, iop_o_, iop_x_);                            \
	})

#define IOP_UPDATE_AT_(region, T, offset, var, expression)                    \
	__extension__({                                                       \
		IOP_AUTO iop_v_ = (region);                                   \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                  \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 1); \
		IOP_OFFSET_PROVED_(iop_o_, *iop_p_, T, offset);               \
		IOP_KNOWN_FROM_(iop_k_, iop_p_->raw);                         \
		T var = IOP_LOAD_AT_(*iop_p_, T, iop_o_);                     \
		IOP_DECLARE_(T, iop_x_, sizeof(T), expression);               \
		IOP_STILL_KNOWN_(iop_k_, iop_p_->raw);                        \
		IOP_STORE_AT_(*iop_p_, T, iop_o_, iop_x_);                    \
	})

/** Infallible offset access: the value at @offset bytes into @region. */
#define iop_read8(region, offset)  IOP_READ_AT_(IOP_LOAD_AT_, region, uint8_t, offset)
#define iop_read16(region, offset) IOP_READ_AT_(IOP_LOAD_AT_, region, uint16_t, offset)
#define iop_read32(region, offset) IOP_READ_AT_(IOP_LOAD_AT_, region, uint32_t, offset)
#define iop_read64(region, offset) IOP_READ_AT_(IOP_LOAD_AT_, region, uint64_t, offset)

/** Infallible offset access: @value first, then @offset, as in the kernel's write32(value, offset). */
#define iop_write8(region, value, offset)  IOP_WRITE_AT_(IOP_STORE_AT_, region, uint8_t, value, offset)
#define iop_write16(region, value, offset) IOP_WRITE_AT_(IOP_STORE_AT_, region, uint16_t, value, offset)
#define iop_write32(region, value, offset) IOP_WRITE_AT_(IOP_STORE_AT_, region, uint32_t, value, offset)
#define iop_write64(region, value, offset) IOP_WRITE_AT_(IOP_STORE_AT_, region, uint64_t, value, offset)

/** Infallible update: one load into @var, @expression, one store of its value. */
#define iop_update8(region, offset, var, expression)  IOP_UPDATE_AT_(region, uint8_t, offset, var, expression)
#define iop_update16(region, offset, var, expression) IOP_UPDATE_AT_(region, uint16_t, offset, var, expression)
#define iop_update32(region, offset, var, expression) IOP_UPDATE_AT_(region, uint32_t, offset, var, expression)
#define iop_update64(region, offset, var, expression) IOP_UPDATE_AT_(region, uint64_t, offset, var, expression)

/** Reads a primitive of the type of *@value at @offset into *@value. 0, or -EINVAL: nothing accessed, *@value unchanged. */
#define iop_try_read(region, offset, value) IOP_RESULT_(IOP_TRY_READ_AT_(IOP_LOAD_AT_, region, offset, value))
#define IOP_TRY_READ_AT_(LOAD, region, offset, value)                                                                       \
	__extension__({                                                                                                     \
		IOP_AUTO iop_v_ = (region);                                                                                 \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                                                                \
		IOP_OFFSET_AS_(iop_o_, offset);                                                                             \
		IOP_AUTO iop_x_ = (value);                                                                                  \
		typedef IOP_KIND_TYPE_(*iop_x_) iop_K_;                                                                     \
		typedef IOP_VALUE_OF_KIND_(iop_K_) iop_t_;                                                                  \
		IOP_ASSERT_NUMBER_(iop_K_);                                                                                 \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, __typeof__(*iop_x_), IOP_KIND_WIDTH_(IOP_KIND_OF_(iop_K_)), 0); \
		int iop_e_ = IOP_OFFSET_OK_(*iop_p_, iop_t_, iop_o_) ? 0 : -EINVAL;                                         \
		if (__builtin_expect(!iop_e_, 1))                                                                           \
			*iop_x_ = LOAD(*iop_p_, iop_t_, iop_o_);                                                            \
		iop_e_;                                                                                                     \
	})

/* Location check first, then the value is evaluated and converted, then stored. */
#define IOP_TRY_WRITE_AT_(STORE, region, T, value, offset)                     \
	__extension__({                                                        \
		IOP_AUTO iop_v_ = (region);                                    \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                   \
		IOP_OFFSET_AS_(iop_o_, offset);                                \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 1);  \
		int iop_e_ = IOP_OFFSET_OK_(*iop_p_, T, iop_o_) ? 0 : -EINVAL; \
		if (__builtin_expect(!iop_e_, 1)) {                            \
			IOP_DECLARE_(T, iop_x_, sizeof(T), value);             \
			STORE(*iop_p_, T, iop_o_, iop_x_);                     \
		}                                                              \
		iop_e_;                                                        \
	})

#define IOP_TRY_UPDATE_AT_(region, T, offset, var, expression)                 \
	__extension__({                                                        \
		IOP_AUTO iop_v_ = (region);                                    \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                   \
		IOP_OFFSET_AS_(iop_o_, offset);                                \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, T, sizeof(T), 1);  \
		int iop_e_ = IOP_OFFSET_OK_(*iop_p_, T, iop_o_) ? 0 : -EINVAL; \
		if (__builtin_expect(!iop_e_, 1)) {                            \
			IOP_KNOWN_FROM_(iop_k_, iop_p_->raw);                  \
			T var = IOP_LOAD_AT_(*iop_p_, T, iop_o_);              \
			IOP_DECLARE_(T, iop_x_, sizeof(T), expression);        \
			IOP_STILL_KNOWN_(iop_k_, iop_p_->raw);                 \
			IOP_STORE_AT_(*iop_p_, T, iop_o_, iop_x_);             \
		}                                                              \
		iop_e_;                                                        \
	})

/**
 * Writes the primitive at @pointer, whose type says the width, at @offset: the value is named as in iop_try_read, the order is
 * that of iop_try_write32. 0, or -EINVAL: nothing accessed, @pointer not evaluated.
 */
#define iop_try_write(region, pointer, offset) IOP_RESULT_(IOP_TRY_WRITE_FROM_(region, pointer, offset))
#define IOP_TRY_WRITE_FROM_(region, pointer, offset)                                                                         \
	__extension__({                                                                                                      \
		IOP_AUTO iop_v_ = (region);                                                                                  \
		IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                                                                 \
		IOP_OFFSET_AS_(iop_o_, offset);                                                                              \
		IOP_ASSERT(IOP_IS_POINTER(pointer),                                                                          \
			   "iopath: iop_try_write takes (region, &value, offset), iop_try_write32 (region, value, offset)"); \
		typedef __typeof__(*IOP_POINTER(pointer)) iop_T_;                                                            \
		typedef IOP_KIND_TYPE_(IOP_ANY_(iop_T_)) iop_K_;                                                             \
		typedef IOP_VALUE_OF_KIND_(iop_K_) iop_t_;                                                                   \
		IOP_ASSERT_NUMBER_(iop_K_);                                                                                  \
		IOP_REFUSE_OFFSET_(iop_w_, iop_v_, *iop_p_, iop_T_, IOP_KIND_WIDTH_(IOP_KIND_OF_(iop_K_)), 1);               \
		int iop_e_ = IOP_OFFSET_OK_(*iop_p_, iop_t_, iop_o_) ? 0 : -EINVAL;                                          \
		if (__builtin_expect(!iop_e_, 1)) {                                                                          \
			iop_t_ iop_x_ = *IOP_POINTER(pointer);                                                               \
			IOP_STORE_AT_(*iop_p_, iop_t_, iop_o_, iop_x_);                                                      \
		}                                                                                                            \
		iop_e_;                                                                                                      \
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
#define iop_try_write8(region, value, offset)  IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_AT_, region, uint8_t, value, offset))
#define iop_try_write16(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_AT_, region, uint16_t, value, offset))
#define iop_try_write32(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_AT_, region, uint32_t, value, offset))
#define iop_try_write64(region, value, offset) IOP_RESULT_(IOP_TRY_WRITE_AT_(IOP_STORE_AT_, region, uint64_t, value, offset))
/** Checks once, then one load, @expression, one store. 0, or -EINVAL: nothing accessed, @expression not evaluated. */
#define iop_try_update8(region, offset, var, expression)  IOP_RESULT_(IOP_TRY_UPDATE_AT_(region, uint8_t, offset, var, expression))
#define iop_try_update16(region, offset, var, expression) IOP_RESULT_(IOP_TRY_UPDATE_AT_(region, uint16_t, offset, var, expression))
#define iop_try_update32(region, offset, var, expression) IOP_RESULT_(IOP_TRY_UPDATE_AT_(region, uint32_t, offset, var, expression))
#define iop_try_update64(region, offset, var, expression) IOP_RESULT_(IOP_TRY_UPDATE_AT_(region, uint64_t, offset, var, expression))
#endif
