/* SPDX-License-Identifier: MIT */
/**
 * unit_copy.h - copies that are counted in units of 4 or 8 bytes
 *
 * The kernel's __iowrite32_copy, __iowrite64_copy and __ioread32_copy, for queues and windows that take one width: exactly @count
 * accesses of the unit's width, ascending, and none where @count is 0. Both sides are multiples of the unit, which debug builds check:
 * they panic with "not in units". No bytes are swapped, and no barrier is implied, before or after; on a write-combining mapping a
 * doorbell needs one in between.
 *
 *	iop_iowrite64_copy(queue, descriptor, 8);        64 bytes: the count is no number of bytes
 *
 * A 32-bit machine has no access of 8 bytes: iop_iowrite64_copy() makes two of 4 bytes for each unit, that of the lower address, which
 * is a little-endian device's low half, first.
 * Source: docs/semantics.md, row 45; Linux include/linux/io.h, lib/iomap_copy.c.
 */
#ifndef IOPATH_UNIT_COPY_H
#define IOPATH_UNIT_COPY_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>

IOP_BEGIN_DECLS

/** Writes @count 32-bit units to I/O memory. */
void iop_iowrite32_copy(volatile void *io, const void *src, size_t count);

/** Writes @count 64-bit units to I/O memory; the 32-bit profile by two accesses each, the low half first. */
void iop_iowrite64_copy(volatile void *io, const void *src, size_t count);

/** Reads @count 32-bit units from I/O memory. */
void iop_ioread32_copy(void *dst, const volatile void *io, size_t count);

IOP_END_DECLS

#endif
