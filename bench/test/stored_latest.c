/* SPDX-License-Identifier: MIT */
/* Of each CPU model the latest whole run that was measured on it, whatever the order of the files. */
#include <store/reader.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define RUN(model, second, stand_in, part)                                                                                       \
	{                                                                                                                        \
		.kind = IOP_RUN_BENCH, .source = "iopath", .arch = "x86_64", .cpu = (model), .emulator = (stand_in), .path = "", \
		.unix_time = (second), .partial = (part)                                                                         \
	}

static const struct iop_run runs[] = {
	RUN("A", 10, "", false),
	RUN("B", 30, "", false),
	RUN("A", 20, "", false),
	RUN("B", 5, "", false),
	/* What is no whole run of hardware would be the latest. */
	RUN("A", 40, "", true),
	RUN("A", 41, "qemu", false),
	RUN("", 44, "", false),
	{.kind = IOP_RUN_BENCH, .source = "hyperfine", .arch = "x86_64", .cpu = "A", .emulator = "", .path = "", .unix_time = 42},
	{.kind = IOP_RUN_GATE, .source = "gate", .arch = "", .cpu = "A", .emulator = "", .path = "", .unix_time = 43},
};
#define RUNS (sizeof(runs) / sizeof(runs[0]))

static void each_model_has_its_latest(void **state)
{
	const struct iop_run *list[RUNS], *latest[RUNS];

	(void)state;
	for (size_t first = 0; first < RUNS; first++) {
		for (size_t i = 0; i < RUNS; i++)
			list[i] = &runs[(first + i) % RUNS];
		assert_int_equal(iop_runs_latest(list, RUNS, latest, RUNS), 2);
		assert_ptr_equal(latest[0], &runs[1]);
		assert_ptr_equal(latest[1], &runs[2]);
		assert_int_equal(iop_runs_latest(list, RUNS, latest, 1), 1);
	}
	assert_int_equal(iop_runs_latest(list, 0, latest, RUNS), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {cmocka_unit_test(each_model_has_its_latest)};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
