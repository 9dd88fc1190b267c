/* SPDX-License-Identifier: MIT */
/* What iopath fuzz finds in accessors, checked paths and projections: a fault in each line. */
#include "module_right.h"

#include <iopath/cells.h>

/* Accessors. */
static uint64_t read_halves(void *addr)
{
	const uint64_t low = AT(uint32_t, addr);

	return low | (uint64_t)AT(uint32_t, (char *)addr + 4) << 32;
}

static uint32_t read_twice(void *addr)
{
	(void)AT(uint32_t, addr);
	return AT(uint32_t, addr);
}

/* Checked paths. */
static int one_too_far(void *base, size_t size, size_t offset, uint8_t *value)
{
	if (offset > size)
		return -1;
	*value = AT(uint8_t, (char *)base + offset);
	return 0;
}

static int three_are_enough(void *base, size_t size, size_t offset, uint32_t *value)
{
	return offset % 4 || size < 3 || offset > size - 3 ? -1 : (*value = AT(uint32_t, (char *)base + offset), 0);
}

static int sum_wraps(void *base, size_t size, size_t offset, uint32_t *value)
{
	return offset % 4 || offset + 4 > size ? -1 : (*value = AT(uint32_t, (char *)base + offset), 0);
}

static int takes_misaligned(void *base, size_t size, size_t offset, uint64_t *value)
{
	if (size < 8 || offset > size - 8)
		return -1;
	memcpy((char *)base + offset, value, 8);
	return 0;
}

static int cut_to_32_bits(void *base, size_t size, size_t offset, uint32_t *value)
{
	return read32(base, size, (uint32_t)offset, value);
}

static int refuses_the_last(void *base, size_t size, size_t offset, uint32_t *value)
{
	return size < 4 || offset >= size - 4 ? -1 : read32(base, size, offset, value);
}

static int signed_compare(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || (ptrdiff_t)offset > (ptrdiff_t)size - 4)
		return -1;
	*value = AT(uint32_t, (char *)base + (offset & 0xffff));
	return 0;
}

static int looks_first(void *base, size_t size, size_t offset, uint64_t *value)
{
	if (size)
		(void)AT(uint8_t, base);
	return write64(base, size, offset, value);
}

static int sign_extended(void *base, size_t size, size_t offset, uint16_t *value)
{
	if (offset % 2 || size < 2 || offset > size - 2)
		return -1;
	AT(uint16_t, (char *)base + offset) = (uint16_t)(int8_t)*value;
	return 0;
}

static int stores_too_much(void *base, size_t size, size_t offset, uint16_t *value)
{
	uint32_t all;

	if (offset % 2 || size < 2 || offset > size - 2)
		return -1;
	all = AT(uint16_t, (char *)base + offset);
	memcpy(value, &all, 4);
	return 0;
}

static void *length_is_forgotten(void *base, size_t size, size_t offset, size_t length)
{
	(void)length;
	return offset < size ? (char *)base + offset : NULL;
}

static void *sum_of_both(void *base, size_t size, size_t offset, size_t length)
{
	return offset + length <= size ? (char *)base + offset : NULL;
}

static void *rounded_down(void *base, size_t size, size_t offset, size_t length)
{
	char *at = part(base, size, offset, length);

	return at && offset > 64 ? (char *)base + (offset & ~(size_t)3) : at;
}

IOP_READ(read_halves, uint64_t, read_halves(addr));
IOP_READ(read_twice, uint32_t, read_twice(addr));
IOP_READ(reads_wide, uint8_t, (uint8_t)(AT(uint32_t, (uintptr_t)addr & ~(uintptr_t)3) >> 8 * ((uintptr_t)addr & 3)));
IOP_WRITE(swapped, uint32_t, AT(uint32_t, addr) = __builtin_bswap32(value));
IOP_WRITE(cut, uint64_t, AT(uint64_t, addr) = (uint32_t)value);
IOP_WRITE(evaluated_twice, uint16_t, (AT(uint16_t, addr) = value, AT(uint16_t, addr) = value));
IOP_CHECKED_READ(one_too_far, uint8_t, one_too_far);
IOP_CHECKED_READ(three_are_enough, uint32_t, three_are_enough);
IOP_CHECKED_READ(sum_wraps, uint32_t, sum_wraps);
IOP_CHECKED_READ(cut_to_32_bits, uint32_t, cut_to_32_bits);
IOP_CHECKED_READ(refuses_the_last, uint32_t, refuses_the_last);
IOP_CHECKED_READ(signed_compare, uint32_t, signed_compare);
IOP_CHECKED_READ(stores_too_much, uint16_t, stores_too_much);
IOP_CHECKED_WRITE(takes_misaligned, uint64_t, takes_misaligned);
IOP_CHECKED_WRITE(looks_first, uint64_t, looks_first);
IOP_CHECKED_WRITE(sign_extended, uint16_t, sign_extended);
IOP_PROJECTION(length_is_forgotten, length_is_forgotten);
IOP_PROJECTION(sum_of_both, sum_of_both);
IOP_PROJECTION(rounded_down, rounded_down);
