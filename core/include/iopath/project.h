/* SPDX-License-Identifier: MIT */
/**
 * project.h - projection: the view of a part
 *
 * A projection takes a view and a path of steps and gives a view of the same backend of what the path names. It only computes an
 * address: nothing is accessed, so projecting an unmapped or a device address is fine, and its only cost is computing the address.
 *
 *	iop_project(nic, .status)                           field
 *	iop_project(nic, .ring, iop_try(i), .head)          element i of an array, then a field of it
 *	iop_project(fb, iop_try_range(a, b))                elements a to b - 1, as a slice
 *
 * Steps are evaluated left to right, each index when its step is reached. A field step is one member designator; an index step
 * comes in three flavours that differ in what happens when the index is out of bounds:
 *
 *	iop_try(i)        the *enclosing function* returns -ERANGE; later steps are not evaluated, nothing is accessed
 *	iop_build(i)      does not build, also if the compiler cannot prove it (loops over constant bounds are fine from -O2 on; at
 *	                  -O1 and -Og gcc proves little; unoptimised, it is iop_or_panic)
 *	iop_or_panic(i)   panics
 *
 * In bounds are: an index i < N; a range a..b with a <= b <= N (so the empty range N..N is); ..b; a..; and all of it, always.
 * A range of an array is a slice. Regions cannot be projected: see iop_try_cast, and access.h. A packed field whose type needs
 * more alignment than its structure has is refused, because a device access may not be misaligned.
 * Source: docs/semantics.md, rows 19, 21.
 */
#ifndef IOPATH_PROJECT_H
#define IOPATH_PROJECT_H

#include <iopath/access.h>

IOP_BUILD_FAIL(iop_build_error_index, "iopath: index not provably inside the array (use iop_try or iop_or_panic)");
IOP_BUILD_FAIL(iop_build_error_range, "iopath: range not provably inside the array (use iop_try_range or iop_or_panic_range)");

/** Element steps. */
#define iop_try(i)	(IOP_ELEMENT_, IOP_TRY_, i)
#define iop_build(i)	(IOP_ELEMENT_, IOP_BUILD_, i)
#define iop_or_panic(i) (IOP_ELEMENT_, IOP_OR_PANIC_, i)

/** Range steps: elements a to b - 1; up to b - 1; from a on; all. */
#define iop_try_range(a, b)	 (IOP_RANGE_, IOP_TRY_, a, b)
#define iop_build_range(a, b)	 (IOP_RANGE_, IOP_BUILD_, a, b)
#define iop_or_panic_range(a, b) (IOP_RANGE_, IOP_OR_PANIC_, a, b)
#define iop_try_to(b)		 (IOP_RANGE_, IOP_TRY_, 0, b)
#define iop_build_to(b)		 (IOP_RANGE_, IOP_BUILD_, 0, b)
#define iop_or_panic_to(b)	 (IOP_RANGE_, IOP_OR_PANIC_, 0, b)
#define iop_try_from(a)		 (IOP_RANGE_, IOP_TRY_, a, iop_count_)
#define iop_build_from(a)	 (IOP_RANGE_, IOP_BUILD_, a, iop_count_)
#define iop_or_panic_from(a)	 (IOP_RANGE_, IOP_OR_PANIC_, a, iop_count_)
#define iop_all()		 (IOP_RANGE_, IOP_OR_PANIC_, 0, iop_count_)

/**
 * The view of what the steps name, up to eight of them; with no step, the view itself (of an owner: its view). @view is
 * evaluated once.
 */
