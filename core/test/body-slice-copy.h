/* SPDX-License-Identifier: MIT */
/* For WAY: slices copy whole or not at all: any length but the view's panics before the first byte moves. */
#include "strict.h"
#include "ways.h"

#ifndef IOPATH_TEST_BODY_SLICE_COPY_ONCE
#define IOPATH_TEST_BODY_SLICE_COPY_ONCE
#define SLICE_MAX 256
static uint8_t slice_io[SLICE_MAX + 32], slice_ram[2 * SLICE_MAX + 32];

static void slice_fill(uint64_t seed)
{
	for (size_t i = 0; i < sizeof(slice_io); i++)
		slice_io[i] = (uint8_t)iotest_random(&seed);
	for (size_t i = 0; i < sizeof(slice_ram); i++)
		slice_ram[i] = (uint8_t)iotest_random(&seed);
}
#endif

typedef WAY_VIEW(IOP_SLICE(uint8_t)) WAY_FN(slice);

static WAY_FN(slice) WAY_FN(slice_at)(size_t at, size_t n)
{
	IOP_AUTO view = WAY_SLICE(uint8_t, slice_io + at, n);

	return iop_as(WAY_FN(slice), view);
}

static void WAY_FN(slice_equal)(size_t at, size_t from, size_t n)
{
	WAY_FN(slice) view = WAY_FN(slice_at)(at, n);
	uint8_t io[sizeof(slice_io)], ram[sizeof(slice_ram)];

	slice_fill(n + 1);
	memcpy(io, slice_io, sizeof(io));
	memcpy(io + at, slice_ram + from, n);
	iotest_record();
	iop_copy_toio(view, slice_ram + from, n);
	strict_copied(WAY_INFO, IOP_EVENT_ST, slice_io + at, n);
	assert_memory_equal(slice_io, io, sizeof(io));

	slice_fill(n + 2);
	memcpy(ram, slice_ram, sizeof(ram));
	memcpy(ram + from, slice_io + at, n);
	iotest_record();
	iop_copy_fromio(slice_ram + from, view, n);
	strict_copied(WAY_INFO, IOP_EVENT_LD, slice_io + at, n);
	assert_memory_equal(slice_ram, ram, sizeof(ram));
}

static void WAY_FN(slices_round_trip)(void **state)
{
	(void)state;
	for (size_t n = 0; n <= SLICE_MAX; n++)
		for (size_t at = 8; at < 16; at++)
			WAY_FN(slice_equal)(at, 8 + (n + 3 * at) % 8, n);
}

static void WAY_FN(slice_mismatch)(WAY_FN(slice) view, size_t n)
{
	uint8_t io[sizeof(slice_io)], ram[sizeof(slice_ram)];

	memcpy(io, slice_io, sizeof(io));
	memcpy(ram, slice_ram, sizeof(ram));
	iotest_record();
	assert_panics("copy length", iop_copy_toio(view, slice_ram, n));
	assert_panics("copy length", iop_copy_fromio(slice_ram, view, n));
	assert_int_equal(iotest_count(), 0);
	assert_memory_equal(slice_io, io, sizeof(io));
	assert_memory_equal(slice_ram, ram, sizeof(ram));
}

static void WAY_FN(slice_lengths)(void **state)
{
	static const size_t lengths[] = {0, 1, 7, 8, 64, SLICE_MAX};

	(void)state;
	slice_fill(29);
	for (size_t i = 0; i < IOTEST_COUNT(lengths); i++) {
		size_t n = lengths[i];
		const size_t wrong[] = {n - 1, n + 1, 2 * n + 1, n ? 0 : (size_t)3, SIZE_MAX - n, SIZE_MAX / 2 + 1 + n};

		for (size_t k = 0; k < IOTEST_COUNT(wrong); k++)
			WAY_FN(slice_mismatch)(WAY_FN(slice_at)(9, n), wrong[k]);
	}
}

static int WAY_FN(slice_part)(size_t a, size_t b, const uint8_t *from, size_t n)
{
	IOP_AUTO view = WAY_AT(slice_io, uint8_t[64]);

	iop_copy_toio(iop_project(view, iop_or_range(a, b, return -ERANGE)), from, n);
	return 0;
}

/* An array is copied through a range of it; a range that is out of bounds is -ERANGE, not a panic, and moves nothing. */
static void WAY_FN(slice_parts)(void **state)
{
	uint8_t io[sizeof(slice_io)], back[64];

	(void)state;
	slice_fill(30);
	memcpy(io, slice_io, sizeof(io));
	iotest_record();
	assert_int_equal(WAY_FN(slice_part)(60, 65, slice_ram, 5), -ERANGE);
	assert_int_equal(WAY_FN(slice_part)(65, 65, slice_ram, 0), -ERANGE);
	assert_int_equal(WAY_FN(slice_part)(5, 4, slice_ram, 1), -ERANGE);
	assert_int_equal(iotest_count(), 0);
	assert_memory_equal(slice_io, io, sizeof(io));
	assert_int_equal(WAY_FN(slice_part)(3, 17, slice_ram, 14), 0);
	strict_copied(WAY_INFO, IOP_EVENT_ST, slice_io + 3, 14);
	memcpy(io + 3, slice_ram, 14);
	assert_memory_equal(slice_io, io, sizeof(io));
	iop_copy_fromio(back, iop_project(WAY_AT(slice_io, uint8_t[64]), iop_all()), 64);
	assert_memory_equal(back, io, 64);
}

/* Nothing of nothing needs no buffer. */
static void WAY_FN(slice_empty)(void **state)
{
	WAY_FN(slice) view = WAY_FN(slice_at)(0, 0);

	(void)state;
	iotest_record();
	iop_copy_toio(view, NULL, 0);
	strict_copied(WAY_INFO, IOP_EVENT_ST, slice_io, 0);
	iotest_record();
	iop_copy_fromio(NULL, view, 0);
	strict_copied(WAY_INFO, IOP_EVENT_LD, slice_io, 0);
	assert_panics("copy length", iop_copy_toio(view, slice_ram, 1));
}
