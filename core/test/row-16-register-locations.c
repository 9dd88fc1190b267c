/* SPDX-License-Identifier: MIT */
/*
 * Row 16: where registers are. Each form of a location against the address that its definition gives, as the trace of an access
 * shows it; try_at against a model that cannot wrap around.
 */
#include "iotest.h"

#define BAR 0x400

IOP_REGISTER(id, uint32_t, IOP_AT(0), (31, 0, all));
IOP_REGISTER(ctrl, uint32_t, IOP_AT(0x10), (0, 0, reset), (6, 4, queue));
IOP_REGISTER(small, uint8_t, IOP_AT(BAR - 1), (7, 0, all));
IOP_REGISTER(medium, uint16_t, IOP_AT(BAR - 2), (15, 0, all));
IOP_REGISTER(large, uint64_t, IOP_AT(BAR - 8), (63, 0, all));
IOP_REGISTER(irq, uint32_t, IOP_ALIAS(ctrl), (31, 31, pending));

IOP_REGISTER(row, uint16_t, IOP_ARRAY(8, 0x20), (3, 0, x));
IOP_REGISTER(head, uint32_t, IOP_ARRAY(16, 0x10, 0x100), (15, 0, x));
IOP_REGISTER(one, uint8_t, IOP_ARRAY(1, 0x1000, 0x33), (3, 0, x));
IOP_REGISTER(head_bytes, uint8_t, IOP_ALIAS(head), (7, 0, low));
IOP_REGISTER(head_5, uint32_t, IOP_ALIAS_AT(head, 5), (0, 0, first));
IOP_REGISTER(row_last, uint8_t, IOP_ALIAS_AT(row, 7), (0, 0, first));
IOP_REGISTER(head_5_again, uint16_t, IOP_ALIAS(head_5), (0, 0, first));

/* Interleaved with head, and both with what lies between its elements: accepted. */
IOP_REGISTER(tail, uint32_t, IOP_ARRAY(16, 0x10, 0x104), (15, 0, x));
IOP_REGISTER(across, uint32_t, IOP_ARRAY(32, 0x8, 0x100), (15, 0, x));

IOP_BASE(channel, rx, 0x200);
IOP_BASE(channel, tx, 0x300);
IOP_REGISTER(chan_ctrl, uint32_t, IOP_REL(channel, 0x8), (0, 0, on));
IOP_REGISTER(chan_desc, uint16_t, IOP_REL_ARRAY(channel, 4, 0x10), (0, 0, on));
IOP_REGISTER(chan_wide, uint8_t, IOP_REL_ARRAY(channel, 3, 0x20, 0x80), (0, 0, on));
IOP_REGISTER(chan_alias, uint16_t, IOP_ALIAS(chan_ctrl), (0, 0, on));
IOP_REGISTER(chan_desc_2, uint16_t, IOP_ALIAS_AT(chan_desc, 2), (0, 0, on));

static _Alignas(64) uint8_t device[BAR];
typedef IOP_MMIO(IOP_REGION(BAR)) bar_view;

static bar_view bar(void)
{
	return iop_region_at(bar_view, device, BAR);
}

/* The infallible read of @location is one access of @bits at @offset, and so is the fallible one. */
#define CHECK_AT(NAME, location, bits, offset)                                                     \
	do {                                                                                       \
		iotest_record();                                                                   \
		(void)iop_read_reg(bar(), location);                                               \
		iotest_is_access(0, &iotest_mmio, IOP_EVENT_LD, (bits) / 8, device + (offset), 0); \
		assert_int_equal(iotest_count(), 3);                                               \
		CHECK_TRY_AT(NAME, location, bits, offset);                                        \
	} while (0)
#define CHECK_TRY_AT(NAME, location, bits, offset)                                                 \
	do {                                                                                       \
		NAME tried = iop_from_raw(NAME, 1);                                                \
		iotest_record();                                                                   \
		assert_int_equal(iop_try_read_reg(bar(), location, &tried), 0);                    \
		iotest_is_access(0, &iotest_mmio, IOP_EVENT_LD, (bits) / 8, device + (offset), 0); \
		assert_int_equal(iotest_count(), 3);                                               \
		assert_int_equal(tried.raw, 0);                                                    \
	} while (0)

