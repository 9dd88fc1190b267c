/* SPDX-License-Identifier: MIT */
/**
 * project.h - projection: the view of a part
 *
 * A projection takes a view and a path of steps and gives a view of the same backend of what the path names. It only computes an
 * address: nothing is accessed, so projecting an unmapped or a device address is fine, and its only cost is computing the address.
 *
 *	iop_project(nic, .status)                                  field
 *	iop_project(nic, .ring, iop_or(i, return -ERANGE), .head)  element i of an array, then a field of it
 *	iop_project(fb, iop_or_range(a, b, goto unlock))           elements a to b - 1, as a slice
 *
 * Steps are evaluated left to right, each index when its step is reached. A field step is one member designator; an index step
 * comes in flavours that differ in what happens when the index is out of bounds:
 *
 *	iop_or(i, statement)   the statement is executed: return -ERANGE, goto unlock, break, continue or abort(), whatever leaves the
 *	                       projection; one that does not leave is not built (unoptimised: panics)
 *	iop_build(i)           does not build, also if the compiler cannot prove it (loops over constant bounds are fine from -O2 on;
 *	                       at -O1 and -Og gcc proves little: -DIOP_PROVE_AT_RUN_TIME=1; unoptimised, it is iop_or_panic)
 *	iop_or_panic(i)        panics
 *	iop_check(i)           iop_try_project returns the error
 *
 * What is out of bounds stops the path: later steps are not evaluated, nothing is accessed. Errors as a value are reported by
 *
 *	err = iop_try_project(&desc, nic, .ring, iop_check(i));    0, or -ERANGE and desc is as it was
 *
 * In bounds are: an index i < N; a range a..b with a <= b <= N (so the empty range N..N is); ..b; a..; and all of it, always.
 * A range of an array is a slice. Regions cannot be projected: see iop_try_cast, and access.h. A packed field whose type needs
 * more alignment than its structure has is refused, because a device access may not be misaligned. Parts of a const target are
 * const.
 * Source: docs/semantics.md, rows 19, 21.
 */
#ifndef IOPATH_PROJECT_H
#define IOPATH_PROJECT_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>

IOP_BUILD_FAIL(iop_build_error_index, "iopath: index not provably inside the array (use iop_or or iop_or_panic)");
IOP_BUILD_FAIL(iop_build_error_range, "iopath: range not provably inside the array (use iop_or_range or iop_or_panic_range)");
#define IOP_PACKED "iopath: packed field: its type needs more alignment than its place guarantees"
IOP_BUILD_FAIL(iop_build_error_packed, IOP_PACKED);
IOP_BUILD_FAIL(iop_build_error_stays, "iopath: what iop_or does when out of bounds must leave (return, goto, break, continue)");

/** Element steps; the last argument of iop_or is a statement. */
#define iop_or(i, ...)	(IOP_ELEMENT_, IOP_OR_, i, __VA_ARGS__)
#define iop_build(i)	(IOP_ELEMENT_, IOP_BUILD_, i, )
#define iop_or_panic(i) (IOP_ELEMENT_, IOP_OR_PANIC_, i, )
#define iop_check(i)	(IOP_ELEMENT_, IOP_CHECK_, i, )
/* Left the caller's function by itself, in early versions: whoever still writes it is told what to write. */
#define iop_try(i) (IOP_ELEMENT_, IOP_TRY_, i, )

