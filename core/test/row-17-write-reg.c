/* SPDX-License-Identifier: MIT */
/* Row 17: a value of a register type is written to that register, with no location said; and the other ways to name one. */
#include "ways.h"

IOP_REGISTER(r8, uint8_t, IOP_AT(0x3f), (7, 7, top));
IOP_REGISTER(r16, uint16_t, IOP_AT(0x0e), (15, 0, all));
IOP_REGISTER(r32, uint32_t, IOP_AT(0x10), (31, 29, high), (3, 0, low));
IOP_REGISTER(r64, uint64_t, IOP_AT(0x18), (63, 0, all));
IOP_REGISTER(alias32, uint32_t, IOP_ALIAS(r32), (31, 0, all));
IOP_REGISTER(array32, uint32_t, IOP_ARRAY(4, 0x20), (31, 0, all));
IOP_REGISTER(element, uint32_t, IOP_ALIAS_AT(array32, 2), (31, 0, all));

#define WAY mmio
#include "body-register.h"
#undef WAY
#define WAY relaxed
#include "body-register.h"
#undef WAY
#define WAY sysmem
#include "body-register.h"
#undef WAY
#define WAY sysmap_io
#include "body-register.h"
#undef WAY
#define WAY sysmap_sys
#include "body-register.h"
#undef WAY

/* First the view, then the place, then the value, each once. */
static void order_of_evaluation(void **state)
{
	_Alignas(8) uint8_t device[0x40] = {0};
	IOP_AUTO io = iop_region_at(IOP_MMIO(IOP_REGION(0x40)), device, 0x40);
	char order[8] = "";
	size_t n = 0;

	(void)state;
	iop_event_hook = NULL;
	iop_write_reg((order[n++] = 'v', io), iop_at(array32, (order[n++] = 'i', 1)), (order[n++] = 'x', iop_from_raw(array32, 1)));
	assert_string_equal(order, "vix");
	n = 0;
	iop_write_reg((order[n++] = 'v', io), (order[n++] = 'x', iop_from_raw(r32, 1)));
	order[n] = 0;
	assert_string_equal(order, "vx");
	n = 0;
	assert_int_equal(iop_try_write_reg((order[n++] = 'v', io), iop_at(array32, (order[n++] = 'i', 1)),
					   (order[n++] = 'x', iop_from_raw(array32, 1))),
			 0);
	assert_string_equal(order, "vix");
}

/* A type also knows an offset that is larger than most. */
IOP_REGISTER(far_away, uint32_t, IOP_AT(0x3000014), (31, 0, all));

static void far_offsets(void **state)
{
	static _Alignas(8) uint8_t device[0x3000018];
	IOP_AUTO io = iop_region_at(IOP_MMIO(IOP_REGION(0x3000018)), device, sizeof(device));

	(void)state;
	iotest_record();
	iop_write_reg(io, iop_from_raw(far_away, 1));
	assert_int_equal(iop_try_write_reg(io, iop_from_raw(far_away, 2)), 0);
	assert_string_equal(iotest_trace(device), "BW ST4+3000014 AW BW ST4+3000014 AW");
}

/* Only what the device has to see is a store: with and friends touch nothing. */
static void values_are_values(void **state)
{
	r32 before = iop_from_raw(r32, 0xffffffff), after;

	(void)state;
	iotest_record();
	after = iop_with_const(iop_with(before, .low, 0), .high, 2);
	assert_int_equal(iotest_count(), 0);
	assert_int_equal(before.raw, 0xffffffff);
	assert_int_equal(after.raw, 0x5ffffff0);
}

#define WAY_TESTS(way)                                                                                    \
	cmocka_unit_test(by_type_##way), cmocka_unit_test(by_name_##way), cmocka_unit_test(update_##way), \
		cmocka_unit_test(refused_##way), cmocka_unit_test(of_a_view_##way)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WAY_TESTS(mmio),
		WAY_TESTS(relaxed),
		WAY_TESTS(sysmem),
		WAY_TESTS(sysmap_io),
		WAY_TESTS(sysmap_sys),
		cmocka_unit_test(order_of_evaluation),
		cmocka_unit_test(far_offsets),
		cmocka_unit_test(values_are_values),
	};

	return cmocka_run_group_tests_name("row-17-write-reg", tests, NULL, NULL);
}