static void fixed(void **state)
{
	(void)state;
	CHECK_AT(id, id, 32, 0);
	CHECK_AT(ctrl, ctrl, 32, 0x10);
	CHECK_AT(small, small, 8, BAR - 1);
	CHECK_AT(medium, medium, 16, BAR - 2);
#if IOP_64BIT
	CHECK_TRY_AT(large, large, 64, BAR - 8);
#endif
	assert_int_equal(ctrl_OFFSET, 0x10);
	assert_int_equal(ctrl_COUNT, 1);
	assert_int_equal(ctrl_STRIDE, 4);
}

static void alias(void **state)
{
	(void)state;
	CHECK_AT(irq, irq, 32, 0x10);
	iop_write_reg(bar(), iop_with(iop_zeroed(irq), .pending, true));
	assert_int_equal(iop_read_reg(bar(), ctrl).raw, 0x80000000);
	iop_write_reg(bar(), iop_zeroed(ctrl));
	assert_false(iop_get(iop_read_reg(bar(), irq), .pending));
}

/* Every element, by a constant, by a variable that the optimiser can follow, and by try_at. */
#define CHECK_ELEMENT(NAME, bits, offset, stride, i)                                 \
	do {                                                                         \
		struct NAME##_location loc = {0};                                    \
		assert_true(iop_try_at(NAME, i, &loc));                              \
		CHECK_AT(NAME, iop_loc(NAME, loc), bits, (offset) + (i) * (stride)); \
		CHECK_AT(NAME, iop_at(NAME, i), bits, (offset) + (i) * (stride));    \
	} while (0)

static void arrays(void **state)
{
	(void)state;
	for (size_t i = 0; i < 8; i++)
		CHECK_ELEMENT(row, 16, 0x20, 2, i);
	for (size_t i = 0; i < 16; i++) {
		CHECK_ELEMENT(head, 32, 0x100, 0x10, i);
		CHECK_ELEMENT(head_bytes, 8, 0x100, 0x10, i);
		CHECK_ELEMENT(tail, 32, 0x104, 0x10, i);
	}
	for (size_t i = 0; i < 32; i++)
		CHECK_ELEMENT(across, 32, 0x100, 8, i);
	CHECK_ELEMENT(one, 8, 0x33, 0x1000, 0);
	CHECK_AT(row, iop_at(row, 7), 16, 0x2e);
	CHECK_AT(head, iop_at(head, 15), 32, 0x1f0);
	assert_int_equal(row_STRIDE, 2);
	assert_int_equal(head_STRIDE, 0x10);
	assert_int_equal(head_COUNT, 16);
	assert_int_equal(head_bytes_STRIDE, 0x10);
}

static void element_alias(void **state)
{
	(void)state;
	CHECK_AT(head_5, head_5, 32, 0x150);
	CHECK_AT(head_5_again, head_5_again, 16, 0x150);
	CHECK_AT(row_last, row_last, 8, 0x2e);
	assert_int_equal(head_5_COUNT, 1);
	iotest_record();
	iop_write_reg(bar(), iop_zeroed(head_5));
	assert_string_equal(iotest_trace(device), "BW ST4+150 AW");
}

