/* SPDX-License-Identifier: MIT */
/* Results of hyperfine: how commands are called, and which of their times count. */
#include "stored_parse.h"

#include <errno.h>

/* The only cell of a file with one result. */
static const struct iop_run_cell *read_result(struct iop_run *run, const char *members)
{
	char text[1024];
	const int n = snprintf(text, sizeof(text), "{\"results\": [{%s}]}", members);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	read_run(run, text);
	assert_true(run->kind == IOP_RUN_BENCH && run->count == 1);
	assert_string_equal(run->source, "hyperfine");
	return run->cells;
}

static void a_command_and_its_parameters_are_a_name(void **state)
{
	static const struct {
		const char *members, *name;
	} commands[] = {
		{"\"command\": \"a b\"", "command/process/a b/0"},
		{"\"command\": \"a/b%\\u007f\\u001f=\\u0001\"", "command/process/a%2Fb%25%7F%1F=%01/0"},
		{"\"command\": \"a\", \"parameters\": {\"k=/\": \"v=/\", \"b\": 7}", "command/process/a/0/b=7/k%3D%2F=v=%2F"},
		{"\"command\": \"a\", \"parameters\": {\"3\": \"\", \"1\": \"\", \"2\": \"\"}", "command/process/a/0/1=/2=/3="},
		{"\"command\": \"a\", \"parameter\": \"1\"", "command/process/a/0/parameter=1"},
		{"\"command\": \"a\", \"parameter\": null", "command/process/a/0"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		struct iop_run run;

		assert_string_equal(read_result(&run, commands[i].members)->name, commands[i].name);
		iop_run_free(&run);
	}
}

static void times_of_good_runs_count(void **state)
{
	static const struct {
		const char *members;
		size_t samples, failed;
		double ns, cpu_ns;
		size_t repetitions;
		const char *error;
	} results[] = {
		{"\"mean\": 0.25, \"median\": 0.5, \"user\": 0.25, \"system\": 0.5", 0, 0, 5e8, 7.5e8, 0, ""},
		{"\"mean\": 0.25, \"user\": 0, \"system\": 0", 0, 0, 2.5e8, NAN, 0, ""},
		{"\"mean\": 0", 0, 0, NAN, NAN, 0, "no time above zero"},
		{"\"mean\": 0, \"user\": 1, \"system\": 1", 0, 0, NAN, NAN, 0, "no time above zero"},
		{"\"mean\": 9, \"times\": [4, 1, 2]", 3, 0, 2e9, NAN, 3, ""},
		{"\"times\": [1, 2, 4], \"exit_codes\": [0, 0, 0], \"user\": 1, \"system\": 2", 3, 0, 2e9, 3e9, 3, ""},
		{"\"times\": [1, 2, 4], \"exit_codes\": [0, 7, null], \"user\": 1, \"system\": 2", 1, 2, 1e9, NAN, 1,
		 "2 of 3 repetitions failed: exit code 7"},
		{"\"times\": [1, 2, 4], \"exit_codes\": [null, 0, 0]", 2, 1, 3e9, NAN, 2,
		 "1 of 3 repetitions failed: ended by a signal"},
		{"\"times\": [0, 2]", 1, 1, 2e9, NAN, 1, "1 of 2 repetitions failed: no time above zero"},
		{"\"times\": [1e300, 2]", 1, 1, 2e9, NAN, 1, "1 of 2 repetitions failed: no time above zero"},
		{"\"times\": [1], \"exit_codes\": [0, 0]", 1, 0, 1e9, NAN, 1, ""},
		{"\"times\": [1], \"exit_codes\": [0, 3]", 1, 1, 1e9, NAN, 1, "1 of 2 repetitions failed: exit code 3"},
		{"\"times\": [1], \"exit_codes\": []", 1, 0, 1e9, NAN, 1, ""},
		{"\"mean\": 9, \"times\": [1], \"exit_codes\": [3], \"user\": 1, \"system\": 1", 0, 1, NAN, NAN, 0, "exit code 3"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(results) / sizeof(results[0]); i++) {
		const struct iop_run_cell *cell;
		struct iop_run run;
		char text[512];

		snprintf(text, sizeof(text), "\"command\": \"a\", %s", results[i].members);
		cell = read_result(&run, text);
		assert_int_equal(cell->sample_count, results[i].samples);
		assert_int_equal(cell->failed, results[i].failed);
		assert_true(is(cell->ns, results[i].ns) && is(cell->cpu_ns, results[i].cpu_ns));
		assert_int_equal(cell->repetitions, results[i].repetitions);
		assert_int_equal(cell->aggregated, !results[i].samples && !isnan(results[i].ns));
		assert_string_equal(cell->error, results[i].error);
		iop_run_free(&run);
	}
}

static void what_is_no_result_is_refused(void **state)
{
	(void)state;
	is_refused("{\"results\": []}", -EBADMSG, "a file of hyperfine without results");
	is_refused("{\"results\": [{\"command\": \"a\"}, {\"command\": \"\"}]}", -EBADMSG,
		   "result 2 of hyperfine names no command");
	is_refused("{\"results\": [{\"command\": \"b\"}, {\"command\": \"a\"}, {\"command\": \"a\"}]}", -EBADMSG,
		   "results 2 and 3 have one name, command/process/a/0: name them with -n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_command_and_its_parameters_are_a_name),
		cmocka_unit_test(times_of_good_runs_count),
		cmocka_unit_test(what_is_no_result_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
