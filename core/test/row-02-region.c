/* SPDX-License-Identifier: MIT */
/* Row 2: the Region constructor accepts exactly what the rule accepts; the unchecked one never fails. */
#include "iotest.h"

/* The rule once more, in words of its own. */
static int expected(uintptr_t base, size_t size, size_t min)
{
	int base_ok = (base & 3) == 0;
	int size_ok = (size & 3) == 0;

	return base_ok && size_ok && !(size < min) ? 0 : -EINVAL;
}

static void every_base_and_size(void **state)
{
	static const size_t mins[] = {0, 1, 4, 42, 64};

	(void)state;
	for (size_t m = 0; m < sizeof(mins) / sizeof(mins[0]); m++)
		for (uintptr_t base = 0; base < 8; base++)
			for (size_t size = 0; size <= 64; size++) {
				struct iop_region_ptr ptr = {99, 99};
				int err = iop_region_ptr_try(&ptr, base, size, mins[m]);

				assert_int_equal(err, expected(base, size, mins[m]));
				assert_int_equal(ptr.base, err ? 99 : base);
				assert_int_equal(ptr.size, err ? 99 : size);
				ptr = iop_region_ptr(base, size);
				assert_int_equal(ptr.base, base);
				assert_int_equal(ptr.size, size);
			}
}

static void views_take_the_same_rule(void **state)
{
	(void)state;
	for (uintptr_t base = 4; base < 12; base++)
		for (size_t size = 0; size <= 64; size++) {
			IOP_MMIO(IOP_REGION(42)) view;
			IOP_SYSMEM(IOP_REGION(0)) any;
			int err;

			memset(&view, 0x5a, sizeof(view));
			err = iop_try_region_at(&view, base, size);
			assert_int_equal(err, expected(base, size, 42));
			if (!err) {
				assert_int_equal(iop_addr(view), base);
				assert_int_equal(iop_size(view), size);
			}
			assert_int_equal(iop_try_region_at(&any, base, size), expected(base, size, 0));
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_base_and_size),
		cmocka_unit_test(views_take_the_same_rule),
	};

	return cmocka_run_group_tests_name("row-02-region", tests, NULL, NULL);
}
