/* SPDX-License-Identifier: MIT */
/*
 * Row 37: a BAR whose length has more bits than size_t. The kernel casts: 2^32 becomes 0, which SIZE 0 accepts, and
 * 2^32 + 4096 becomes 4096, a mapping of the wrong length. Here it is -EINVAL, before anything is requested.
 */
#define WHEN_NONPOSTED IOP_IOREMAP
#include "bus-fixture.h"

_Static_assert(!IOP_64BIT, "built with the wrong core");

#define FOUR_GIB	  UINT64_C(0x100000000)
#define BAR(owner, index) iop_bar_map(owner, &sim.bus, index, "row 37")

static void lengths_around_four_gib(void **state)
{
	static const struct bus_case cases[] = {
		{.len = FOUR_GIB, .fail_after = 0, .expect = -EINVAL},
		{.len = FOUR_GIB + 4, .min = 4, .fail_after = 0, .expect = -EINVAL},
		{.len = FOUR_GIB + 4096, .min = 8, .fail_after = 0, .expect = -EINVAL},
		{.len = 3 * FOUR_GIB + 4096, .min = 8, .fail_after = 0, .expect = -EINVAL},
		{.len = UINT64_MAX, .fail_after = 0, .expect = -EINVAL},
		{.len = UINT64_MAX - 3, .fail_after = -1, .occupied = 1, .expect = -EINVAL},
		/* The largest that fits gets as far as the mapping. */
		{.len = FOUR_GIB - 4, .fail_after = 0, .expect = -EBUSY},
		{.len = FOUR_GIB - 4, .fail_after = 1, .expect = -ENOMEM, .requests = 1},
		{.len = 4096, .min = 8, .fail_after = -1, .expect = 0, .maps = 1, .requests = 1},
	};

	(void)state;
	RUN_CASES(cases, IOP_BAR, BAR);
}

/* Negative control: what the cast does passes the region check, so only the conversion can refuse it. */
static void the_cast_would_be_accepted(void **state)
{
	struct iop_resource resource = {.len = FOUR_GIB};
	size_t size = 42;

	(void)state;
	assert_int_equal(iop_region_check(0x1000, (uint32_t)resource.len, 0), 0);
	assert_int_equal(iop_resource_size(&resource, &size), -EINVAL);
	resource.len = FOUR_GIB + 4096;
	assert_int_equal(iop_region_check(0x1000, (uint32_t)resource.len, 4096), 0);
	assert_int_equal(iop_resource_size(&resource, &size), -EINVAL);
	assert_int_equal(size, 42);
	resource.len = FOUR_GIB - 1;
	assert_int_equal(iop_resource_size(&resource, &size), 0);
	assert_true(size == FOUR_GIB - 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lengths_around_four_gib),
		cmocka_unit_test(the_cast_would_be_accepted),
	};

	return cmocka_run_group_tests_name("row-37-bar-32-bit-profile", tests, NULL, NULL);
}
