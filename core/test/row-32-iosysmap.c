/* SPDX-License-Identifier: MIT */
/* Row 32: IoSysMap passes the tests of rows 12, 19, 22, 23, 28 and 29 on either side, and the events are those of that side. */
#define WAY sysmap_io
#include "body-cast.h"
#include "body-object-copy.h"
#include "body-offset.h"
#include "body-ranges.h"
#include "body-slice-copy.h"
#include "body-tearing.h"
#include "body-trees.h"
#include "body-value.h"
#undef WAY
#define WAY sysmap_sys
#include "body-cast.h"
#include "body-object-copy.h"
#include "body-offset.h"
#include "body-ranges.h"
#include "body-slice-copy.h"
#include "body-tearing.h"
#include "body-trees.h"
#include "body-value.h"
#undef WAY

static void value_access(void **state)
{
	_Alignas(8) uint8_t memory[32];

	(void)state;
	value_all_sysmap_io(memory, sizeof(memory));
	value_all_sysmap_sys(memory, sizeof(memory));
}

struct message {
	uint32_t head;
	uint8_t body[12];
};
typedef IOP_IOSYSMAP(struct message) message_view;

/* One text for both sides; only the tag differs. */
static void use(message_view view)
{
	iop_write(iop_project(view, .head), 0x01020304);
	iop_copy_toio(iop_project(view, .body, iop_build_range(4, 8)), "abcd", 4);
}

static void same_code_right_side(void **state)
{
	struct message memory = {0};
	message_view io = iop_as(message_view, iop_iosysmap_from_mmio(iop_view_at(IOP_MMIO(struct message), &memory)));
	message_view sys = iop_as(message_view, iop_iosysmap_from_sysmem(iop_view_at(IOP_SYSMEM(struct message), &memory)));

	(void)state;
	iotest_record();
	use(io);
	assert_string_equal(iotest_trace(&memory), "BW ST4+0 AW ST4+8");
	assert_int_equal(memory.head, iotest_raw(&iotest_mmio, 4, 0x01020304));
	iotest_record();
	use(sys);
	assert_string_equal(iotest_trace(&memory), "ST4+0 CP4+8");
	assert_int_equal(memory.head, 0x01020304);
	assert_memory_equal(memory.body + 4, "abcd", 4);
}

/* Construct from either, look at the tag, take it apart again: nothing is lost on the way. */
static void there_and_back(void **state)
{
	IOP_AUTO io = iop_iosysmap_from_mmio(iop_region_at(IOP_MMIO(IOP_REGION(42)), 0x1000, 44));
	IOP_AUTO sys = iop_iosysmap_from_sysmem(iop_region_at(IOP_SYSMEM(IOP_REGION(42)), 0x2000, 48));

	(void)state;
	assert_int_equal(iop_iosysmap_tag(io), 1);
	assert_int_equal(iop_iosysmap_tag(sys), 0);
	_Static_assert(iop_min_size(io) == 42 && iop_min_size(sys) == 42, "the target comes along");
	_Static_assert(IOP_IS_BACKEND(iop_iosysmap_as_mmio(io), mmio), "");
	_Static_assert(IOP_IS_BACKEND(iop_iosysmap_as_sysmem(sys), sysmem), "");
	assert_int_equal(iop_addr(iop_iosysmap_as_mmio(io)), 0x1000);
	assert_int_equal(iop_size(iop_iosysmap_as_mmio(io)), 44);
	assert_int_equal(iop_addr(iop_iosysmap_as_sysmem(sys)), 0x2000);
	assert_int_equal(iop_size(iop_iosysmap_as_sysmem(sys)), 48);
	assert_panics("wrong side", (void)iop_iosysmap_as_sysmem(io));
	assert_panics("wrong side", (void)iop_iosysmap_as_mmio(sys));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offset_grid_sysmap_io),
		cmocka_unit_test(offset_grid_sysmap_sys),
		cmocka_unit_test(trees_and_paths_sysmap_io),
		cmocka_unit_test(trees_and_paths_sysmap_sys),
		cmocka_unit_test(range_vectors_sysmap_io),
		cmocka_unit_test(range_vectors_sysmap_sys),
		cmocka_unit_test(cast_grid_sysmap_io),
		cmocka_unit_test(cast_grid_sysmap_sys),
		cmocka_unit_test(cast_is_usable_sysmap_io),
		cmocka_unit_test(cast_is_usable_sysmap_sys),
		cmocka_unit_test(value_access),
		cmocka_unit_test(torn_values_are_told),
		cmocka_unit_test(tearing_each_width_sysmap_io),
		cmocka_unit_test(tearing_each_width_sysmap_sys),
		cmocka_unit_test(objects_round_trip_sysmap_io),
		cmocka_unit_test(objects_round_trip_sysmap_sys),
		cmocka_unit_test(slices_round_trip_sysmap_io),
		cmocka_unit_test(slices_round_trip_sysmap_sys),
		cmocka_unit_test(slice_lengths_sysmap_io),
		cmocka_unit_test(slice_lengths_sysmap_sys),
		cmocka_unit_test(slice_parts_sysmap_io),
		cmocka_unit_test(slice_parts_sysmap_sys),
		cmocka_unit_test(slice_empty_sysmap_io),
		cmocka_unit_test(slice_empty_sysmap_sys),
		cmocka_unit_test(same_code_right_side),
		cmocka_unit_test(there_and_back),
	};

	return cmocka_run_group_tests_name("row-32-iosysmap", tests, NULL, NULL);
}
