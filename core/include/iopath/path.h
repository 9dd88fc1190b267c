/* SPDX-License-Identifier: MIT */
/**
 * path.h - how a projection walks its path. Internal to the library.
 *
 * A projection is one block of declarations with the names iop_x_ and, for step n, iop_x_##n: a block inside another one, in an argument
 * of its caller's, hides them. Its text is what a compiler spends its time on, so what can be one choice, one constant or one type with a
 * name is one.
 * Source: docs/semantics.md, rows 19, 21.
 */
#ifndef IOPATH_PATH_H
#define IOPATH_PATH_H

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
#define IOP_WHY_NO_PATH_(v, p) !IOP_IS_RECORD(v) ? 1 : _Generic((p).raw, struct iop_mmio_raw : 2, default : 0)
#endif

/*
 * How far a path has come after step k: iop_v_ is the view and iop_p_ points to it, iop_o_ the offset; iop_t_##k is the
 * type of the target, iop_d_##k says whether its length is known at run time only, and is iop_c_ then.
 */
#define IOP_PATH_BEGIN_(view)                                                                                            \
	IOP_AUTO iop_v_ = (view);                                                                                        \
	IOP_AUTO iop_p_ = IOP_VIEW_POINTER_(iop_v_);                                                                     \
	IOP_CONSTANTS_ iop_w_ = IOP_WHY_NO_PATH_(iop_v_, *iop_p_), iop_d_0 = IOP_IS_DYNAMIC(*iop_p_) IOP_END_CONSTANTS_; \
	IOP_ASSERT(iop_w_ != 1, IOP_NOT_A_VIEW);                                                                         \
	IOP_ASSERT(iop_w_ != 2, IOP_NO_ACCESSORS);                                                                       \
	IOP_LEASE_CHECK(iop_p_->raw);                                                                                    \
	typedef IOP_TARGET(*iop_p_) iop_t_0;                                                                             \
	size_t iop_o_ = 0, iop_c_ = iop_d_0 ? *iop_p_->len : 0;