#define iop_project(...)				       IOP_PROJECT_N_(IOP_PROJECT_COUNT_(__VA_ARGS__), __VA_ARGS__)
#define IOP_PROJECT_N_(n, ...)				       IOP_CAT(IOP_PROJECT_, n)(__VA_ARGS__)
#define IOP_PROJECT_COUNT_(...)				       IOP_PROJECT_COUNT__(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0)
#define IOP_PROJECT_COUNT__(v, a, b, c, d, e, f, g, h, n, ...) n
#define IOP_PROJECT_0(v)				       IOP_SAME_VIEW_(v)
#define IOP_PROJECT_1(v, a)				       IOP_STEP_(v, a)
#define IOP_PROJECT_2(v, a, b)				       IOP_STEP_(IOP_STEP_(v, a), b)
#define IOP_PROJECT_3(v, a, b, c)			       IOP_STEP_(IOP_PROJECT_2(v, a, b), c)
#define IOP_PROJECT_4(v, a, b, c, d)			       IOP_STEP_(IOP_PROJECT_3(v, a, b, c), d)
#define IOP_PROJECT_5(v, a, b, c, d, e)			       IOP_STEP_(IOP_PROJECT_4(v, a, b, c, d), e)
#define IOP_PROJECT_6(v, a, b, c, d, e, f)		       IOP_STEP_(IOP_PROJECT_5(v, a, b, c, d, e), f)
#define IOP_PROJECT_7(v, a, b, c, d, e, f, g)		       IOP_STEP_(IOP_PROJECT_6(v, a, b, c, d, e, f), g)
#define IOP_PROJECT_8(v, a, b, c, d, e, f, g, h)	       IOP_STEP_(IOP_PROJECT_7(v, a, b, c, d, e, f, g), h)

#define IOP_SAME_VIEW_(view)                                                  \
	__extension__({                                                       \
		IOP_AUTO iop_sv_ = (view);                                    \
		IOP_RETARGET_(__typeof__(iop_sv_.raw), iop_sv_.raw, iop_sv_); \
	})

/* An index step is a parenthesised tuple, a field step starts with a dot: so the preprocessor can tell them apart. */
#define IOP_STEP_PROBE_(...)	       , IOP_STEP_INDEX_
#define IOP_STEP_KIND_(a, kind, ...)   kind
#define IOP_STEP_PICK_(...)	       IOP_STEP_KIND_(__VA_ARGS__)
#define IOP_STEP_(v, step)	       IOP_STEP_PICK_(IOP_STEP_PROBE_ step, IOP_STEP_FIELD_, )(v, step)
#define IOP_STEP_INDEX_(v, step)       IOP_STEP_APPLY_(v, IOP_STEP_OPEN_ step)
#define IOP_STEP_OPEN_(...)	       __VA_ARGS__
#define IOP_STEP_APPLY_(v, ...)	       IOP_STEP_APPLY__(v, __VA_ARGS__)
#define IOP_STEP_APPLY__(v, what, ...) what(v, __VA_ARGS__)

/*
 * A field step must not contain an unchecked index (.ring[i]). gcc folds a search for '[' in the spelling; clang does not count
 * that as a constant, but it checks the bounds of a designated initialiser, and a run-time index is not a designator.
 */
#ifdef __cplusplus
constexpr bool iop_has_bracket(const char *s)
{
	return *s && (*s == '[' || iop_has_bracket(s + 1));
}
#define IOP_ASSERT_NO_INDEX_(T, field) IOP_ASSERT(!iop_has_bracket(#field), IOP_NO_INDEX_MESSAGE)
#elif defined(__clang__)
#define IOP_ASSERT_NO_INDEX_(T, field)                                                                                \
	_Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Wbraced-scalar-init\"")                 \
		_Pragma("clang diagnostic ignored \"-Wmissing-braces\"")                                              \
			_Pragma("clang diagnostic ignored \"-Wexcess-initializers\"")(void) sizeof((T){field = {0}}); \
	_Pragma("clang diagnostic pop")
#else
#define IOP_ASSERT_NO_INDEX_(T, field) IOP_ASSERT(!__builtin_strchr(#field, '['), IOP_NO_INDEX_MESSAGE)
#endif
#define IOP_NO_INDEX_MESSAGE "iopath: an index is a step of its own (iop_try, iop_build or iop_or_panic)"

