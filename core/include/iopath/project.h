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

#include <iopath/cast.h>
#include <iopath/path.h>

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
#define iop_project(...)				    IOP_PROJECT_(IOP_STEP_COUNT_(__VA_ARGS__), __VA_ARGS__)
#define IOP_PROJECT_(n, ...)				    IOP_PROJECT__(n, __VA_ARGS__)
#define IOP_PROJECT__(n, ...)				    IOP_PROJECT_##n(__VA_ARGS__)
#define IOP_STEP_COUNT_(...)				    IOP_STEP_COUNT__(__VA_ARGS__, 8, 7, 6, 5, 4, 3, 2, 1, 0, )
#define IOP_STEP_COUNT__(v, a, b, c, d, e, f, g, h, n, ...) n

/**
 * Makes *@out, of a named type, the view of what the steps name, where a step that may fail is an iop_check.
 * Returns 0, or -ERANGE for an index or a range out of bounds, -EINVAL for a location; then *@out is unchanged. @out is evaluated
 * first.
 */
#define iop_try_project(out, ...) IOP_RESULT_(IOP_TRY_PROJECT_(IOP_STEP_COUNT_(__VA_ARGS__), out, __VA_ARGS__))
#define IOP_TRY_PROJECT_(n, ...)  IOP_TRY_PROJECT__(n, __VA_ARGS__)
#define IOP_TRY_PROJECT__(n, ...) IOP_TRY_PROJECT_##n(__VA_ARGS__)

/* clang-format off */
#define IOP_PROJECT_0(v) \
	__extension__({ IOP_BEGIN_(v) IOP_END_(0) })
#define IOP_PROJECT_1(v, s1) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_END_(1) })
#define IOP_PROJECT_2(v, s1, s2) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_END_(2) })
#define IOP_PROJECT_3(v, s1, s2, s3) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_STEP_(2, 3, s3) \
		IOP_END_(3) })
#define IOP_PROJECT_4(v, s1, s2, s3, s4) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_STEP_(2, 3, s3) \
		IOP_STEP_(3, 4, s4) IOP_END_(4) })
#define IOP_PROJECT_5(v, s1, s2, s3, s4, s5) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_STEP_(2, 3, s3) \
		IOP_STEP_(3, 4, s4) IOP_STEP_(4, 5, s5) IOP_END_(5) })
#define IOP_PROJECT_6(v, s1, s2, s3, s4, s5, s6) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_STEP_(2, 3, s3) \
		IOP_STEP_(3, 4, s4) IOP_STEP_(4, 5, s5) IOP_STEP_(5, 6, s6) IOP_END_(6) })
#define IOP_PROJECT_7(v, s1, s2, s3, s4, s5, s6, s7) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_STEP_(2, 3, s3) \
		IOP_STEP_(3, 4, s4) IOP_STEP_(4, 5, s5) IOP_STEP_(5, 6, s6) IOP_STEP_(6, 7, s7) \
		IOP_END_(7) })
#define IOP_PROJECT_8(v, s1, s2, s3, s4, s5, s6, s7, s8) \
	__extension__({ IOP_BEGIN_(v) IOP_STEP_(0, 1, s1) IOP_STEP_(1, 2, s2) IOP_STEP_(2, 3, s3) \
		IOP_STEP_(3, 4, s4) IOP_STEP_(4, 5, s5) IOP_STEP_(5, 6, s6) IOP_STEP_(6, 7, s7) \
		IOP_STEP_(7, 8, s8) IOP_END_(8) })
#define IOP_TRY_PROJECT_0(out, v) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_TRY_END_(0) iop_e_; })
#define IOP_TRY_PROJECT_1(out, v, s1) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ IOP_TRY_END_(1) } iop_e_; })
#define IOP_TRY_PROJECT_2(out, v, s1, s2) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_TRY_END_(2) }} iop_e_; })
#define IOP_TRY_PROJECT_3(out, v, s1, s2, s3) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_STEP_(2, 3, s3) IOP_NEXT_ \
		IOP_TRY_END_(3) }}} iop_e_; })
#define IOP_TRY_PROJECT_4(out, v, s1, s2, s3, s4) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_STEP_(2, 3, s3) IOP_NEXT_ \
		IOP_STEP_(3, 4, s4) IOP_NEXT_ IOP_TRY_END_(4) }}}} iop_e_; })
#define IOP_TRY_PROJECT_5(out, v, s1, s2, s3, s4, s5) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_STEP_(2, 3, s3) IOP_NEXT_ \
		IOP_STEP_(3, 4, s4) IOP_NEXT_ IOP_STEP_(4, 5, s5) IOP_NEXT_ \
		IOP_TRY_END_(5) }}}}} iop_e_; })
#define IOP_TRY_PROJECT_6(out, v, s1, s2, s3, s4, s5, s6) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_STEP_(2, 3, s3) IOP_NEXT_ \
		IOP_STEP_(3, 4, s4) IOP_NEXT_ IOP_STEP_(4, 5, s5) IOP_NEXT_ \
		IOP_STEP_(5, 6, s6) IOP_NEXT_ IOP_TRY_END_(6) }}}}}} iop_e_; })
#define IOP_TRY_PROJECT_7(out, v, s1, s2, s3, s4, s5, s6, s7) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_STEP_(2, 3, s3) IOP_NEXT_ \
		IOP_STEP_(3, 4, s4) IOP_NEXT_ IOP_STEP_(4, 5, s5) IOP_NEXT_ \
		IOP_STEP_(5, 6, s6) IOP_NEXT_ IOP_STEP_(6, 7, s7) IOP_NEXT_ \
		IOP_TRY_END_(7) }}}}}}} iop_e_; })
#define IOP_TRY_PROJECT_8(out, v, s1, s2, s3, s4, s5, s6, s7, s8) \
	__extension__({ IOP_TRY_BEGIN_(out, v) IOP_STEP_(0, 1, s1) IOP_NEXT_ \
		IOP_STEP_(1, 2, s2) IOP_NEXT_ IOP_STEP_(2, 3, s3) IOP_NEXT_ \
		IOP_STEP_(3, 4, s4) IOP_NEXT_ IOP_STEP_(4, 5, s5) IOP_NEXT_ \
		IOP_STEP_(5, 6, s6) IOP_NEXT_ IOP_STEP_(6, 7, s7) IOP_NEXT_ \
		IOP_STEP_(7, 8, s8) IOP_NEXT_ IOP_TRY_END_(8) }}}}}}}} iop_e_; })
/* clang-format on */

#endif
