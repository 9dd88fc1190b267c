/* SPDX-License-Identifier: MIT */
/* Row 5: RelaxedMmio: the values of Mmio without its barriers, also after a projection. */
#define WAY relaxed
#include "body-shared.h"
#include "body-value.h"
#undef WAY

struct block {
	uint32_t ctrl;
	uint16_t ring[4];
};

static void each_width(void **state)
{
	_Alignas(8) uint8_t memory[32];

	(void)state;
	value_all_relaxed(memory, sizeof(memory));
}

static int stays_relaxed(struct block *block)
{
	IOP_AUTO view = iop_relaxed(iop_view_at(IOP_MMIO(struct block), block));
	IOP_AUTO cell = iop_project(view, .ring, iop_or_from(1, return -ERANGE), iop_or(1, return -ERANGE));

	_Static_assert(IOP_IS_BACKEND(cell, relaxed), "projection stays relaxed");
	iop_write(cell, 7);
	iop_update(iop_project(view, .ctrl), old, old + 1);
	return 0;
}

static void projection(void **state)
{
	struct block block = {0, {0}};

	(void)state;
	iotest_record();
	assert_int_equal(stays_relaxed(&block), 0);
	assert_string_equal(iotest_trace(&block), "ST2+8 LD4+0 ST4+0");
	assert_int_equal(block.ring[2], iotest_raw(&iotest_relaxed, 2, 7));
}

static void same_target_same_address(void **state)
{
	_Alignas(8) uint8_t memory[64] = {0};
	IOP_AUTO ordered = iop_region_at(IOP_MMIO(IOP_REGION(16)), memory, sizeof(memory));
	IOP_AUTO relaxed = iop_relaxed(ordered);
	uint32_t value;

	(void)state;
	_Static_assert(iop_min_size(relaxed) == 16, "the minimum is part of the target");
	assert_int_equal(iop_addr(relaxed), iop_addr(ordered));
	assert_int_equal(iop_size(relaxed), sizeof(memory));
	iotest_record();
	iop_write32(ordered, 0x01020304, 12);
	assert_int_equal(iop_read32(relaxed, 12), 0x01020304);
	assert_int_equal(iop_try_write32(relaxed, 5, 60), 0);
	assert_int_equal(iop_try_read32(ordered, 60, &value), 0);
	assert_int_equal(value, 5);
	assert_string_equal(iotest_trace(memory), "BW ST4+c AW LD4+c ST4+3c BR LD4+3c AR");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_width),
		cmocka_unit_test(projection),
		cmocka_unit_test(same_target_same_address),
		cmocka_unit_test(shared_by_two_threads_relaxed),
	};

	return cmocka_run_group_tests_name("row-05-relaxed", tests, NULL, NULL);
}
