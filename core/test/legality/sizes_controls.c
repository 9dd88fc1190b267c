/* SPDX-License-Identifier: MIT */
/* Routines that are right up to a size, and wrong from there on. */
#include "sizes.h"

#include <iopath/iomem_copy.h>

#define KIB ((size_t)1024)

static char *at(volatile void *p, size_t offset)
{
	return (char *)(uintptr_t)p + offset;
}

static const char *from(const volatile void *p, size_t offset)
{
	return (const char *)(uintptr_t)p + offset;
}

/* A place in the middle that every width divides. */
static size_t middle(volatile const void *io, size_t n)
{
	return (((uintptr_t)io + n / 2) & ~(uintptr_t)63) - (uintptr_t)io;
}

static void twice_toio(volatile void *io, const void *src, size_t n)
{
	const size_t half = n > 64 * KIB ? middle(io, n) : 0, again = half ? 64 : 0;

	iop_memcpy_toio(io, src, half);
	iop_memcpy_toio(at(io, half - again), from(src, half - again), n - half + again);
}

static void twice_fromio(void *dst, const volatile void *io, size_t n)
{
	const size_t half = n > 300 * KIB ? middle(io, n) : 0, again = half ? 64 : 0;

	iop_memcpy_fromio(dst, io, half);
	iop_memcpy_fromio(at(dst, half - again), from(io, half - again), n - half + again);
}

static void twice_set(volatile void *io, int value, size_t n)
{
	iop_memset_io(io, value, n);
	if (n > 512 * KIB)
		iop_memset_io(at(io, n - 8 * KIB), value, 8 * KIB);
}

static void lost_toio(volatile void *io, const void *src, size_t n)
{
	const size_t half = middle(io, n), lost = n >= 256 * KIB ? 64 : 0;

	iop_memcpy_toio(io, src, half);
	iop_memcpy_toio(at(io, half + lost), from(src, half + lost), n - half - lost);
}

static void lost_fromio(void *dst, const volatile void *io, size_t n)
{
	iop_memcpy_fromio(dst, io, n >= 256 * KIB ? n - 64 : n);
}

static void lost_set(volatile void *io, int value, size_t n)
{
	const size_t half = middle(io, n), lost = n > 1024 * KIB ? 1 : 0;

	iop_memset_io(io, value, half);
	iop_memset_io(at(io, half + lost), value, n - half - lost);
}

static void truncated_toio(volatile void *io, const void *src, size_t n)
{
	iop_memcpy_toio(io, src, (uint32_t)n);
}

static void truncated_fromio(void *dst, const volatile void *io, size_t n)
{
	iop_memcpy_fromio(dst, io, (size_t)(int)n);
}

static void truncated_set(volatile void *io, int value, size_t n)
{
	iop_memset_io(io, value, (uint32_t)(n * 8) / 8);
}

static void swapped_toio(volatile void *io, const void *src, size_t n)
{
	const size_t half = n >= 1024 * KIB ? middle(io, n) : 0;

	iop_memcpy_toio(at(io, half), from(src, half), n - half);
	iop_memcpy_toio(io, src, half);
}

static void beyond_toio(volatile void *io, const void *src, size_t n)
{
	iop_memcpy_toio(io, src, n > 1024 * KIB ? n + 1 : n);
}

static void by_bytes_toio(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; n > 512 * KIB && i < n; i++)
		iop_memcpy_toio(at(io, i), from(src, i), 1);
	if (n <= 512 * KIB)
		iop_memcpy_toio(io, src, n);
}

static void misplaced_toio(volatile void *io, const void *src, size_t n)
{
	const size_t skip = n > 128 * KIB ? 8 : 0;

	iop_memcpy_toio(io, from(src, skip), n - skip);
	iop_memcpy_toio(at(io, n - skip), from(src, n - skip), skip);
}

#define KNOWN_VALUE(value) ((value)&0x7f)
static void wrong_value_set(volatile void *io, int value, size_t n)
{
	iop_memset_io(io, n > 64 * KIB ? KNOWN_VALUE(value) : value, n);
}

static const struct iop_routine *strict(void)
{
	return iop_routines[1];
}

static void twice_move(volatile void *dst, const volatile void *src, size_t n)
{
	strict()->move(dst, src, n);
	if (n > 64 * KIB)
		strict()->move(at(dst, n - 64), from(src, n - 64), 64);
}

static void lost_move(volatile void *dst, const volatile void *src, size_t n)
{
	strict()->move(dst, src, n > 64 * KIB ? n - 3 : n);
}

const struct sizes_control sizes_controls[] = {
	{"twice", IOP_TOIO, {.toio = twice_toio}, 64 * KIB + 128},
	{"twice, read", IOP_FROMIO, {.fromio = twice_fromio}, 300 * KIB + 1},
	{"twice, 8 KiB at the end", IOP_SET, {.set = twice_set}, 512 * KIB + 1},
	{"64 bytes lost", IOP_TOIO, {.toio = lost_toio}, 256 * KIB},
	{"64 bytes lost, read", IOP_FROMIO, {.fromio = lost_fromio}, 256 * KIB + 5},
	{"one byte lost", IOP_SET, {.set = lost_set}, 1024 * KIB + 1},
	{"length of 32 bits", IOP_TOIO, {.toio = truncated_toio}, SIZES_HUGE},
	{"length of 31 bits", IOP_FROMIO, {.fromio = truncated_fromio}, ((size_t)1 << 31) + 5},
	{"number of bits of 32 bits", IOP_SET, {.set = truncated_set}, ((size_t)1 << 29) + 1},
	{"halves swapped", IOP_TOIO, {.toio = swapped_toio}, 1024 * KIB},
	{"one byte too many", IOP_TOIO, {.toio = beyond_toio}, 1024 * KIB + 1},
	{"by bytes", IOP_TOIO, {.toio = by_bytes_toio}, 512 * KIB + 1},
	{"from the wrong place", IOP_TOIO, {.toio = misplaced_toio}, 128 * KIB + 1},
	{"another value", IOP_SET, {.set = wrong_value_set}, 64 * KIB + 1},
	{"twice, moved", IOP_MOVE, {.move = twice_move}, 64 * KIB + 1},
	{"three bytes lost, moved", IOP_MOVE, {.move = lost_move}, 64 * KIB + 1},
};
const size_t sizes_controls_count = sizeof(sizes_controls) / sizeof(sizes_controls[0]);
