/* SPDX-License-Identifier: MIT */
/* Row 14: update: one load, the expression once, one store; a refused one does nothing; nothing makes it atomic. */
#define WAY mmio
#include "body-update.h"
#undef WAY
#define WAY relaxed
#include "body-update.h"
#undef WAY
#define WAY sysmem
#include "body-update.h"
#undef WAY
#define WAY sysmap_io
#include "body-update.h"
#undef WAY
#define WAY sysmap_sys
#include "body-update.h"
#undef WAY

struct counter {
	uint32_t id, value;
};
typedef IOP_SYSMEM(struct counter) counter_view;

static uint32_t somebody_else_adds(counter_view counter, uint32_t n)
{
	iop_update(iop_project(counter, .value), old, old + n);
	return iop_read(iop_project(counter, .value));
}

/* The expression may use the same register: it sees the old value, and what it writes is lost. */
static void reentrant(void **state)
{
	struct counter memory = {1, 10};
	counter_view counter = iop_view_at(counter_view, &memory);
	uint32_t inside = 0;

	(void)state;
	iotest_record();
	iop_update(iop_project(counter, .value), old, (inside = somebody_else_adds(counter, 100), old + 1));
	assert_int_equal(inside, 110);
	assert_int_equal(memory.value, 11);
	assert_string_equal(iotest_trace(&memory), "LD4+4 LD4+4 ST4+4 LD4+4 ST4+4");
}

static void view_is_evaluated_once(void **state)
{
	struct counter memory[2] = {{0, 5}, {0, 6}};
	counter_view views[] = {iop_view_at(counter_view, &memory[0]), iop_view_at(counter_view, &memory[1])};
	const counter_view *next = views;
	_Alignas(8) uint8_t bytes[8] = {0};
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(8)), bytes, 8);
	size_t offset = 0;

	(void)state;
	iop_event_hook = NULL;
	iop_update(iop_project(*next++, .value), v, v * 10);
	assert_ptr_equal(next, views + 1);
	assert_int_equal(memory[0].value, 50);
	assert_int_equal(memory[1].value, 6);
	assert_int_equal(iop_try_update8(region, offset++, v, (uint8_t)(v + 1)), 0);
	assert_int_equal(offset, 1);
	assert_int_equal(bytes[0], 1);
	assert_int_equal(bytes[1], 0);
}

static void infallible(void **state)
{
	_Alignas(8) uint8_t bytes[8] = {0};
	IOP_AUTO region = iop_region_at(IOP_MMIO(IOP_REGION(8)), bytes, 8);

	(void)state;
	iotest_record();
	iop_update8(region, 7, v, (uint8_t)(v + 1));
	iop_update16(region, 4, v, (uint16_t)(v + 2));
	iop_update32(region, 0, v, v + 3);
	assert_string_equal(iotest_trace(bytes), "BR LD1+7 AR BW ST1+7 AW BR LD2+4 AR BW ST2+4 AW BR LD4+0 AR BW ST4+0 AW");
	assert_int_equal(iop_read8(region, 7), 1);
	assert_int_equal(iop_read16(region, 4), 2);
	assert_int_equal(iop_read32(region, 0), 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(update_each_width_mmio),	cmocka_unit_test(update_each_width_relaxed),
		cmocka_unit_test(update_each_width_sysmem),	cmocka_unit_test(update_each_width_sysmap_io),
		cmocka_unit_test(update_each_width_sysmap_sys), cmocka_unit_test(reentrant),
		cmocka_unit_test(view_is_evaluated_once),	cmocka_unit_test(infallible),
	};

	return cmocka_run_group_tests_name("row-14-update", tests, NULL, NULL);
}
