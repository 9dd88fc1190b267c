/* SPDX-License-Identifier: MIT */
/**
 * widths.h - the set of widths of access that a device takes
 *
 * A device, or a bridge in front of it, need not take every width: many have 32-bit registers and ignore, refuse or split any other
 * access; some take 4, 8 and 64 bytes and nothing between. Which ones is written as a set:
 *
 *	IOP_WIDTHS(4)           32-bit accesses only
 *	IOP_WIDTHS(4, 8, 64)    and 64-bit ones, and bursts of 64 bytes
 *
 * A set is a number, the OR of the widths in bytes, so sets are combined and asked with & and |.
 * Source: docs/semantics.md, row 43.
 */
#ifndef IOPATH_WIDTHS_H
#define IOPATH_WIDTHS_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/foreach.h>
#include <iopath/lang.h>

/** What a device takes of which nothing else is said; every width that there is. */
#define IOP_WIDTHS_DEFAULT 15u
#define IOP_WIDTHS_ALL	   127u

/** The set of the widths that are named, in bytes, each one of 1, 2, 4, 8, 16, 32 and 64. An integer constant. */
#define IOP_WIDTHS(...)		      (0u IOP_FOR_EACH(IOP_OR_WIDTH_, , __VA_ARGS__))
#define IOP_OR_WIDTH_(context, width) | IOP_ONE_WIDTH_(width)
#define IOP_NO_SUCH_WIDTH	      "iopath: a width is 1, 2, 4, 8, 16, 32 or 64 bytes"

#define IOP_NO_SUCH_WIDTHS "iopath: a set of widths is not empty, and made by IOP_WIDTHS"

/* Is @width one? Is @set one that is not empty? */
#define IOP_IS_WIDTH_(width) ((width) >= 1 && (width) <= 64 && ((width) & ((width)-1)) == 0)
#define IOP_IS_WIDTHS_(set)  ((set) >= 1 && (set) <= IOP_WIDTHS_ALL)

#ifdef __cplusplus
/* A static_assert would be said of this line; that there is no such function is said of the author's, by these names. */
template <class T>
constexpr unsigned iop_width_is_1_2_4_8_16_32_or_64(std::true_type, T width)
{
	return (unsigned)width;
}
template <class T>
constexpr unsigned iop_set_is_made_by_IOP_WIDTHS(std::true_type, T set)
{
	return (unsigned)set;
}
#define IOP_ONE_WIDTH_(width)	 iop_width_is_1_2_4_8_16_32_or_64(std::bool_constant<IOP_IS_WIDTH_(width)>(), width)
#define IOP_CHECKED_WIDTHS_(set) iop_set_is_made_by_IOP_WIDTHS(std::bool_constant<IOP_IS_WIDTHS_(set)>(), set)
#else
#define IOP_ONE_WIDTH_(width)                                        \
	((unsigned)sizeof(struct {                                   \
		IOP_ASSERT(IOP_IS_WIDTH_(width), IOP_NO_SUCH_WIDTH); \
		char iop_bytes[IOP_IS_WIDTH_(width) ? (width) : 1];  \
	}))
/* @set, if it is one, as a constant. */
#define IOP_CHECKED_WIDTHS_(set)                                     \
	sizeof(struct {                                              \
		IOP_ASSERT(IOP_IS_WIDTHS_(set), IOP_NO_SUCH_WIDTHS); \
		char iop_bytes[IOP_IS_WIDTHS_(set) ? (set) : 1];     \
	})
#endif

/** Does @set have @width? Is every width of @some in @set? For numbers known at run time, too. */
#define iop_widths_have(set, width)  (((set) & (width)) != 0)
#define iop_widths_within(some, set) (((some) & ~(set)) == 0)

/**
 * Can @n bytes at @addr be moved by aligned accesses of @set, each byte once? The narrowest width divides all others, so what it fits
 * is a multiple of it.
 */
IOP_INLINE int iop_widths_fit(unsigned set, uintptr_t addr, size_t n)
{
	return !n || ((addr | n) & ((set & -set) - 1)) == 0;
}

/** Is @n, a size, a multiple of the narrowest width of @set? An integer constant if both are. */
#define iop_widths_fit_size(set, n) (((n) & (((size_t)1 << __builtin_ctz(set)) - 1)) == 0)

/* A set that is said, so that one that is none is not taken for silence (0). */
#define IOP_WIDTHS_NONE_ 256u
IOP_INLINE unsigned iop_widths_said(unsigned set)
{
	return IOP_IS_WIDTHS_(set) ? set : IOP_WIDTHS_NONE_;
}

#endif