/** Range steps: elements a to b - 1; up to b - 1; from a on; all. */
#define iop_or_range(a, b, ...)	 (IOP_RANGE_, IOP_OR_, a, b, __VA_ARGS__)
#define iop_build_range(a, b)	 (IOP_RANGE_, IOP_BUILD_, a, b, )
#define iop_or_panic_range(a, b) (IOP_RANGE_, IOP_OR_PANIC_, a, b, )
#define iop_check_range(a, b)	 (IOP_RANGE_, IOP_CHECK_, a, b, )
#define iop_or_to(b, ...)	 (IOP_RANGE_, IOP_OR_, 0, b, __VA_ARGS__)
#define iop_build_to(b)		 (IOP_RANGE_, IOP_BUILD_, 0, b, )
#define iop_or_panic_to(b)	 (IOP_RANGE_, IOP_OR_PANIC_, 0, b, )
#define iop_check_to(b)		 (IOP_RANGE_, IOP_CHECK_, 0, b, )
#define iop_or_from(a, ...)	 (IOP_REST_OF_, IOP_OR_, a, __VA_ARGS__)
#define iop_build_from(a)	 (IOP_REST_OF_, IOP_BUILD_, a, )
#define iop_or_panic_from(a)	 (IOP_REST_OF_, IOP_OR_PANIC_, a, )
#define iop_check_from(a)	 (IOP_REST_OF_, IOP_CHECK_, a, )
#define iop_all()		 (IOP_REST_OF_, IOP_OR_PANIC_, 0, )

/**
 * The view of what the steps name, up to eight of them; with no step, the view itself (of an owner: its view). @view is
 * evaluated once.
 */
#define iop_project(...)				    IOP_PROJECT_(IOP_STEP_COUNT_(__VA_ARGS__), IOP_UNIQUE, __VA_ARGS__)
#define IOP_PROJECT_(n, ...)				    IOP_PROJECT__(n, __VA_ARGS__)
#define IOP_PROJECT__(n, ...)				    IOP_PROJECT_##n(__VA_ARGS__)
#define IOP_STEP_COUNT_(...)				    IOP_STEP_COUNT__(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, )
#define IOP_STEP_COUNT__(v, a, b, c, d, e, f, g, h, n, ...) n

/**
 * Makes *@out, of a named type, the view of what the steps name, where a step that may fail is an iop_check.
 * Returns 0, or -ERANGE for an index or a range out of bounds, -EINVAL for a location; then *@out is unchanged. @out is evaluated
 * first.
 */
#define iop_try_project(out, ...) IOP_RESULT_(IOP_TRY_PROJECT_(IOP_STEP_COUNT_(__VA_ARGS__), IOP_UNIQUE, out, __VA_ARGS__))
#define IOP_TRY_PROJECT_(n, ...)  IOP_TRY_PROJECT__(n, __VA_ARGS__)
#define IOP_TRY_PROJECT__(n, ...) IOP_TRY_PROJECT_##n(__VA_ARGS__)

/* Why there is no path through the view @v, or what @p makes of it; in C++ worked out once for each type of view. */
#ifdef __cplusplus
template <class V>
constexpr int iop_why_no_path()
{
	if constexpr (!iop_is_view<V>)
		return 1;
	else
		return IOP_CAPS(IOP_ANY_(V)) & IOP_CAN_ACCESS ? 0 : 2;
}
template <class V>
constexpr int iop_no_path = iop_why_no_path<V>();
#define IOP_WHY_NO_PATH_(v, p) iop_no_path<iop_unqualified<decltype(v)>>
#else
#define IOP_WHY_NO_PATH_(v, p) (!IOP_IS_RECORD(v) ? 1 : !(IOP_CAPS(p) & IOP_CAN_ACCESS) ? 2 : 0)
#endif

/*
 * How far a path with the name @id has come after step k: id##v is the view and id##p points to it, id##o the offset; id##t##k is the
 * type of the target, id##d##k says whether its length is known at run time only, and is id##c then.
 */
