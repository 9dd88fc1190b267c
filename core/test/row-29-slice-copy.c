/* SPDX-License-Identifier: MIT */
/* Row 29: byte slices are copied when the lengths are equal; any other length panics with nothing accessed. */
#define WAY mmio
#include "body-slice-copy.h"
#undef WAY
#define WAY sysmem
#include "body-slice-copy.h"
#undef WAY

/* Every argument once; the length is compared, whatever its type. */
static void evaluates_once(void **state)
{
	uint8_t io[8] = {0}, ram[] = {1, 2, 3, 4, 5, 6, 7, 8};
	IOP_AUTO view = iop_view_at(IOP_SYSMEM(uint8_t[8]), io);
	const uint8_t *from = ram;
	static const uint8_t copied[] = {0, 0, 1, 2, 3, 4, 0, 0};
	int calls = 0;

	(void)state;
	iop_event_hook = NULL;
	iop_copy_toio(iop_project(view, iop_or_panic_range((calls++, 2), 6)), from++, (size_t)(calls++, 4));
	assert_int_equal(calls, 2);
	assert_ptr_equal(from, ram + 1);
	assert_memory_equal(io, copied, 8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slices_round_trip_mmio), cmocka_unit_test(slices_round_trip_sysmem),
		cmocka_unit_test(slice_lengths_mmio),	  cmocka_unit_test(slice_lengths_sysmem),
		cmocka_unit_test(slice_parts_mmio),	  cmocka_unit_test(slice_parts_sysmem),
		cmocka_unit_test(slice_empty_mmio),	  cmocka_unit_test(slice_empty_sysmem),
		cmocka_unit_test(evaluates_once),
	};

	return cmocka_run_group_tests_name("row-29-slice-copy", tests, NULL, NULL);
}