#define IOP_STEP_FIELD_(view, field)                                                                                    \
	__extension__({                                                                                                 \
		IOP_AUTO iop_sf_ = (view);                                                                              \
		IOP_ASSERT_IO_(iop_sf_);                                                                                \
		IOP_ASSERT(!IOP_IS_DYNAMIC(iop_sf_),                                                                    \
			   "iopath: a slice or Region has no fields (project an element, or iop_try_cast the Region)"); \
		IOP_ASSERT(IOP_IS_RECORD(*iop_sf_.as[0]), "iopath: only a struct or union has fields");                 \
		typedef IOP_TARGET(iop_sf_) iop_whole_;                                                                 \
		typedef __typeof__((*iop_sf_.as[0])field) iop_part_;                                                    \
		typedef struct {                                                                                        \
			iop_whole_ iop_m_;                                                                              \
		} iop_holder_;                                                                                          \
		IOP_ASSERT_NO_INDEX_(iop_whole_, field);                                                                \
		IOP_ASSERT(IOP_ALIGNOF(iop_whole_) >= IOP_ALIGNOF(iop_part_) &&                                         \
				   __builtin_offsetof(iop_holder_, iop_m_ field) % IOP_ALIGNOF(iop_part_) == 0,         \
			   "iopath: packed field: its type needs more alignment than its place guarantees");            \
		IOP_SIZED_AT_(iop_sf_, iop_part_, __builtin_offsetof(iop_holder_, iop_m_ field));                       \
	})

/* What happens when @ok is false: one macro a flavour. */
#define IOP_TRY_(ok, kind)              \
	do {                            \
		if (!(ok))              \
			return -ERANGE; \
	} while (0)
#define IOP_BUILD_(ok, kind)                      \
	do {                                      \
		if (!(ok))                        \
			iop_build_error_##kind(); \
	} while (0)