#define IOP_PATH_BEGIN_(id, view)                                   \
	IOP_AUTO id##v = (view);                                    \
	IOP_AUTO id##p = IOP_VIEW_POINTER_(id##v);                  \
	IOP_CONSTANT_(int, id##w, IOP_WHY_NO_PATH_(id##v, *id##p)); \
	IOP_ASSERT(id##w != 1, IOP_NOT_A_VIEW);                     \
	IOP_ASSERT(id##w != 2, IOP_NO_ACCESSORS);                   \
	IOP_LEASE_CHECK(id##p->raw);                                \
	typedef IOP_TARGET(*id##p) id##t0;                          \
	IOP_CONSTANT_(int, id##d0, IOP_IS_DYNAMIC(*id##p));         \
	size_t id##o = 0, id##c = IOP_DYNAMIC_LEN_(*id##p);

/* Every projection makes a type; in C that is a stranger to every named one, and the compilers show its tag when they say so. */
#ifdef __cplusplus
#define IOP_PART_VIEW_ IOP_VIEW_STRUCT_
#else
#define IOP_PART_VIEW_(RAW, T, LEN) IOP_TAGGED_VIEW_STRUCT_(iop_unnamed_view_use_iop_as, RAW, T, LEN)
#endif
/* Declares @r, the view of what was reached after step k. */
#define IOP_PATH_VIEW_(id, k, r) IOP_PATH_VIEW_AS_(IOP_VIEW_STRUCT_, id, k, r)
#define IOP_PATH_VIEW_AS_(STRUCT, id, k, r)                          \
	STRUCT(__typeof__(id##p->raw), id##t##k, id##d##k) r;        \
	r.raw = IOP_BACKEND(id##p->raw, advance)(id##p->raw, id##o); \
	__builtin_memcpy(r.len, &id##c, sizeof(r.len));

/* Only a path of iop_try_project has somewhere to report to. */
#define IOP_BEGIN_(id, view)          \
	IOP_CONSTANT_(int, id##q, 0); \
	IOP_CONSTANT_(int, id##e, 0); \
	IOP_PATH_BEGIN_(id, view)
#ifdef __cplusplus
template <class T, int Len, class Raw>
IOP_INLINE auto iop_part_view(const Raw &raw, size_t offset, const size_t &length)
{
	IOP_VIEW_STRUCT_(Raw, T, Len) view;
	view.raw = IOP_BACKEND(raw, advance)(raw, offset);
	__builtin_memcpy(view.len, &length, sizeof(view.len));
	return view;
}
#define IOP_END_(id, k) iop_part_view<id##t##k, id##d##k>(id##p->raw, id##o, id##c);
#else
#define IOP_END_(id, k)                                 \
	IOP_PATH_VIEW_AS_(IOP_PART_VIEW_, id, k, id##r) \
	id##r;
#endif
#define IOP_TRY_BEGIN_(id, out, view) \
	IOP_AUTO id##x = (out);       \
	IOP_CONSTANT_(int, id##q, 1); \
	int id##e = 0;                \
	IOP_PATH_BEGIN_(id, view)
#define IOP_NEXT_(id) if (!id##e) {
#define IOP_TRY_END_(id, k)                                                                                    \
	IOP_PATH_VIEW_(id, k, id##r)                                                                           \
	IOP_ASSERT(IOP_SAME_TYPE(id##r.raw, id##x->raw), "iopath: iop_try_project cannot change the backend"); \
	IOP_ASSERT(IOP_TARGET_FITS_(id##r, *id##x) && sizeof(id##r.len) == sizeof(id##x->len),                 \
		   "iopath: iop_try_project: the result is not a view of what the steps name");                \
	id##x->raw = id##r.raw;                                                                                \
	__builtin_memcpy(id##x->len, id##r.len, sizeof(id##r.len));

/* clang-format off */
#define IOP_PROJECT_0(id, v) \
	__extension__({ IOP_BEGIN_(id, v) IOP_END_(id, 0) })
#define IOP_PROJECT_1(id, v, s1) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_END_(id, 1) })
#define IOP_PROJECT_2(id, v, s1, s2) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_END_(id, 2) })
#define IOP_PROJECT_3(id, v, s1, s2, s3) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_STEP_(id, 2, 3, s3) \
		IOP_END_(id, 3) })
#define IOP_PROJECT_4(id, v, s1, s2, s3, s4) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_STEP_(id, 2, 3, s3) \
		IOP_STEP_(id, 3, 4, s4) IOP_END_(id, 4) })
#define IOP_PROJECT_5(id, v, s1, s2, s3, s4, s5) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_STEP_(id, 2, 3, s3) \
		IOP_STEP_(id, 3, 4, s4) IOP_STEP_(id, 4, 5, s5) IOP_END_(id, 5) })
#define IOP_PROJECT_6(id, v, s1, s2, s3, s4, s5, s6) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_STEP_(id, 2, 3, s3) \
		IOP_STEP_(id, 3, 4, s4) IOP_STEP_(id, 4, 5, s5) IOP_STEP_(id, 5, 6, s6) IOP_END_(id, 6) })
#define IOP_PROJECT_7(id, v, s1, s2, s3, s4, s5, s6, s7) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_STEP_(id, 2, 3, s3) \
		IOP_STEP_(id, 3, 4, s4) IOP_STEP_(id, 4, 5, s5) IOP_STEP_(id, 5, 6, s6) IOP_STEP_(id, 6, 7, s7) \
		IOP_END_(id, 7) })
#define IOP_PROJECT_8(id, v, s1, s2, s3, s4, s5, s6, s7, s8) \
	__extension__({ IOP_BEGIN_(id, v) IOP_STEP_(id, 0, 1, s1) IOP_STEP_(id, 1, 2, s2) IOP_STEP_(id, 2, 3, s3) \
		IOP_STEP_(id, 3, 4, s4) IOP_STEP_(id, 4, 5, s5) IOP_STEP_(id, 5, 6, s6) IOP_STEP_(id, 6, 7, s7) \
		IOP_STEP_(id, 7, 8, s8) IOP_END_(id, 8) })
#define IOP_TRY_PROJECT_0(id, out, v) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_TRY_END_(id, 0) id##e; })
#define IOP_TRY_PROJECT_1(id, out, v, s1) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) IOP_TRY_END_(id, 1) } id##e; })
#define IOP_TRY_PROJECT_2(id, out, v, s1, s2) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_TRY_END_(id, 2) }} id##e; })
#define IOP_TRY_PROJECT_3(id, out, v, s1, s2, s3) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_STEP_(id, 2, 3, s3) IOP_NEXT_(id) \
		IOP_TRY_END_(id, 3) }}} id##e; })
#define IOP_TRY_PROJECT_4(id, out, v, s1, s2, s3, s4) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_STEP_(id, 2, 3, s3) IOP_NEXT_(id) \
		IOP_STEP_(id, 3, 4, s4) IOP_NEXT_(id) IOP_TRY_END_(id, 4) }}}} id##e; })
#define IOP_TRY_PROJECT_5(id, out, v, s1, s2, s3, s4, s5) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_STEP_(id, 2, 3, s3) IOP_NEXT_(id) \
		IOP_STEP_(id, 3, 4, s4) IOP_NEXT_(id) IOP_STEP_(id, 4, 5, s5) IOP_NEXT_(id) \
		IOP_TRY_END_(id, 5) }}}}} id##e; })
