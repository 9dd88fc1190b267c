/* SPDX-License-Identifier: MIT */
/**
 * copy_within.h - copies by the widths that a device takes, and by no others
 *
 * iop_memcpy_toio() chooses among accesses of 1 to 8 bytes, whatever makes the fewest. A device with 32-bit registers takes 4 only; a
 * bridge may pass 4, 8 and 64 bytes and not 32. What such a device does with another width is its own affair: most ignore it, some
 * answer all ones, some stop. Here the author says which widths it takes:
 *
 *	err = iop_memcpy_toio_within(bar, message, n, IOP_WIDTHS(4, 8, 64));
 *
 * Every byte of [io, io + n) is accessed exactly once, in ascending order, by aligned accesses that each have a width of the set, and
 * by the fewest of them that there are. Where the narrowest width does not divide place and size, there are none: such a copy is
 * refused, and nothing is accessed. By name, the ..._rmw copies write the rest all the same: they read the word at an edge, put the
 * bytes into it, and write it back.
 *
 * A width of 8 is one access on 64-bit machines; widths of 16, 32 and 64 are on x86-64 CPUs with SSE, AVX and AVX-512F. A width that
 * this machine has no single access of is left out of the set, and where the rest does not fit, the copy is refused.
 *
 * All return 0 after the copy; or, before anything is accessed,
 *
 *	-EINVAL       no width fits the place or the size; the set is empty, or has a number that is no width (1, 2, 4, 8, 16, 32, 64)
 *	-EOPNOTSUPP   a width of the set fits, and this machine has no such access
 *
 * No bytes are swapped, and no barrier is implied. The memory side may lie anywhere.
 * Source: docs/semantics.md, row 44; docs/copies.md, 1.2.
 */
#ifndef IOPATH_COPY_WITHIN_H
#define IOPATH_COPY_WITHIN_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>
#include <iopath/widths.h>

IOP_BEGIN_DECLS

/** Copies @n bytes from memory to I/O memory. */
IOP_MUST_CHECK int iop_memcpy_toio_within(volatile void *io, const void *src, size_t n, unsigned widths);

/** Copies @n bytes from I/O memory to memory. Refused, it leaves @dst as it is. */
IOP_MUST_CHECK int iop_memcpy_fromio_within(void *dst, const volatile void *io, size_t n, unsigned widths);

/** Sets @n bytes of I/O memory to the low byte of @value. */
IOP_MUST_CHECK int iop_memset_io_within(volatile void *io, int value, size_t n, unsigned widths);

/**
 * The same, with read, modify, write of the words at the edges: a head or tail that the narrowest width does not fit is merged into the
 * word of that width that it lies in, by one read and one write of it, in its place in the order. Its other bytes are written as they
 * were read, so nobody else may write them meanwhile, and reading or writing them must do no harm.
 */
IOP_MUST_CHECK int iop_memcpy_toio_within_rmw(volatile void *io, const void *src, size_t n, unsigned widths);
IOP_MUST_CHECK int iop_memset_io_within_rmw(volatile void *io, int value, size_t n, unsigned widths);

/**
 * Copies from I/O memory by reading the word at an edge whole, and keeping the bytes that were asked for: reading the others must do no
 * harm.
 */
IOP_MUST_CHECK int iop_memcpy_fromio_within_whole(void *dst, const volatile void *io, size_t n, unsigned widths);

IOP_END_DECLS

#endif
