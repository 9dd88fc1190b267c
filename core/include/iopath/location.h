/* SPDX-License-Identifier: MIT */
/**
 * location.h - named places in a Region or a block of registers
 *
 * A location is a name for an offset, for the type that lies there, and for the target that the offset is in. Registers have one
 * each (register.h); a block of registers is given one at file scope by
 *
 *	IOP_BLOCK(nic_chan, 0x100);                                   struct nic_chan: 0x100 bytes, 4-aligned, untyped
 *	IOP_LOCATION(nic_admin, struct nic_chan, IOP_AT(0x400));
 *	IOP_LOCATION(nic_chans, struct nic_chan, IOP_ARRAY(8, 0x1000));
 *
 * The place is one of
 *
 *	IOP_AT(off)                  fixed
 *	IOP_ARRAY(n, off)            n of them in a row
 *	IOP_ARRAY(n, stride, off)    n of them, @stride bytes apart; what lies between is unspecified
 *	IOP_ALIAS(OTHER)             where OTHER is, an array if that is one
 *	IOP_ALIAS_AT(ARRAY, i)       where element i of ARRAY is
 *	IOP_REL(FAMILY, off)         @off bytes after a base that each use chooses: IOP_BASE(FAMILY, NAME, base)
 *	IOP_REL_ARRAY(FAMILY, n, [stride,] off)
 *	IOP_IN(BASE, off)            in views whose target is the type BASE and no other
 *	IOP_ARRAY_IN(BASE, n, [stride,] off)
 *
 * All but the last two are for Regions of any size. A use names a location in one of these ways:
 *
 *	nic_ctrl                     fixed
 *	iop_at(nic_rx, i)            element of an array: i is proved to be in bounds, or it does not build
 *	iop_of(chan0, chan_ctrl)     relative to base chan0; of a relative array: iop_of(chan0, chan_rx, i)
 *	iop_loc(nic_rx, loc)         what iop_try_at stored in loc; the checked way to a run-time index
 *
 * A view of what lies there comes from iop_project, and then registers of that block have their place in the view:
 *
 *	IOP_AUTO chan = iop_project(bar, iop_or_loc(nic_admin, return -EINVAL));  outside the real size: what the statement says
 *	err = iop_try_project(&chan, bar, iop_check_loc(nic_admin));             outside the real size: -EINVAL
 *	IOP_AUTO chan = iop_project(bar, iop_build_loc(iop_at(nic_chans, 2)));    outside the minimum size: does not build
 *
 * Offsets never wrap around: a declaration that would wrap does not compile. Locations may overlap. For each location: constants
 * nic_rx_OFFSET, nic_rx_COUNT (1 unless an array) and nic_rx_STRIDE.
 * Source: docs/semantics.md, rows 16, 18.
 */
#ifndef IOPATH_LOCATION_H
#define IOPATH_LOCATION_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/foreach.h>
#include <iopath/project.h>

IOP_BUILD_FAIL(iop_build_error_element, "iopath: index not provably inside the array of locations (use iop_try_at)");
IOP_BUILD_FAIL(iop_build_error_location,
	       "iopath: location not provably inside the minimum size of the view and aligned (use the try flavour)");

/** Declares struct @NAME, a block of @bytes of registers. */
#define IOP_BLOCK(NAME, bytes)                   \
	struct NAME {                            \
		uint32_t iop_words[(bytes) / 4]; \
	};                                       \
	IOP_ASSERT(sizeof(struct NAME) == (bytes), "iopath: a block is a multiple of 4 bytes")

