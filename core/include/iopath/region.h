/* SPDX-License-Identifier: MIT */
/**
 * region.h - untyped regions
 *
 * A Region is a range of bytes of which two sizes are known: the minimum that the code was written for, a constant of its type
 * (IOP_REGION(MIN), may be 0), and the real one at run time. A valid Region starts at a multiple of 4, its size is a multiple of
 * 4 and at least MIN. MIN itself need not be a multiple of 4: infallible access is bounded by MIN, not by MIN rounded up.
 *
 * The only ways into a Region are offset access (access.h) and iop_try_cast (project.h); fields and elements of it cannot be
 * projected, since its contents have no type.
 * Source: docs/semantics.md, row 2.
 */
#ifndef IOPATH_REGION_H
#define IOPATH_REGION_H

#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/error.h>
#include <iopath/lang.h>

/** Every valid Region's base and size are multiples of this. */
#define IOP_REGION_ALIGN 4

/** The element type by which a Region is known; opaque, one byte. */
struct iop_region_byte {
	unsigned char iop_opaque;
};

/** A pointer to a Region that need not be valid: an address and a size in bytes. Making it checks nothing and cannot fail. */
struct iop_region_ptr {
	uintptr_t base;
	size_t size;
};

/** A region pointer from an address and a size; no check. It may be built first and checked later. */
IOP_INLINE struct iop_region_ptr iop_region_ptr(uintptr_t base, size_t size)
{
	struct iop_region_ptr ptr = {base, size};

	return ptr;
}

/**
 * Is (@base, @size) a valid Region with minimum @min?
 * Returns 0, or -EINVAL if size < min, base is not a multiple of 4, or size is not a multiple of 4. Base 0 and, for min 0, size 0
 * are accepted; base + size is not checked for overflow (no valid mapping wraps around).
 */
IOP_INLINE int iop_region_check(uintptr_t base, size_t size, size_t min)
{
	if (size < min || base % IOP_REGION_ALIGN || size % IOP_REGION_ALIGN)
		return -EINVAL;
	return 0;
}

/** iop_region_ptr() with the check: fills *@ptr and returns 0, or returns -EINVAL and leaves it unchanged. */
IOP_INLINE int iop_region_ptr_try(struct iop_region_ptr *ptr, uintptr_t base, size_t size, size_t min)
{
	int err = iop_region_check(base, size, min);

	if (!err)
		*ptr = iop_region_ptr(base, size);
	return err;
}

/**
 * The one rule for an access of @width bytes with alignment @align at @offset of something with address @base and @size bytes:
 * offset + width does not overflow, is at most size, and the absolute address is aligned. A zero-size access at the end is valid.
 * Source: docs/semantics.md, 2.4.
 */
IOP_INLINE int iop_offset_valid(uintptr_t base, size_t offset, size_t size, size_t width, size_t align)
{
	size_t end;

	return !__builtin_add_overflow(offset, width, &end) && end <= size && (base + offset) % align == 0;
}

/* An index or offset that does not fit into size_t must not become one that is in bounds. */
IOP_INLINE size_t iop_index_of(uint64_t i)
{
	return (size_t)i == i ? (size_t)i : SIZE_MAX;
}

#endif