#define IOP_TRY_PROJECT_6(id, out, v, s1, s2, s3, s4, s5, s6) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_STEP_(id, 2, 3, s3) IOP_NEXT_(id) \
		IOP_STEP_(id, 3, 4, s4) IOP_NEXT_(id) IOP_STEP_(id, 4, 5, s5) IOP_NEXT_(id) \
		IOP_STEP_(id, 5, 6, s6) IOP_NEXT_(id) IOP_TRY_END_(id, 6) }}}}}} id##e; })
#define IOP_TRY_PROJECT_7(id, out, v, s1, s2, s3, s4, s5, s6, s7) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_STEP_(id, 2, 3, s3) IOP_NEXT_(id) \
		IOP_STEP_(id, 3, 4, s4) IOP_NEXT_(id) IOP_STEP_(id, 4, 5, s5) IOP_NEXT_(id) \
		IOP_STEP_(id, 5, 6, s6) IOP_NEXT_(id) IOP_STEP_(id, 6, 7, s7) IOP_NEXT_(id) \
		IOP_TRY_END_(id, 7) }}}}}}} id##e; })
#define IOP_TRY_PROJECT_8(id, out, v, s1, s2, s3, s4, s5, s6, s7, s8) \
	__extension__({ IOP_TRY_BEGIN_(id, out, v) IOP_STEP_(id, 0, 1, s1) IOP_NEXT_(id) \
		IOP_STEP_(id, 1, 2, s2) IOP_NEXT_(id) IOP_STEP_(id, 2, 3, s3) IOP_NEXT_(id) \
		IOP_STEP_(id, 3, 4, s4) IOP_NEXT_(id) IOP_STEP_(id, 4, 5, s5) IOP_NEXT_(id) \
		IOP_STEP_(id, 5, 6, s6) IOP_NEXT_(id) IOP_STEP_(id, 6, 7, s7) IOP_NEXT_(id) \
		IOP_STEP_(id, 7, 8, s8) IOP_NEXT_(id) IOP_TRY_END_(id, 8) }}}}}}}} id##e; })