/** Declares base @NAME of @FAMILY, at @base: registers that are relative to the family have an instance there. */
#define IOP_BASE(FAMILY, NAME, base)                              \
	struct FAMILY;                                            \
	typedef struct FAMILY NAME##_iop_family;                  \
	IOP_ASSERT(IOP_IS_SIZE_(base), "iopath: no such offset"); \
	IOP_CONSTANT_(size_t, NAME##_BASE, base)

/** Declares that a @TYPE lies @where: one of the forms above. */
#define IOP_LOCATION(NAME, TYPE, where)  \
	IOP_LOCATION_(NAME, TYPE, where) \
	typedef TYPE NAME##_iop_type

/* Targets that a location without a base is for, and the family of what is not relative. */
struct iop_any_region;
struct iop_not_relative;

#define IOP_LOC_ARRAY_	  1
#define IOP_LOC_RELATIVE_ 2

/** Forms of a location, described above. Each becomes: kind, base, family, count, stride, offset. */
#define IOP_AT(offset)		   (FIXED, struct iop_any_region, struct iop_not_relative, 0, offset)
#define IOP_IN(BASE, offset)	   (FIXED, BASE, struct iop_not_relative, 0, offset)
#define IOP_REL(FAMILY, offset)	   (FIXED, struct iop_any_region, struct FAMILY, IOP_LOC_RELATIVE_, offset)
#define IOP_ARRAY(...)		   (ARRAY, struct iop_any_region, struct iop_not_relative, IOP_LOC_ARRAY_, __VA_ARGS__)
#define IOP_ARRAY_IN(BASE, ...)	   (ARRAY, BASE, struct iop_not_relative, IOP_LOC_ARRAY_, __VA_ARGS__)
#define IOP_REL_ARRAY(FAMILY, ...) (ARRAY, struct iop_any_region, struct FAMILY, IOP_LOC_ARRAY_ | IOP_LOC_RELATIVE_, __VA_ARGS__)
#define IOP_ALIAS(OTHER)	   (ALIAS, OTHER)
#define IOP_ALIAS_AT(OTHER, i)	   (ALIAS_AT, OTHER, i)

#define IOP_LOCATION_(NAME, T, where)				IOP_LOCATION__(NAME, T, IOP_OPEN where)
#define IOP_LOCATION__(...)					IOP_LOCATION___(__VA_ARGS__)
#define IOP_LOCATION___(NAME, T, kind, ...)			IOP_LOCATION_##kind(NAME, T, __VA_ARGS__)
#define IOP_LOCATION_FIXED(NAME, T, BASE, FAMILY, form, offset) IOP_PLACE_(NAME, T, BASE, FAMILY, form, 1, sizeof(T), offset)
#define IOP_LOCATION_ARRAY(NAME, T, BASE, FAMILY, form, n, ...) \
	IOP_CAT(IOP_LOCATION_ARRAY_, IOP_EACH_MORE(__VA_ARGS__))(NAME, T, BASE, FAMILY, form, n, __VA_ARGS__)
#define IOP_LOCATION_ARRAY_0(NAME, T, BASE, FAMILY, form, n, offset) IOP_PLACE_(NAME, T, BASE, FAMILY, form, n, sizeof(T), offset)
#define IOP_LOCATION_ARRAY_1(NAME, T, BASE, FAMILY, form, n, stride, offset) \
	IOP_PLACE_(NAME, T, BASE, FAMILY, form, n, stride, offset)
#define IOP_LOCATION_ALIAS(NAME, T, OTHER)                                                         \
	IOP_PLACE_(NAME, T, OTHER##_iop_base, OTHER##_iop_family, OTHER##_iop_form, OTHER##_COUNT, \
		   (OTHER##_iop_form & IOP_LOC_ARRAY_) != 0 ? OTHER##_STRIDE : sizeof(T), OTHER##_OFFSET)
#define IOP_LOCATION_ALIAS_AT(NAME, T, OTHER, i)                                                                                \
	IOP_ASSERT((OTHER##_iop_form & IOP_LOC_ARRAY_) != 0, "iopath: only an array of locations has elements");                \
	IOP_ASSERT(IOP_IS_SIZE_(i) && (size_t)(i) < OTHER##_COUNT, "iopath: alias of an element that the array does not have"); \
	IOP_PLACE_(NAME, T, OTHER##_iop_base, OTHER##_iop_family, OTHER##_iop_form & ~IOP_LOC_ARRAY_, 1, sizeof(T),             \
		   OTHER##_OFFSET + (size_t)(i)*OTHER##_STRIDE)

#define IOP_PLACE_(NAME, T, BASE_, FAMILY_, form, n, stride, offset)                                                \
	typedef BASE_ NAME##_iop_base;                                                                              \
	typedef FAMILY_ NAME##_iop_family;                                                                          \
	IOP_CONSTANT_(int, NAME##_iop_form, form);                                                                  \
	IOP_CONSTANT_(size_t, NAME##_COUNT, n);                                                                     \
	IOP_CONSTANT_(size_t, NAME##_STRIDE, stride);                                                               \
	IOP_CONSTANT_(size_t, NAME##_OFFSET, offset);                                                               \
	struct NAME##_location {                                                                                    \
		size_t iop_offset;                                                                                  \
	};                                                                                                          \
	IOP_ASSERT((size_t)(n) > 0, "iopath: an array of locations has elements");                                  \
	IOP_ASSERT(sizeof(T) <= (size_t)(stride), "iopath: the stride of this array is smaller than its elements"); \
	IOP_ASSERT(IOP_IS_SIZE_(offset) && IOP_IS_SIZE_(n) && IOP_IS_SIZE_(stride) &&                               \
			   IOP_NO_WRAP_((size_t)(offset), (size_t)(n), (size_t)(stride), sizeof(T)),                \
		   "iopath: the offsets of this location wrap around");

/* Does the conversion to size_t keep the value of a constant? */
#define IOP_IS_SIZE_(x) (!((unsigned long long)(x) - (size_t)(x)))

/* Does the last of @n elements end before the end of the address space? */
#define IOP_NO_WRAP_(offset, n, stride, size) \
	((offset) <= (size_t)-1 / 2 - (size) && (n)-1 <= ((size_t)-1 / 2 - (size) - (offset)) / ((stride) + ((stride) == 0)))

/** Uses of a location that is not just a name. */
#define iop_at(NAME, i)		(IOP_USE_ELEMENT, NAME, i)
#define iop_loc(NAME, loc)	(IOP_USE_STORED, NAME, loc)
#define iop_of(BASE, ...)	IOP_CAT(IOP_OF_, IOP_EACH_MORE(__VA_ARGS__))(BASE, __VA_ARGS__)
#define IOP_OF_0(BASE, NAME)	(IOP_USE_RELATIVE, NAME, BASE)
#define IOP_OF_1(BASE, NAME, i) (IOP_USE_RELATIVE_ELEMENT, NAME, i, BASE)

/**
 * Stores the place of element @i of array @NAME in *@loc, a struct NAME_location, for iop_loc. Returns false, *@loc unchanged, if the
 * array has no such element. iop_try_of is the same for a relative array.
 */
#define iop_try_at(NAME, i, loc)       IOP_RESULT_(IOP_TRY_ELEMENT_(NAME, IOP_LOC_ARRAY_, (size_t)NAME##_OFFSET, i, loc))
#define iop_try_of(BASE, NAME, i, loc) IOP_RESULT_(IOP_TRY_OF_VALUE_(BASE, NAME, i, loc))
#define IOP_TRY_OF_VALUE_(BASE, NAME, i, loc)                                                                            \
	__extension__({                                                                                                  \
		IOP_ASSERT_BASE_OF_(BASE, NAME);                                                                         \
		IOP_TRY_ELEMENT_(NAME, IOP_LOC_ARRAY_ | IOP_LOC_RELATIVE_, (size_t)BASE##_BASE + NAME##_OFFSET, i, loc); \
	})
#define IOP_TRY_ELEMENT_(NAME, form, offset, i, loc)                                                              \
	__extension__({                                                                                           \
		IOP_ASSERT_FORM_(NAME, form);                                                                     \
		struct NAME##_location *iop_tl_ = (loc);                                                          \
		iop_location_element((offset), NAME##_COUNT, NAME##_STRIDE, IOP_INDEX_(i), &iop_tl_->iop_offset); \
	})

/** The offset of element @i: false, and *@place unchanged, if i >= count or the arithmetic would wrap around. */
IOP_INLINE bool iop_location_element(size_t offset, size_t count, size_t stride, size_t i, size_t *place)
{
	size_t distance, sum;

	if (i >= count || __builtin_mul_overflow(i, stride, &distance) || __builtin_add_overflow(offset, distance, &sum))
		return false;
	*place = sum;
	return true;
}

/*
 * A use is a name, or a tuple made above; its first member is the prefix of the macros that answer: its NAME; its offset, with the
 * checks that belong to it; and the smallest and largest offset that it can have, as constants.
 */
#define IOP_USE_PROBE_(...)		  , IOP_USE_TUPLE_
#define IOP_USE_(what, use)		  IOP_USE_PICK_(IOP_USE_PROBE_ use, IOP_USE_PLAIN_, )(what, use)
#define IOP_USE_PICK_(...)		  IOP_USE_KIND_(__VA_ARGS__)
#define IOP_USE_KIND_(a, kind, ...)	  kind
#define IOP_USE_PLAIN_(what, NAME)	  IOP_USE_NAME##what(NAME)
#define IOP_USE_TUPLE_(what, use)	  IOP_USE_TUPLE__(what, IOP_OPEN use)
#define IOP_USE_TUPLE__(...)		  IOP_USE_TUPLE___(__VA_ARGS__)
#define IOP_USE_TUPLE___(what, kind, ...) kind##what(__VA_ARGS__)

/* Whichever it is, the name comes first. */
#define IOP_USED_NAME_(use)			   IOP_USE_(_NAME_, use)
#define IOP_USE_NAME_NAME_(NAME)		   NAME
#define IOP_USE_ELEMENT_NAME_(NAME, i)		   NAME
#define IOP_USE_STORED_NAME_(NAME, l)		   NAME
#define IOP_USE_RELATIVE_NAME_(NAME, b)		   NAME
#define IOP_USE_RELATIVE_ELEMENT_NAME_(NAME, i, b) NAME

#define IOP_USED_OFFSET_(use) IOP_USE_(_OFFSET_, use)
#define IOP_USE_NAME_OFFSET_(NAME)         \
	__extension__({                    \
		IOP_ASSERT_FORM_(NAME, 0); \
		(size_t) NAME##_OFFSET;    \
	})
#define IOP_USE_ELEMENT_OFFSET_(NAME, i)                                    \
	__extension__({                                                     \
		IOP_ASSERT_FORM_(NAME, IOP_LOC_ARRAY_);                     \
		NAME##_OFFSET + IOP_PROVED_INDEX_(NAME, i) * NAME##_STRIDE; \
	})
#define IOP_USE_STORED_OFFSET_(NAME, loc)               \
	__extension__({                                 \
		struct NAME##_location iop_sl_ = (loc); \
		iop_sl_.iop_offset;                     \
	})
#define IOP_USE_RELATIVE_OFFSET_(NAME, B)                  \
	__extension__({                                    \
		IOP_ASSERT_FORM_(NAME, IOP_LOC_RELATIVE_); \
		IOP_ASSERT_BASE_OF_(B, NAME);              \
		(size_t) B##_BASE + NAME##_OFFSET;         \
	})
#define IOP_USE_RELATIVE_ELEMENT_OFFSET_(NAME, i, B)                                            \
	__extension__({                                                                         \
		IOP_ASSERT_FORM_(NAME, IOP_LOC_ARRAY_ | IOP_LOC_RELATIVE_);                     \
		IOP_ASSERT_BASE_OF_(B, NAME);                                                   \
		(size_t) B##_BASE + NAME##_OFFSET + IOP_PROVED_INDEX_(NAME, i) * NAME##_STRIDE; \
	})

#define IOP_ASSERT_FORM_(NAME, form)          \
	IOP_ASSERT(NAME##_iop_form == (form), \
		   "iopath: name this location as it was declared: NAME, iop_at(NAME, i), iop_of(BASE, NAME[, i])")
#define IOP_ASSERT_BASE_OF_(B, NAME)                                                                                               \
	IOP_ASSERT(IOP_SAME_TYPE((B##_iop_family *)0, (NAME##_iop_family *)0), "iopath: a base of another family");                \
	IOP_ASSERT(IOP_NO_WRAP_((size_t)B##_BASE, 1, 1, 0) && IOP_NO_WRAP_((size_t)B##_BASE + NAME##_OFFSET, (size_t)NAME##_COUNT, \
									   (size_t)NAME##_STRIDE, (size_t)NAME##_STRIDE),          \
		   "iopath: the offsets of this location wrap around")

#define IOP_PROVED_INDEX_(NAME, i)                                                                                     \
	__extension__({                                                                                                \
		IOP_ASSERT_LITERAL_INDEX_(NAME, i);                                                                    \
		const size_t iop_pi_ = IOP_INDEX_(i);                                                                  \
		if (iop_pi_ >= NAME##_COUNT)                                                                           \
			IOP_FAIL_TO_BUILD(iop_build_error_element, "index", iop_pi_, "length", NAME##_COUNT, NULL, 0); \
		iop_pi_;                                                                                               \
	})
#define IOP_ASSERT_LITERAL_INDEX_(NAME, i)                                                        \
	IOP_ASSERT(IOP_IF_CONSTANT_(i, IOP_IS_SIZE_(i) && (size_t)(i) < (size_t)NAME##_COUNT, 1), \
		   "iopath: the array of locations has no such element")

/* The base of a relative location from iop_try_of is no longer known, so there is no bound. */
#define IOP_USED_LAST_(use)			   IOP_USE_(_LAST_, use)
#define IOP_LAST_IN_(NAME)			   (NAME##_OFFSET + ((size_t)NAME##_COUNT - 1) * NAME##_STRIDE)
#define IOP_USE_NAME_LAST_(NAME)		   IOP_LAST_IN_(NAME)
#define IOP_USE_ELEMENT_LAST_(NAME, i)		   IOP_LAST_IN_(NAME)
#define IOP_USE_STORED_LAST_(NAME, l)		   ((NAME##_iop_form & IOP_LOC_RELATIVE_) != 0 ? SIZE_MAX : IOP_LAST_IN_(NAME))
#define IOP_USE_RELATIVE_LAST_(NAME, B)		   (B##_BASE + IOP_LAST_IN_(NAME))
#define IOP_USE_RELATIVE_ELEMENT_LAST_(NAME, i, B) (B##_BASE + IOP_LAST_IN_(NAME))

/* Can it have only that offset? */
#define IOP_USED_EXACT_(use)			    IOP_USE_(_EXACT_, use)
#define IOP_USE_NAME_EXACT_(NAME)		    1
#define IOP_USE_ELEMENT_EXACT_(NAME, i)		    0
#define IOP_USE_STORED_EXACT_(NAME, l)		    0
#define IOP_USE_RELATIVE_EXACT_(NAME, B)	    1
#define IOP_USE_RELATIVE_ELEMENT_EXACT_(NAME, i, B) 0

/* Is the location one of this view's target? */
#ifdef __cplusplus
#define IOP_TARGET_IS_BASE_(v, BASE) \
	(std::is_same_v<BASE, struct iop_any_region> ? IOP_IS_REGION(v) : std::is_same_v<IOP_TARGET(v), BASE>)
#else
#define IOP_TARGET_IS_BASE_(v, BASE) \
	(__builtin_types_compatible_p(BASE, struct iop_any_region) ? IOP_IS_REGION(v) : IOP_TARGET_IS_(v, BASE))
#endif
#define IOP_NOT_HERE_MESSAGE_ \
	"iopath: this location is not one of the target of this view (a location without a base is for Regions)"
#define IOP_ASSERT_LOCATED_IN_(v, NAME) \
	IOP_ASSERT_IO_(v);              \
	IOP_ASSERT(IOP_TARGET_IS_BASE_(v, NAME##_iop_base), IOP_NOT_HERE_MESSAGE_)

/* What the flavours check: that a T at the offset is inside the real size; that it is inside the minimum size. */
#define IOP_LOCATION_OK_(v, T, offset) iop_offset_valid((v).raw.addr, (offset), iop_size(v), sizeof(T), IOP_ALIGNOF(T))
#define IOP_ASSERT_LOCATION_ALIGN_(v, T)               \
	IOP_ASSERT(IOP_ALIGNOF(T) <= iop_min_align(v), \
		   "iopath: this needs more alignment than the view guarantees: only the try flavour can access it")
#define IOP_INSIDE_(v, T, offset) \
	((offset) <= iop_min_size(v) && iop_min_size(v) - (offset) >= sizeof(T) && (offset) % IOP_ALIGNOF(T) == 0)
#define IOP_PROVE_LOCATION_(v, T, NAME, use, offset)                                                       \
	IOP_ASSERT_LOCATION_ALIGN_(v, T);                                                                  \
	IOP_ASSERT(!IOP_USED_EXACT_(use) || IOP_INSIDE_(v, T, IOP_USED_LAST_(use)), IOP_OUTSIDE_MESSAGE_); \
	if (!(IOP_INSIDE_(v, T, IOP_USED_LAST_(use)) && (size_t)NAME##_STRIDE % IOP_ALIGNOF(T) == 0) &&    \
	    !iop_offset_valid(0, (offset), iop_min_size(v), sizeof(T), IOP_ALIGNOF(T)))                    \
	IOP_FAIL_TO_BUILD(iop_build_error_location, "offset", (offset), "width", sizeof(T), "minimum size", iop_min_size(v))
#define IOP_OUTSIDE_MESSAGE_ "iopath: location outside the minimum size of the view, or misaligned (use the try flavour)"

/** Steps of iop_project: the view of what lies at a location. */
#define iop_or_loc(use, ...) (IOP_STEP_LOCATION_, OR, use, __VA_ARGS__)
#define iop_build_loc(use)   (IOP_STEP_LOCATION_, BUILD, use, )
#define iop_check_loc(use)   (IOP_STEP_LOCATION_, CHECK, use, )

#define IOP_STEP_LOCATION_(k, n, FLAVOUR, use, ...) IOP_STEP_LOCATION__(k, n, FLAVOUR, use, IOP_USED_NAME_(use), __VA_ARGS__)
#define IOP_STEP_LOCATION__(...)		    IOP_STEP_LOCATION___(__VA_ARGS__)
#define IOP_STEP_LOCATION___(k, n, FLAVOUR, use, NAME, ...)                                                \
	IOP_PATH_VIEW_(k, iop_l_##n)                                                                       \
	IOP_ASSERT_LOCATED_IN_(iop_l_##n, NAME);                                                           \
	const size_t iop_i_##n = IOP_USED_OFFSET_(use);                                                    \
	IOP_LOCATED_##FLAVOUR(iop_l_##n, NAME##_iop_type, NAME, use, iop_i_##n,                            \
			      __VA_ARGS__) typedef IOP_AS_CONST_AS_(iop_l_##n, NAME##_iop_type) iop_t_##n; \
	IOP_CONSTANT_(int, iop_d_##n, 0);                                                                  \
	iop_o_ += iop_i_##n;
#define IOP_LOCATED_OR(v, T, NAME, use, offset, ...) \
	IOP_OR_(IOP_LOCATION_OK_(v, T, offset), location, ("offset", offset, "width", sizeof(T), "size", iop_size(v)), __VA_ARGS__)
#define IOP_LOCATED_CHECK(v, T, NAME, use, offset, ...) IOP_CHECK_(IOP_LOCATION_OK_(v, T, offset), location, (), )
#define IOP_LOCATED_BUILD(v, T, NAME, use, offset, ...) IOP_PROVE_LOCATION_(v, T, NAME, use, offset);

#endif
