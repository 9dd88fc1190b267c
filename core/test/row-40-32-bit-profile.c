/* SPDX-License-Identifier: MIT */
/*
 * Row 40: the capability set of a 32-bit machine, on any host. This program is built against a core with IOP_64BIT=0; the preset
 * 32-bit runs the whole suite so, and the compile-fail matrix shows that each 64-bit access is refused there.
 */
#include "iotest.h"

_Static_assert(!IOP_64BIT, "built with the wrong core");

static void the_other_widths_are_there(void **state)
{
	_Alignas(8) uint8_t device[16] = {0};
	IOP_AUTO io = iop_region_at(IOP_MMIO(IOP_REGION(16)), device, 16);
	IOP_AUTO sys = iop_region_at(IOP_SYSMEM(IOP_REGION(16)), device, 16);

	(void)state;
	iop_write32(io, 0x01020304, 4);
	assert_int_equal(iop_read32(io, 4), 0x01020304);
	iop_write16(sys, 0x0506, 8);
	assert_int_equal(iop_read16(sys, 8), 0x0506);
	iop_write8(io, 7, 15);
	assert_int_equal(iop_read8(sys, 15), 7);
}

/* Fields of 64 bits can still be projected and copied; no access is wider than 4 bytes. */
static void wide_fields_are_copied_in_halves(void **state)
{
	struct wide {
		uint64_t value;
	} device = {0};
	IOP_AUTO view = iop_view_at(IOP_MMIO(struct wide), &device);
	struct wide new_value = {UINT64_C(0x1122334455667788)};

	(void)state;
	iotest_record();
	iop_copy_write(view, new_value);
	assert_string_equal(iotest_trace(&device), "ST4+0 ST4+4");
	assert_true(device.value == new_value.value);
	assert_true(iop_copy_read(iop_project(view, .value)) == new_value.value);
}

static void fills_and_long_copies_use_words_of_four(void **state)
{
	static _Alignas(8) uint8_t device[256], memory[256];

	(void)state;
	for (size_t i = 0; i < sizeof(memory); i++)
		memory[i] = (uint8_t)i;
	iotest_record();
	iop_memcpy_toio(device + 1, memory, 200);
	iop_memset_io(device + 3, 0xaa, 100);
	for (size_t i = 0; i < iotest_count(); i++)
		assert_in_range(iotest_event(i)->width, 1, 4);
	assert_int_equal(device[102], 0xaa);
	assert_int_equal(device[103], memory[102]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_widths_are_there),
		cmocka_unit_test(wide_fields_are_copied_in_halves),
		cmocka_unit_test(fills_and_long_copies_use_words_of_four),
	};

	return cmocka_run_group_tests_name("row-40-32-bit-profile", tests, NULL, NULL);
}