/* clang-format on */

/* An index step is a parenthesised tuple, a field step starts with a dot: so the preprocessor can tell them apart. */
#define IOP_STEP_PROBE_(...)		      , IOP_STEP_INDEX_
#define IOP_STEP_KIND_(a, kind, ...)	      kind
#define IOP_STEP_PICK_(...)		      IOP_STEP_KIND_(__VA_ARGS__)
#define IOP_STEP_(id, k, n, step)	      IOP_STEP_PICK_(IOP_STEP_PROBE_ step, IOP_STEP_FIELD_, )(id, k, n, step)
#define IOP_STEP_INDEX_(id, k, n, step)	      IOP_STEP_APPLY_(id, k, n, IOP_STEP_OPEN_ step)
#define IOP_STEP_OPEN_(...)		      __VA_ARGS__
#define IOP_STEP_APPLY_(...)		      IOP_STEP_APPLY__(__VA_ARGS__)
#define IOP_STEP_APPLY__(id, k, n, what, ...) what(id, k, n, __VA_ARGS__)

/*
 * A field step is a dot, and after that names and dots: nothing that is not checked (.ring[i]), leaves the object (.next->head) or
 * is no member at all (.ctrl + 1). A search in its spelling, as a constant of each compiler.
 */
#if defined(__clang__)
#define IOP_IS_MEMBER_PATH_(text)                                                                            \
	(IOP_LACKS_(text, '[') && IOP_LACKS_(text, '-') && IOP_LACKS_(text, '+') && IOP_LACKS_(text, '=') && \
	 IOP_LACKS_(text, '<') && IOP_LACKS_(text, '>') && IOP_LACKS_(text, '&') && IOP_LACKS_(text, '|') && \
	 IOP_LACKS_(text, '?'))
