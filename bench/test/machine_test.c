/* SPDX-License-Identifier: MIT */
/* When an uneven machine is warned of. */
#include <host/machine.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static size_t warnings(double low, double high)
{
	struct iop_machine machine = {0};

	iop_machine_uneven(&machine, low, high);
	if (machine.warnings)
		assert_non_null(strstr(machine.warning[0], "0.27 to 0.47 ns"));
	return machine.warnings;
}

static void two_states_are_seen(void **state)
{
	(void)state;
	assert_int_equal(warnings(0.27, 0.47), 1);
	assert_int_equal(warnings(0.27, 0.29), 0);
	/* Not measured. */
	assert_int_equal(warnings(0, 0), 0);
	assert_int_equal(warnings(NAN, NAN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(two_states_are_seen)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