/* Every projection makes a type; in C that is a stranger to every named one, and the compilers show its tag when they say so. */
#ifndef __cplusplus
#define IOP_PART_VIEW_(RAW, T, LEN, TAKES) IOP_TAGGED_VIEW_STRUCT_(iop_unnamed_view_use_iop_as, RAW, T, LEN, TAKES)
#endif
/* Declares @r, the view of what was reached after step k, which takes what the whole does. */
#define IOP_PATH_VIEW_(k, r) IOP_PATH_VIEW_AS_(IOP_VIEW_STRUCT_WITHIN_, k, r)
#define IOP_PATH_VIEW_AS_(STRUCT, k, r)                                                       \
	STRUCT(__typeof__(iop_p_->raw), iop_t_##k, iop_d_##k, IOP_TAKES_TYPE_OF_(*iop_p_)) r; \
	r.raw = IOP_BACKEND(iop_p_->raw, advance)(iop_p_->raw, iop_o_);                       \
	__builtin_memcpy(r.len, &iop_c_, sizeof(r.len));

/* Only a path of iop_try_project has somewhere to report to. */
#define IOP_BEGIN_(view)                     \
	__attribute__((unused)) char iop_e_; \
	IOP_PATH_BEGIN_(view)
#ifdef __cplusplus
template <class T, int Len, class Whole, class Raw>
IOP_INLINE auto iop_part_view(const Raw &raw, size_t offset, const size_t &length)
{
	IOP_VIEW_STRUCT_WITHIN_(Raw, T, Len, typename iop_takes_of<Whole>::type) view;
	view.raw = IOP_BACKEND(raw, advance)(raw, offset);
	__builtin_memcpy(view.len, &length, sizeof(view.len));
	return view;
}
#define IOP_END_(k) iop_part_view<iop_t_##k, iop_d_##k, iop_unqualified<decltype(*iop_p_)>>(iop_p_->raw, iop_o_, iop_c_);
#else
#define IOP_END_(k)                                  \
	IOP_PATH_VIEW_AS_(IOP_PART_VIEW_, k, iop_r_) \
	iop_r_;
#endif
#define IOP_TRY_BEGIN_(out, view) \
	IOP_AUTO iop_x_ = (out);  \
	int iop_e_ = 0;           \
	IOP_PATH_BEGIN_(view)
#define IOP_NEXT_ if (__builtin_expect(!iop_e_, 1)) {
#define IOP_TRY_END_(k)                                                                                          \
	IOP_PATH_VIEW_(k, iop_r_)                                                                                \
	IOP_ASSERT(IOP_SAME_TYPE(iop_r_.raw, iop_x_->raw), "iopath: iop_try_project cannot change the backend"); \
	IOP_ASSERT(IOP_TARGET_FITS_(iop_r_, *iop_x_) && sizeof(iop_r_.len) == sizeof(iop_x_->len),               \
		   "iopath: iop_try_project: the result is not a view of what the steps name");                  \
	IOP_ASSERT(IOP_TAKES_FIT_(iop_r_, *iop_x_), IOP_MORE_WIDTHS);                                            \
	iop_x_->raw = iop_r_.raw;                                                                                \
	__builtin_memcpy(iop_x_->len, iop_r_.len, sizeof(iop_r_.len));

/* An index step is a parenthesised tuple, a field step starts with a dot: so the preprocessor can tell them apart. */
#define IOP_STEP_PROBE_(...)		  , IOP_STEP_INDEX_
#define IOP_STEP_KIND_(a, kind, ...)	  kind
#define IOP_STEP_PICK_(...)		  IOP_STEP_KIND_(__VA_ARGS__)
#define IOP_STEP_(k, n, step)		  IOP_STEP_PICK_(IOP_STEP_PROBE_ step, IOP_STEP_FIELD_, )(k, n, step)
#define IOP_STEP_INDEX_(k, n, step)	  IOP_STEP_APPLY_(k, n, IOP_STEP_OPEN_ step)
#define IOP_STEP_OPEN_(...)		  __VA_ARGS__
#define IOP_STEP_APPLY_(...)		  IOP_STEP_APPLY__(__VA_ARGS__)
#define IOP_STEP_APPLY__(k, n, what, ...) what(k, n, __VA_ARGS__)

#define IOP_MEMBER_CHARACTERS_ ".abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_0123456789"
/*
 * A field step is a dot, and after that names and dots: nothing that is not checked (.ring[i]), leaves the object (.next->head) or
 * is no member at all (.ctrl + 1). A search in its spelling, as a constant of each compiler.
 */
#ifdef __cplusplus
template <class T, int Dynamic>
constexpr int iop_why_no_field(const char *text)
{
	if (Dynamic)
		return 1;
	if (!IOP_IS_RECORD(IOP_ANY_(T)))
		return 2;
	if (*text != '.')
		return 3;
#ifdef __clang__
	for (; *text; text++)
		if (*text != '.' && *text != '_' && !(*text >= 'a' && *text <= 'z') && !(*text >= 'A' && *text <= 'Z') &&
		    !(*text >= '0' && *text <= '9'))
			return 3;
	return 0;
#else
	return text[__builtin_strspn(text, IOP_MEMBER_CHARACTERS_)] ? 3 : 0;
#endif
}
#elif defined(__clang__)
#define IOP_IS_MEMBER_PATH_(text)                                                                                              \
	(text[0] == '.' && IOP_LACKS_(text, '[') && IOP_LACKS_(text, '-') && IOP_LACKS_(text, '+') && IOP_LACKS_(text, '=') && \
	 IOP_LACKS_(text, '<') && IOP_LACKS_(text, '>') && IOP_LACKS_(text, '&') && IOP_LACKS_(text, '|') &&                   \
	 IOP_LACKS_(text, '?'))
#define IOP_LACKS_(text, c) !__builtin_strchr(text, c)
#else
#define IOP_IS_MEMBER_PATH_(text) \
	(!__builtin_strncmp(text, ".", 1) && __builtin_strspn(text, IOP_MEMBER_CHARACTERS_) == sizeof(text) - 1)
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
typedef uint32_t *(*iop_part_lost)(void);
#define IOP_PART_(T, field)                                                              \
	({                                                                               \
		IOP_AUTO iop_part_ = &IOP_ANY_(T) field;                                 \
		_Generic(iop_part_, iop_part_lost : (uint32_t *)4, default : iop_part_); \
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
#elif defined(__clang__)
#define IOP_PART_TYPE_(fine, P) \
	__typeof__(*__builtin_choose_expr((fine) && !__builtin_types_compatible_p(P, int), (P)0, (uint32_t *)0))
#else
#define IOP_PART_TYPE_(fine, P) __typeof__(*__builtin_choose_expr(fine, (P)0, (uint32_t *)0))
#endif

#ifdef __cplusplus
#define IOP_WHY_NO_FIELD_(k, text) iop_why_no_field<iop_t_##k, iop_d_##k>(text)
#else
#define IOP_WHY_NO_FIELD_(k, text) iop_d_##k ? 1 : !IOP_IS_RECORD(IOP_ANY_(iop_t_##k)) ? 2 : IOP_IS_MEMBER_PATH_(text) ? 0 : 3
#endif

#define IOP_DOT_AND_NAMES_                                                                                             \
	"iopath: a field step starts with a dot and has names only: an index is a step of its own (iop_or, iop_build " \
	"or iop_or_panic)"
#define IOP_STEP_FIELD_(k, n, field)                                                                                            \
	IOP_CONSTANTS_ iop_w_##n = IOP_WHY_NO_FIELD_(k, #field), iop_d_##n = 0 IOP_END_CONSTANTS_;                              \
	IOP_ASSERT(iop_w_##n != 1, "iopath: a slice or Region has no fields (project an element, or iop_try_cast the Region)"); \
	IOP_ASSERT(iop_w_##n != 2, "iopath: only a struct or union has fields");                                                \
	IOP_ASSERT(iop_w_##n != 3, IOP_DOT_AND_NAMES_);                                                                         \
	IOP_AUTO iop_p_##n = IOP_PART_(iop_t_##k, field);                                                                       \
	typedef __typeof__(iop_p_##n) iop_P_##n;                                                                                \
	typedef IOP_PART_TYPE_(iop_w_##n == 0, iop_P_##n) iop_t_##n;                                                            \
	IOP_ASSERT(IOP_ALIGNOF(iop_t_##n) <= IOP_ALIGNOF(iop_t_##k), IOP_PACKED);                                               \
	if ((uintptr_t)iop_p_##n % IOP_ALIGNOF(iop_t_##n) != 0)                                                                 \
		IOP_FAIL_TO_BUILD(iop_build_error_packed, "alignment", IOP_ALIGNOF(iop_t_##n), NULL, 0, NULL, 0);               \
	iop_o_ += (uintptr_t)iop_p_##n - sizeof(iop_t_##k);

/* What happens when @ok is false, which @numbers say why: one macro a flavour. */
#define IOP_OR_(ok, kind, numbers, ...)                                     \
	if (!(ok)) {                                                        \
		__VA_ARGS__;                                                \
		IOP_FAIL_TO_BUILD(iop_build_error_stays, IOP_OPEN numbers); \
	}
#define IOP_BUILD_(ok, kind, numbers, ...) \
	if (!(ok))                         \
		IOP_FAIL_TO_BUILD(iop_build_error_##kind, IOP_OPEN numbers);
#define IOP_OR_PANIC_(ok, kind, numbers, ...) \
	if (!(ok))                            \
		iop_panic_numbers(#kind " out of bounds", IOP_OPEN numbers);
#define IOP_CHECK_(ok, kind, numbers, ...)                                                                         \
	IOP_ASSERT(sizeof(iop_e_) == sizeof(int),                                                                  \
		   "iopath: iop_check is for iop_try_project (here say what happens: iop_or(i, return -ERANGE))"); \
	if (!(ok))                                                                                                 \
		iop_e_ = -IOP_CODE_OF_##kind;
#define IOP_TRY_(ok, kind, numbers, ...) \
	IOP_ASSERT(iop_d_0 > 1, "iopath: iop_try is gone: say what happens, as in iop_or(i, return -ERANGE)");
#define IOP_CODE_OF_index    ERANGE
#define IOP_CODE_OF_range    ERANGE
#define IOP_CODE_OF_location EINVAL

#define IOP_REFUSE_NO_ARRAY_(k, n)                                                                           \
	IOP_CONSTANTS_ iop_w_##n = IOP_IS_REGION_TARGET_(IOP_ANY_(iop_t_##k)) ? 1                            \
				   : !IOP_IS_ARRAY(IOP_ANY_(iop_t_##k))	      ? 2                            \
									      : 0 IOP_END_CONSTANTS_;              \
	IOP_ASSERT(iop_w_##n != 1, "iopath: a Region has no elements (use offset access, or iop_try_cast)"); \
	IOP_ASSERT(iop_w_##n != 2, "iopath: only arrays and slices have elements");

/* sizeof cannot give the length of an array whose elements have size 0: such an array counts as empty, a slice does not. */
#define IOP_COUNT_(array, dynamic, len) ((dynamic) ? (len) : sizeof(array) / (sizeof((array)[0]) + !sizeof((array)[0])))

/* A negative index converts to a huge one, which is out of bounds; a floating-point value or a pointer is refused. */
#define IOP_INDEX_(i)                                                                 \
	__extension__({                                                               \
		IOP_AUTO iop_i_ = (i);                                                \
		IOP_ASSERT(IOP_IS_INTEGER(iop_i_), "iopath: an index is an integer"); \
		iop_index_of((uint64_t)iop_i_);                                       \
	})

#define IOP_ELEMENT_(k, n, FLAVOUR, index_, ...)                                                               \
	IOP_REFUSE_NO_ARRAY_(k, n)                                                                             \
	const size_t iop_m_##n = IOP_COUNT_(IOP_ANY_(iop_t_##k), iop_d_##k, iop_c_);                           \
	const size_t iop_i_##n = IOP_INDEX_(index_);                                                           \
	FLAVOUR(iop_i_##n < iop_m_##n, index, ("index", iop_i_##n, "length", iop_m_##n, NULL, 0), __VA_ARGS__) \
	typedef __typeof__(IOP_ANY_(iop_t_##k)[0]) iop_t_##n;                                                  \
	IOP_CONSTANTS_ iop_d_##n = 0 IOP_END_CONSTANTS_;                                                       \
	iop_o_ += iop_i_##n * sizeof(iop_t_##n);

/* The arithmetic of ranges, which core/test/proof examines: whether there is one, and what is left of @offset and @count. */
#define IOP_IN_RANGE_(first, end, length) ((first) <= (end) && (end) <= (length))
#define IOP_CUT_(offset, count, first, end, size) \
	(offset) += (first) * (size);             \
	(count) = (end) - (first)

#define IOP_RANGE_(k, n, FLAVOUR, first, end, ...)                                        \
	IOP_REFUSE_NO_ARRAY_(k, n)                                                        \
	const size_t iop_m_##n = IOP_COUNT_(IOP_ANY_(iop_t_##k), iop_d_##k, iop_c_);      \
	const size_t iop_i_##n = IOP_INDEX_(first);                                       \
	const size_t iop_j_##n = IOP_INDEX_(end);                                         \
	FLAVOUR(IOP_IN_RANGE_(iop_i_##n, iop_j_##n, iop_m_##n), range,                    \
		("first", iop_i_##n, "end", iop_j_##n, "length", iop_m_##n), __VA_ARGS__) \
	IOP_SLICED_(k, n)
#define IOP_REST_OF_(k, n, FLAVOUR, first, ...)                                                                 \
	IOP_REFUSE_NO_ARRAY_(k, n)                                                                              \
	const size_t iop_j_##n = IOP_COUNT_(IOP_ANY_(iop_t_##k), iop_d_##k, iop_c_);                            \
	const size_t iop_i_##n = IOP_INDEX_(first);                                                             \
	FLAVOUR(iop_i_##n <= iop_j_##n, range, ("first", iop_i_##n, "length", iop_j_##n, NULL, 0), __VA_ARGS__) \
	IOP_SLICED_(k, n)
#define IOP_SLICED_(k, n)                                        \
	typedef __typeof__(IOP_ANY_(iop_t_##k)[0]) iop_t_##n[1]; \
	IOP_CONSTANTS_ iop_d_##n = 1 IOP_END_CONSTANTS_;         \
	IOP_CUT_(iop_o_, iop_c_, iop_i_##n, iop_j_##n, sizeof(iop_t_##n));

#endif
