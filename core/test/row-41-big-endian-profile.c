/* SPDX-License-Identifier: MIT */
/*
 * Row 41: on a big-endian CPU, value access to a device swaps, system memory and copies never do. Built against a core with
 * IOP_BIG_ENDIAN=1; on a little-endian host the CPU's order is simulated by swapping where a big-endian CPU would.
 */
#include "iotest.h"

_Static_assert(IOP_BIG_ENDIAN, "built with the wrong core");

struct block {
	uint64_t d;
	uint32_t w;
	uint16_t h;
	uint8_t b;
	uint8_t pad;
};

#define ASSERT_ORDER(view, field, value, swapped)                           \
	do {                                                                \
		iop_write(iop_project(view, field), (value));               \
		assert_true(device field == (swapped));                     \
		assert_true(iop_read(iop_project(view, field)) == (value)); \
	} while (0)

static void device_values_are_swapped(void **state)
{
	struct block device = {0};
	IOP_AUTO io = iop_view_at(IOP_MMIO(struct block), &device);

	(void)state;
	ASSERT_ORDER(io, .b, 0x12, 0x12);
	ASSERT_ORDER(io, .h, 0x1234, 0x3412);
	ASSERT_ORDER(io, .w, 0x12345678, 0x78563412);
	ASSERT_ORDER(iop_relaxed(io), .w, 0x12345679, 0x79563412);
#if IOP_64BIT
	ASSERT_ORDER(io, .d, UINT64_C(0x0102030405060708), UINT64_C(0x0807060504030201));
#endif
}

static void memory_values_are_not(void **state)
{
	struct block device = {0};
	IOP_AUTO sys = iop_view_at(IOP_SYSMEM(struct block), &device);

	(void)state;
	ASSERT_ORDER(sys, .h, 0x1234, 0x1234);
	ASSERT_ORDER(sys, .w, 0x12345678, 0x12345678);
	ASSERT_ORDER(iop_iosysmap_from_sysmem(sys), .w, 0x12345679, 0x12345679);
}

/* copy_read and read of one register differ by the byte order, on a device only. */
static void copies_are_not(void **state)
{
	struct block device = {.w = 0x12345678};
	IOP_AUTO io = iop_view_at(IOP_MMIO(struct block), &device);
	IOP_AUTO sys = iop_view_at(IOP_SYSMEM(struct block), &device);

	(void)state;
	assert_int_equal(iop_copy_read(iop_project(io, .w)), 0x12345678);
	assert_int_equal(iop_read(iop_project(io, .w)), 0x78563412);
	assert_int_equal(iop_copy_read(iop_project(sys, .w)), iop_read(iop_project(sys, .w)));
	assert_int_equal(iop_copy_read(io).w, 0x12345678);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(device_values_are_swapped),
		cmocka_unit_test(memory_values_are_not),
		cmocka_unit_test(copies_are_not),
	};

	return cmocka_run_group_tests_name("row-41-big-endian-profile", tests, NULL, NULL);
}