#define IOP_OR_PANIC_(ok, kind)                            \
	do {                                               \
		if (!(ok))                                 \
			iop_panic(#kind " out of bounds"); \
	} while (0)

#define IOP_ASSERT_INDEXABLE_(v)                                                                                \
	IOP_ASSERT_IO_(v);                                                                                      \
	IOP_ASSERT(!IOP_IS_REGION(v), "iopath: a Region has no elements (use offset access, or iop_try_cast)"); \
	IOP_ASSERT(IOP_IS_ARRAY(*(v).as[0]), "iopath: only arrays and slices have elements")

/* sizeof cannot give the length of an array whose elements have size 0: such an array counts as empty, a slice does not. */
#define IOP_COUNT_(v) \
	(IOP_IS_DYNAMIC(v) ? IOP_DYNAMIC_LEN_(v) : sizeof(*(v).as[0]) / (sizeof((*(v).as[0])[0]) + !sizeof((*(v).as[0])[0])))

#define IOP_ELEMENT_(view, FLAVOUR, i)                                                                          \
	__extension__({                                                                                         \
		IOP_AUTO iop_ev_ = (view);                                                                      \
		IOP_ASSERT_INDEXABLE_(iop_ev_);                                                                 \
		const size_t iop_count_ = IOP_COUNT_(iop_ev_);                                                  \
		const size_t iop_ei_ = IOP_INDEX_(i);                                                           \
		FLAVOUR(iop_ei_ < iop_count_, index);                                                           \
		IOP_SIZED_AT_(iop_ev_, __typeof__((*iop_ev_.as[0])[0]), iop_ei_ * sizeof((*iop_ev_.as[0])[0])); \
	})

#define IOP_RANGE_(view, FLAVOUR, first, end)                                                                                      \
	__extension__({                                                                                                            \
		IOP_AUTO iop_gv_ = (view);                                                                                         \
		IOP_ASSERT_INDEXABLE_(iop_gv_);                                                                                    \
		const size_t iop_count_ = IOP_COUNT_(iop_gv_);                                                                     \
		const size_t iop_ga_ = IOP_INDEX_(first);                                                                          \
		const size_t iop_gb_ = IOP_INDEX_(end);                                                                            \
		FLAVOUR(iop_ga_ <= iop_gb_ && iop_gb_ <= iop_count_, range);                                                       \
		IOP_SLICE_AT_(iop_gv_, __typeof__((*iop_gv_.as[0])[0]), iop_ga_ * sizeof((*iop_gv_.as[0])[0]), iop_gb_ - iop_ga_); \
	})

/* A negative index converts to a huge one, which is out of bounds; a floating-point value or a pointer is refused. */
#define IOP_INDEX_(i)                                                                  \
	__extension__({                                                                \
		IOP_AUTO iop_ix_ = (i);                                                \
		IOP_ASSERT(IOP_IS_INTEGER(iop_ix_), "iopath: an index is an integer"); \
		iop_index_of((uint64_t)iop_ix_);                                       \
	})

/**
 * IOP_PLAIN(struct nic, ctrl, status, ring): at file scope, says that struct nic is plain bytes: these are all its members, there
 * is no padding between or after them, and any bit pattern is a valid value of each (no bool, enum or pointer; nested structures
 * are plain themselves). The sizes are checked; C cannot check the rest. Up to 32 members. A typedef name works too.
 */
#ifdef __cplusplus
#define IOP_PLAIN(T, ...) IOP_ASSERT(std::has_unique_object_representations_v<T>, "iopath: not plain: it has padding")
#define IOP_IS_PLAIN_(T)  std::has_unique_object_representations_v<T>
#else
#define IOP_PLAIN(T, ...)                                                                                                    \
	IOP_ASSERT(IOP_SIZES_(T, __VA_ARGS__) == sizeof(T), "iopath: not plain: it has padding, or a member is not listed"); \
	enum {                                                                                                               \
		iop_plain_##T##_is_plain = 1                                                                                 \
	}
#define IOP_IS_PLAIN_(T) (iop_plain_##T##_is_plain)
/* "struct nic" pastes to "iop_plain_struct nic_is_plain": the first half must vanish. */
#define iop_plain_struct
#define iop_plain_union
enum {
	iop_plain_uint8_t_is_plain = 1,
	iop_plain_uint16_t_is_plain = 1,
	iop_plain_uint32_t_is_plain = 1,
	iop_plain_uint64_t_is_plain = 1
};
#define IOP_SIZES_(T, ...) IOP_CAT(IOP_SIZES_, IOP_SIZES_COUNT_(__VA_ARGS__))(T, __VA_ARGS__)
#define IOP_SIZE_OF_(T, m) sizeof(((T *)0)->m)
#define IOP_SIZES_COUNT_(...)                                                                                                      \
	IOP_SIZES_COUNT__(__VA_ARGS__, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, 18, 17, 16, 15, 14, 13, 12, 11, 10, \
			  9, 8, 7, 6, 5, 4, 3, 2, 1, 0)
#define IOP_SIZES_COUNT__(a1, a2, a3, a4, a5, a6, a7, a8, a9, a10, a11, a12, a13, a14, a15, a16, a17, a18, a19, a20, a21, a22, \
			  a23, a24, a25, a26, a27, a28, a29, a30, a31, a32, n, ...)                                            \
	n