static void relative(void **state)
{
	struct chan_desc_location loc = {0};
	struct chan_wide_location wide = {0};

	(void)state;
	CHECK_AT(chan_ctrl, iop_of(rx, chan_ctrl), 32, 0x208);
	CHECK_AT(chan_ctrl, iop_of(tx, chan_ctrl), 32, 0x308);
	CHECK_AT(chan_alias, iop_of(tx, chan_alias), 16, 0x308);
	CHECK_AT(chan_desc_2, iop_of(rx, chan_desc_2), 16, 0x214);
	for (size_t i = 0; i < 4; i++) {
		CHECK_AT(chan_desc, iop_of(rx, chan_desc, i), 16, 0x210 + 2 * i);
		CHECK_AT(chan_desc, iop_of(tx, chan_desc, i), 16, 0x310 + 2 * i);
		assert_true(iop_try_of(tx, chan_desc, i, &loc));
		CHECK_TRY_AT(chan_desc, iop_loc(chan_desc, loc), 16, 0x310 + 2 * i);
	}
	for (size_t i = 0; i < 3; i++) {
		CHECK_AT(chan_wide, iop_of(tx, chan_wide, i), 8, 0x380 + 0x20 * i);
		assert_true(iop_try_of(rx, chan_wide, i, &wide));
		CHECK_TRY_AT(chan_wide, iop_loc(chan_wide, wide), 8, 0x280 + 0x20 * i);
	}
	assert_false(iop_try_of(rx, chan_desc, 4, &loc));
	assert_false(iop_try_of(rx, chan_wide, SIZE_MAX, &wide));
}

#define CHECK_NONE(NAME, i)                                        \
	do {                                                       \
		struct NAME##_location loc = {1234}, before = loc; \
		assert_false(iop_try_at(NAME, i, &loc));           \
		assert_memory_equal(&loc, &before, sizeof(loc));   \
	} while (0)

static void no_such_element(void **state)
{
	(void)state;
	CHECK_NONE(row, 8);
	CHECK_NONE(row, 9);
	CHECK_NONE(head, 16);
	CHECK_NONE(head, -1);
	CHECK_NONE(head, INT64_MIN);
	CHECK_NONE(head, SIZE_MAX);
	CHECK_NONE(head, UINT64_MAX);
	CHECK_NONE(head, UINT64_C(1) << 63);
	CHECK_NONE(head, UINT64_C(1) << 32);
	CHECK_NONE(one, 1);
	/* 0x10 times this is 0: an index that wraps around to element 0. */
	CHECK_NONE(head, SIZE_MAX / 0x10 + 1);
}

/* Existing elements may still lie outside a Region that is smaller than the array. */
static void the_region_has_the_last_word(void **state)
{
	IOP_AUTO small_bar = iop_region_at(IOP_MMIO(IOP_REGION(0x100)), device, 0x124);
	struct head_location loc = {0};
	struct row_location row_loc = {0};
	head h = iop_from_raw(head, 7);
	row r = iop_from_raw(row, 7);

	(void)state;
	iotest_record();
	for (size_t i = 0; i < 16; i++) {
		int err = i <= 2 ? 0 : -EINVAL;

		assert_true(iop_try_at(head, i, &loc));
		assert_int_equal(iop_try_read_reg(small_bar, iop_loc(head, loc), &h), err);
		assert_int_equal(iop_try_read_reg(small_bar, iop_at(head, i), &h), err);
	}
	assert_string_equal(iotest_trace(device),
			    "BR LD4+100 AR BR LD4+100 AR BR LD4+110 AR BR LD4+110 AR BR LD4+120 AR BR LD4+120 AR");
	assert_int_equal(h.raw, 0);
	assert_true(iop_try_at(row, 7, &row_loc));
	iotest_record();
	assert_int_equal(iop_try_read_reg(iop_region_at(IOP_MMIO(IOP_REGION(0)), device, 0x2c), iop_loc(row, row_loc), &r),
			 -EINVAL);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(r.raw, 7);
	assert_int_equal(iop_try_read_reg(iop_region_at(IOP_MMIO(IOP_REGION(0)), device, 0x30), iop_loc(row, row_loc), &r), 0);
}

/* A declared offset that is far outside of any Region. */
IOP_REGISTER(far_away, uint32_t, IOP_AT(SIZE_MAX / 2 - 15), (0, 0, x));
IOP_REGISTER(odd, uint32_t, IOP_AT(0x11), (0, 0, x));

