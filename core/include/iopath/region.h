/* SPDX-License-Identifier: MIT */
/**
 * region.h - untyped regions
 *
 * A Region is a range of bytes of which two sizes are known: the minimum that the code was written for, a constant of its type
 * (IOP_REGION(MIN), may be 0), and the real one at run time. A valid Region starts at a multiple of 4, its size is a multiple of
 * 4 and at least MIN. MIN itself need not be a multiple of 4: infallible access is bounded by MIN, not by MIN rounded up.
 * IOP_REGION8(MIN) also starts at a multiple of 8, as every BAR does, which allows infallible 64-bit access.
 *
 * The only ways into a Region are offset access (access.h) and iop_try_cast (cast.h); fields and elements of it cannot be
 * projected, since its contents have no type.
 * Source: docs/semantics.md, row 2.
 */
#ifndef IOPATH_REGION_H
#define IOPATH_REGION_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/error.h>
#include <iopath/lang.h>

/** Every valid Region's base and size are multiples of this. */
#define IOP_REGION_ALIGN 4

/** The element types by which a Region is known, and one that starts at a multiple of 8; opaque, one byte. */
struct iop_region_byte {
	unsigned char iop_opaque;
};
struct iop_region8_byte {
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
IOP_MUST_CHECK IOP_INLINE int iop_region_check(uintptr_t base, size_t size, size_t min)
{
	if (size < min || base % IOP_REGION_ALIGN || size % IOP_REGION_ALIGN)
		return -EINVAL;
	return 0;
}

/**
 * The one rule of every checked constructor of a view of memory: may @size bytes at @base, a multiple of @align, be that memory?
 * Returns 0, or -EINVAL if base is 0 or no multiple of align, or if the last byte lies beyond the end of the address space. Views of
 * config space start at 0 and do not come from here.
 */
IOP_MUST_CHECK IOP_INLINE int iop_memory_check(uintptr_t base, size_t size, size_t align)
{
	if (!base || base % align || (size && size - 1 > UINTPTR_MAX - base))
		return -EINVAL;
	return 0;
}

/** iop_memory_check() of a Region with minimum @min: and iop_region_check(). */
IOP_INLINE int iop_memory_check_region(uintptr_t base, size_t size, size_t align, size_t min)
{
	int err = iop_memory_check(base, size, align);

	return err ? err : iop_region_check(base, size, min);
}

/** iop_memory_check() of @count elements of @element bytes each. -EINVAL also if their size overflows. */
IOP_INLINE int iop_memory_check_slice(uintptr_t base, size_t count, size_t align, size_t element)
{
	size_t size;

	return __builtin_mul_overflow(count, element, &size) ? -EINVAL : iop_memory_check(base, size, align);
}

/** iop_region_ptr() with the check: fills *@ptr and returns 0, or returns -EINVAL and leaves it unchanged. */
IOP_MUST_CHECK IOP_INLINE int iop_region_ptr_try(struct iop_region_ptr *ptr, uintptr_t base, size_t size, size_t min)
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
IOP_MUST_CHECK IOP_INLINE int iop_offset_valid(uintptr_t base, size_t offset, size_t size, size_t width, size_t align)
{
	return width <= size && offset <= size - width && (base + offset) % align == 0;
}

/* An index or offset that does not fit into size_t must not become one that is in bounds. */
IOP_INLINE size_t iop_index_of(uint64_t i)
{
	return (size_t)i == i ? (size_t)i : SIZE_MAX;
}

#endif
