/* SPDX-License-Identifier: MIT */
/* Row 23: value access is one access of exactly the target's width, and up to a word a concurrent writer cannot tear it. */
#define WAY mmio
#include "body-tearing.h"
#include "body-value.h"
#undef WAY
#define WAY relaxed
#include "body-tearing.h"
#include "body-value.h"
#undef WAY
#define WAY sysmem
#include "body-tearing.h"
#include "body-value.h"
#undef WAY

static void exact_width(void **state)
{
	_Alignas(8) uint8_t memory[32];

	(void)state;
	value_all_mmio(memory, sizeof(memory));
	value_all_relaxed(memory, sizeof(memory));
	value_all_sysmem(memory, sizeof(memory));
}

/* The value of a read has the unqualified type of the target. */
static void result_type(void **state)
{
	IOP_SYSMEM(const volatile uint16_t) half;
	IOP_SYSMEM(uint8_t) byte;

	(void)state;
#ifndef __cplusplus
	_Static_assert(__builtin_types_compatible_p(__typeof__(iop_read(half)), uint16_t), "");
	_Static_assert(__builtin_types_compatible_p(__typeof__(iop_read(byte)), uint8_t), "");
#endif
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_width),
		cmocka_unit_test(result_type),
		cmocka_unit_test(torn_values_are_told),
		cmocka_unit_test(tearing_each_width_mmio),
		cmocka_unit_test(tearing_each_width_relaxed),
		cmocka_unit_test(tearing_each_width_sysmem),
	};

	return cmocka_run_group_tests_name("row-23-value-access", tests, NULL, NULL);
}