#define IOP_LACKS_(text, c) (__builtin_strchr(text, c) == NULL)
#define IOP_HAS_DOT_(text)  ((text)[0] == '.')
#else
#define IOP_IS_MEMBER_PATH_(text) \
	(__builtin_strspn(text, ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789") == sizeof(text) - 1)
#ifdef __cplusplus
#define IOP_HAS_DOT_(text) ((text)[0] == '.')
#else
#define IOP_HAS_DOT_(text) (__builtin_strncmp(text, ".", 1) == 0)
#endif
#endif

/*
 * A pointer to the part of an object that exists for the compiler only: its type is the part's, its value less that of the object's
 * is the offset. The field is spelled out this once, so that what is wrong with it is said once: a part that the compiler has
 * complained about has type int to most compilers, and one that we complained about has a reason @why; either counts as a number
 * from there on, with which nothing is wrong. In C, gcc drops the declaration instead, and finds the name of a function.
 */
#if !defined(__cplusplus) && !defined(__clang__)
IOP_INLINE uint32_t *iop_part_(void)
{
	return (uint32_t *)sizeof(uint32_t);
}
#define IOP_PART_(T, field)                                                                                    \
	__extension__({                                                                                        \
		IOP_AUTO iop_part_ = &IOP_ANY_(T) field;                                                       \
		_Generic(iop_part_, uint32_t * (*)(void) : (uint32_t *)sizeof(uint32_t), default : iop_part_); \
	})
#else
#define IOP_PART_(T, field) &IOP_ANY_(T) field
#endif
#ifdef __cplusplus
template <bool Fine, class Pointer>
struct iop_part_of {
	using type = uint32_t;
};
template <class T>
struct iop_part_of<true, T *> {
	using type = T;
};
template <bool Fine, class Pointer>
using iop_part_type = typename iop_part_of<Fine, Pointer>::type;
#define IOP_PART_TYPE_(fine, P) iop_part_type<fine, P>
#else
#define IOP_PART_TYPE_(fine, P) \
	__typeof__(*__builtin_choose_expr((fine) && !__builtin_types_compatible_p(P, int), (P)0, (uint32_t *)0))
#endif

#define IOP_STEP_FIELD_(id, k, n, field)                                                                                       \
	IOP_CONSTANT_(int, id##w##n,                                                                                           \
		      id##d##k				   ? 1                                                                 \
		      : !IOP_HAS_DOT_(#field)		   ? 3                                                                 \
		      : !IOP_IS_RECORD(IOP_ANY_(id##t##k)) ? 2                                                                 \
		      : !IOP_IS_MEMBER_PATH_(#field)	   ? 4                                                                 \
							   : 0);                                                                     \
	IOP_CONSTANT_(int, id##d##n, 0);                                                                                       \
	IOP_ASSERT(id##w##n != 1, "iopath: a slice or Region has no fields (project an element, or iop_try_cast the Region)"); \
	IOP_ASSERT(id##w##n != 2, "iopath: only a struct or union has fields");                                                \
	IOP_ASSERT(id##w##n != 3, "iopath: a field step starts with a dot");                                                   \
	IOP_ASSERT(id##w##n != 4,                                                                                              \
		   "iopath: a field step has names only: an index is a step of its own (iop_or, iop_build or iop_or_panic)");  \
	IOP_AUTO id##n##p = IOP_PART_(id##t##k, field);                                                                        \
	typedef __typeof__(id##n##p) id##n##P;                                                                                 \
	typedef IOP_PART_TYPE_(id##w##n == 0, id##n##P) id##t##n;                                                              \
	IOP_ASSERT(IOP_ALIGNOF(id##t##n) <= IOP_ALIGNOF(id##t##k), IOP_PACKED);                                                \
	if ((uintptr_t)id##n##p % IOP_ALIGNOF(id##t##n) != 0)                                                                  \
		IOP_FAIL_TO_BUILD(iop_build_error_packed, "alignment", IOP_ALIGNOF(id##t##n), NULL, 0, NULL, 0);               \
	id##o += (uintptr_t)id##n##p - sizeof(id##t##k);

/* What happens when @ok is false, which @numbers say why: one macro a flavour. */
#define IOP_OR_(id, ok, kind, numbers, ...)                                 \
	if (!(ok)) {                                                        \
		__VA_ARGS__;                                                \
		IOP_FAIL_TO_BUILD(iop_build_error_stays, IOP_OPEN numbers); \
	}
#define IOP_BUILD_(id, ok, kind, numbers, ...) \
	if (!(ok))                             \
		IOP_FAIL_TO_BUILD(iop_build_error_##kind, IOP_OPEN numbers);
#define IOP_OR_PANIC_(id, ok, kind, numbers, ...) \
	if (!(ok))                                \
		iop_panic_numbers(#kind " out of bounds", IOP_OPEN numbers);
#define IOP_CHECK_(id, ok, kind, numbers, ...)                                                                            \
	IOP_ASSERT(id##q, "iopath: iop_check is for iop_try_project (here say what happens: iop_or(i, return -ERANGE))"); \
	if (!(ok))                                                                                                        \
		id##e = -IOP_CODE_OF_##kind;
#define IOP_TRY_(id, ok, kind, numbers, ...) \
	IOP_ASSERT(id##d0 > 1, "iopath: iop_try is gone: say what happens, as in iop_or(i, return -ERANGE)");
#define IOP_CODE_OF_index    ERANGE
#define IOP_CODE_OF_range    ERANGE
#define IOP_CODE_OF_location EINVAL

#define IOP_REFUSE_NO_ARRAY_(id, k, n)                                                                                           \
	IOP_CONSTANT_(int, id##w##n, IOP_IS_REGION_TARGET_(IOP_ANY_(id##t##k)) ? 1 : !IOP_IS_ARRAY(IOP_ANY_(id##t##k)) ? 2 : 0); \
	IOP_ASSERT(id##w##n != 1, "iopath: a Region has no elements (use offset access, or iop_try_cast)");                      \
	IOP_ASSERT(id##w##n != 2, "iopath: only arrays and slices have elements");

/* sizeof cannot give the length of an array whose elements have size 0: such an array counts as empty, a slice does not. */
#define IOP_COUNT_(array, dynamic, len) ((dynamic) ? (len) : sizeof(array) / (sizeof((array)[0]) + !sizeof((array)[0])))

/* A negative index converts to a huge one, which is out of bounds; a floating-point value or a pointer is refused. */
#define IOP_INDEX_(i) IOP_INDEX_OF_(IOP_UNIQUE, i)
#define IOP_INDEX_OF_(x, i)                                                      \
	__extension__({                                                          \
		IOP_AUTO x = (i);                                                \
		IOP_ASSERT(IOP_IS_INTEGER(x), "iopath: an index is an integer"); \
		iop_index_of((uint64_t)x);                                       \
	})

#define IOP_ELEMENT_(id, k, n, FLAVOUR, index_, ...)                                                           \
	IOP_REFUSE_NO_ARRAY_(id, k, n)                                                                         \
	const size_t id##n##m = IOP_COUNT_(IOP_ANY_(id##t##k), id##d##k, id##c);                               \
	const size_t id##n##i = IOP_INDEX_(index_);                                                            \
	FLAVOUR(id, id##n##i < id##n##m, index, ("index", id##n##i, "length", id##n##m, NULL, 0), __VA_ARGS__) \
	typedef __typeof__(IOP_ANY_(id##t##k)[0]) id##t##n;                                                    \
	IOP_CONSTANT_(int, id##d##n, 0);                                                                       \
	id##o += id##n##i * sizeof(id##t##n);

#define IOP_RANGE_(id, k, n, FLAVOUR, first, end, ...)                                                                             \
	IOP_REFUSE_NO_ARRAY_(id, k, n)                                                                                             \
	const size_t id##n##m = IOP_COUNT_(IOP_ANY_(id##t##k), id##d##k, id##c);                                                   \
	const size_t id##n##i = IOP_INDEX_(first);                                                                                 \
	const size_t id##n##j = IOP_INDEX_(end);                                                                                   \
	FLAVOUR(id, id##n##i <= id##n##j && id##n##j <= id##n##m, range, ("first", id##n##i, "end", id##n##j, "length", id##n##m), \
		__VA_ARGS__)                                                                                                       \
	IOP_SLICED_(id, k, n)
#define IOP_REST_OF_(id, k, n, FLAVOUR, first, ...)                                                             \
	IOP_REFUSE_NO_ARRAY_(id, k, n)                                                                          \
	const size_t id##n##j = IOP_COUNT_(IOP_ANY_(id##t##k), id##d##k, id##c);                                \
	const size_t id##n##i = IOP_INDEX_(first);                                                              \
	FLAVOUR(id, id##n##i <= id##n##j, range, ("first", id##n##i, "length", id##n##j, NULL, 0), __VA_ARGS__) \
	IOP_SLICED_(id, k, n)
#define IOP_SLICED_(id, k, n)                                  \
	typedef __typeof__(IOP_ANY_(id##t##k)[0]) id##t##n[1]; \
	IOP_CONSTANT_(int, id##d##n, 1);                       \
	id##o += id##n##i * sizeof(id##t##n);                  \
	id##c = id##n##j - id##n##i;

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
		iop_plain_##T##_needs_IOP_PLAIN = 1                                                                          \
	}
#define IOP_IS_PLAIN_(T) (iop_plain_##T##_needs_IOP_PLAIN)
/* "struct nic" pastes to "iop_plain_struct nic_needs_IOP_PLAIN": the first half must vanish. */
#define iop_plain_struct
#define iop_plain_union
enum {
	iop_plain_uint8_t_needs_IOP_PLAIN = 1,
	iop_plain_uint16_t_needs_IOP_PLAIN = 1,
	iop_plain_uint32_t_needs_IOP_PLAIN = 1,
	iop_plain_uint64_t_needs_IOP_PLAIN = 1,
	iop_plain_iop_le16_needs_IOP_PLAIN = 1,
	iop_plain_iop_le32_needs_IOP_PLAIN = 1,
	iop_plain_iop_le64_needs_IOP_PLAIN = 1,
	iop_plain_iop_be16_needs_IOP_PLAIN = 1,
	iop_plain_iop_be32_needs_IOP_PLAIN = 1,
	iop_plain_iop_be64_needs_IOP_PLAIN = 1,
	iop_plain___u8_needs_IOP_PLAIN = 1,
	iop_plain___u16_needs_IOP_PLAIN = 1,
	iop_plain___u32_needs_IOP_PLAIN = 1,
	iop_plain___u64_needs_IOP_PLAIN = 1,
	iop_plain___le16_needs_IOP_PLAIN = 1,
	iop_plain___le32_needs_IOP_PLAIN = 1,
	iop_plain___le64_needs_IOP_PLAIN = 1,
	iop_plain___be16_needs_IOP_PLAIN = 1,
	iop_plain___be32_needs_IOP_PLAIN = 1,
	iop_plain___be64_needs_IOP_PLAIN = 1
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
#define iop_try_cast(view, U, out) IOP_RESULT_(IOP_TRY_CAST_VALUE_(view, U, out))
#define IOP_TRY_CAST_VALUE_(view, U, out)                                                                               \
	__extension__({                                                                                                 \
		IOP_AUTO iop_cu_ = (out);                                                                               \
		IOP_ASSERT(IOP_IS_PLAIN_(U), "iopath: iop_try_cast to a type that is not IOP_PLAIN");                   \
		IOP_ASSERT(IOP_TARGET_IS_(*iop_cu_, U), "iopath: iop_try_cast: the result is not a view of that type"); \
		IOP_TRY_CAST_(view, iop_cu_);                                                                           \
	})

/** iop_try_cast to a view of uint8_t[N], which needs no opt-in. */
#define iop_try_cast_bytes(view, out) IOP_RESULT_(IOP_TRY_CAST_BYTES_VALUE_(view, out))
#define IOP_TRY_CAST_BYTES_VALUE_(view, out)                                             \
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
		IOP_ASSERT(!IOP_IS_CONST(*iop_cv_.as[0]) || IOP_IS_CONST(*iop_co_->as[0]), IOP_READ_ONLY);              \
		int iop_ce_ = iop_offset_valid(iop_cv_.raw.addr, 0, iop_size(iop_cv_), IOP_MIN_SIZE_(*iop_co_),         \
					       IOP_ALIGNOF(IOP_TARGET(*iop_co_)))                                       \
				      ? 0                                                                               \
				      : -EINVAL;                                                                        \
		if (!iop_ce_)                                                                                           \
			iop_co_->raw = iop_cv_.raw;                                                                     \
		iop_ce_;                                                                                                \
	})

#endif