static void outside_or_misaligned(void **state)
{
	far_away f = iop_from_raw(far_away, 7);
	odd o = iop_from_raw(odd, 7);

	(void)state;
	iotest_record();
	assert_int_equal(iop_try_read_reg(bar(), far_away, &f), -EINVAL);
	assert_int_equal(iop_try_write_reg(bar(), f), -EINVAL);
	assert_int_equal(iop_try_read_reg(bar(), odd, &o), -EINVAL);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(f.raw, 7);
	assert_int_equal(o.raw, 7);
}

static void index_is_evaluated_once(void **state)
{
	struct head_location loc = {0};
	volatile size_t next = 3;
	head h = iop_zeroed(head);

	(void)state;
	assert_true(iop_try_at(head, next++, &loc));
	assert_int_equal(next, 4);
	iotest_record();
	assert_int_equal(iop_try_read_reg(bar(), iop_at(head, next++ & 15), &h), 0);
	assert_int_equal(iop_try_write_reg(bar(), iop_at(head, next++ & 15), h), 0);
	assert_int_equal(next, 6);
	assert_string_equal(iotest_trace(device), "BR LD4+140 AR BW ST4+150 AW");
}

/* Without the optimiser nothing is proved: then what it would have refused panics before the access. */
#if !IOP_PROVES
static void unproved_elements_panic(void **state)
{
	IOP_AUTO small_bar = iop_region_at(IOP_MMIO(IOP_REGION(0x120)), device, BAR);
	volatile size_t i = 16;

	(void)state;
	iotest_record();
	assert_panics_saying("index not provably inside the array of locations", iop_read_reg(bar(), iop_at(head, i)));
	i = 2;
	assert_panics_saying("location not provably inside the minimum size", iop_read_reg(small_bar, iop_at(head, i)));
	assert_int_equal(iotest_count(), 0);
	i = 1;
	(void)iop_read_reg(small_bar, iop_at(head, i));
	assert_string_equal(iotest_trace(device), "BR LD4+110 AR");
}
#endif

/* Twice as wide as a size_t. */
#ifdef __SIZEOF_INT128__
typedef unsigned __int128 exact_size;
#else
typedef uint64_t exact_size;
#endif

/* Offset + i * stride against arithmetic that cannot wrap around. */
static void model(void **state)
{
	uint64_t seed = 16;
	unsigned refused_for_wrapping = 0, refused_for_index = 0, taken = 0;

	(void)state;
	for (int n = 0; n < 200000; n++) {
		size_t offset = (size_t)(iotest_random(&seed) >> iotest_random(&seed) % 64);
		size_t count = (size_t)(iotest_random(&seed) >> iotest_random(&seed) % 64);
		size_t stride = (size_t)(iotest_random(&seed) >> iotest_random(&seed) % 64);
		size_t i = (size_t)(iotest_random(&seed) >> iotest_random(&seed) % 64);
		size_t place = 1234;
		exact_size exact = (exact_size)i * stride + offset;
		bool exists = iop_location_element(offset, count, stride, i, &place);

		assert_int_equal(exists, i < count && exact <= SIZE_MAX);
		assert_true(place == (exists ? (size_t)exact : 1234));
		taken += exists;
		refused_for_index += i >= count;
		refused_for_wrapping += i < count && !exists;
	}
	assert_true(taken > 1000 && refused_for_index > 1000 && refused_for_wrapping > 1000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(fixed),
		cmocka_unit_test(alias),
		cmocka_unit_test(arrays),
		cmocka_unit_test(element_alias),
		cmocka_unit_test(relative),
		cmocka_unit_test(no_such_element),
		cmocka_unit_test(the_region_has_the_last_word),
		cmocka_unit_test(outside_or_misaligned),
		cmocka_unit_test(index_is_evaluated_once),
		cmocka_unit_test(model),
#if !IOP_PROVES
		cmocka_unit_test(unproved_elements_panic),
#endif
	};

	return cmocka_run_group_tests_name("row-16-register-locations", tests, NULL, NULL);
}