#define IOP_SIZES_1(T, m)	IOP_SIZE_OF_(T, m)
#define IOP_SIZES_2(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_1(T, __VA_ARGS__))
#define IOP_SIZES_3(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_2(T, __VA_ARGS__))
#define IOP_SIZES_4(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_3(T, __VA_ARGS__))
#define IOP_SIZES_5(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_4(T, __VA_ARGS__))
#define IOP_SIZES_6(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_5(T, __VA_ARGS__))
#define IOP_SIZES_7(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_6(T, __VA_ARGS__))
#define IOP_SIZES_8(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_7(T, __VA_ARGS__))
#define IOP_SIZES_9(T, m, ...)	(IOP_SIZE_OF_(T, m) + IOP_SIZES_8(T, __VA_ARGS__))
#define IOP_SIZES_10(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_9(T, __VA_ARGS__))
#define IOP_SIZES_11(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_10(T, __VA_ARGS__))
#define IOP_SIZES_12(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_11(T, __VA_ARGS__))
#define IOP_SIZES_13(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_12(T, __VA_ARGS__))
#define IOP_SIZES_14(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_13(T, __VA_ARGS__))
#define IOP_SIZES_15(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_14(T, __VA_ARGS__))
#define IOP_SIZES_16(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_15(T, __VA_ARGS__))
#define IOP_SIZES_17(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_16(T, __VA_ARGS__))
#define IOP_SIZES_18(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_17(T, __VA_ARGS__))
#define IOP_SIZES_19(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_18(T, __VA_ARGS__))
#define IOP_SIZES_20(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_19(T, __VA_ARGS__))
#define IOP_SIZES_21(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_20(T, __VA_ARGS__))
#define IOP_SIZES_22(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_21(T, __VA_ARGS__))
#define IOP_SIZES_23(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_22(T, __VA_ARGS__))
#define IOP_SIZES_24(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_23(T, __VA_ARGS__))
#define IOP_SIZES_25(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_24(T, __VA_ARGS__))
#define IOP_SIZES_26(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_25(T, __VA_ARGS__))
#define IOP_SIZES_27(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_26(T, __VA_ARGS__))
#define IOP_SIZES_28(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_27(T, __VA_ARGS__))
#define IOP_SIZES_29(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_28(T, __VA_ARGS__))
#define IOP_SIZES_30(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_29(T, __VA_ARGS__))
#define IOP_SIZES_31(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_30(T, __VA_ARGS__))
#define IOP_SIZES_32(T, m, ...) (IOP_SIZE_OF_(T, m) + IOP_SIZES_31(T, __VA_ARGS__))
#endif

/**
 * Makes *@out the view of the first sizeof(U) bytes of @view as a U, where U, spelled out, is the target of *@out, plain
 * (IOP_PLAIN) and sized, and @view's target is plain too: a Region, or bytes.
 * Returns 0, or -EINVAL if U is larger than the view or the view's address is not aligned for U; then *@out is unchanged.
 * Source: docs/semantics.md, row 22.
 */
#define iop_try_cast(view, U, out)                                                                                      \
	__extension__({                                                                                                 \
		IOP_AUTO iop_cu_ = (out);                                                                               \
		IOP_ASSERT(IOP_IS_PLAIN_(U), "iopath: iop_try_cast to a type that is not IOP_PLAIN");                   \
		IOP_ASSERT(IOP_TARGET_IS_(*iop_cu_, U), "iopath: iop_try_cast: the result is not a view of that type"); \
		IOP_TRY_CAST_(view, iop_cu_);                                                                           \
	})

/** iop_try_cast to a view of uint8_t[N], which needs no opt-in. */
#define iop_try_cast_bytes(view, out)                                                    \
	__extension__({                                                                  \
		IOP_AUTO iop_cb_ = (out);                                                \
		IOP_ASSERT(IOP_IS_BYTES_(*iop_cb_), "iopath: not a view of uint8_t[N]"); \
		IOP_TRY_CAST_(view, iop_cb_);                                            \
	})

#define IOP_TRY_CAST_(view, out)                                                                                        \
	__extension__({                                                                                                 \
		IOP_AUTO iop_cv_ = (view);                                                                              \
		IOP_AUTO iop_co_ = (out);                                                                               \
		IOP_ASSERT(!IOP_IS_DYNAMIC(*iop_co_), "iopath: iop_try_cast needs a sized target");                     \
		IOP_ASSERT(IOP_SAME_TYPE(iop_cv_.raw, iop_co_->raw), "iopath: iop_try_cast cannot change the backend"); \
		int iop_ce_ = iop_offset_valid(iop_cv_.raw.addr, 0, iop_size(iop_cv_), IOP_MIN_SIZE_(*iop_co_),         \
					       IOP_ALIGNOF(IOP_TARGET(*iop_co_)))                                       \
				      ? 0                                                                               \
				      : -EINVAL;                                                                        \
		if (!iop_ce_)                                                                                           \
			iop_co_->raw = iop_cv_.raw;                                                                     \
		iop_ce_;                                                                                                \
	})

#endif
