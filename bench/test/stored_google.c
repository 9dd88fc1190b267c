/* SPDX-License-Identifier: MIT */
/* Rows of Google Benchmark, of all its versions, become cells: one a name, or the file is refused. */
#include "stored_parse.h"

#include <errno.h>

#define ROW(name, ns, more)	"{\"name\": \"" name "\", \"real_time\": " #ns ", \"cpu_time\": " #ns ".5" more "}"
#define OLD(name, ns)		ROW(name, ns, "")
#define NUMBERED(name, ns, i)	ROW(name, ns, ", \"run_type\": \"iteration\", \"repetition_index\": " #i)
#define STATISTIC(of, what, ns) STATISTIC_OF(of, what, ns, "")
#define STATISTIC_OF(of, what, ns, more) \
	ROW(of "_" what, ns, ", \"run_type\": \"aggregate\", \"run_name\": \"" of "\", \"aggregate_name\": \"" what "\"" more)

/* Its cells: name, time and CPU time, samples / repetitions, failed ones, and whether it has statistics only. */
static void cells_of(const struct iop_run *run, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *c = &run->cells[i];

		used += (size_t)snprintf(text + used, size - used, "%s%s %g %g %zu/%zu", i ? "; " : "", c->name, c->ns, c->cpu_ns,
					 c->sample_count, c->repetitions);
		if (c->failed)
			used += (size_t)snprintf(text + used, size - used, " -%zu", c->failed);
		if (c->aggregated)
			used += (size_t)snprintf(text + used, size - used, " only");
	}
}

struct file {
	const char *rows, *expected;
};

static void read_files(const struct file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[4096], cells[512];
		struct iop_run run;

		assert_true(snprintf(text, sizeof(text), "{\"benchmarks\": [%s]}", files[i].rows) < (int)sizeof(text));
		read_run(&run, text);
		cells_of(&run, cells, sizeof(cells));
		assert_string_equal(cells, files[i].expected);
		iop_run_free(&run);
	}
}

static void refuse_files(const struct file *files, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		char text[4096];

		assert_true(snprintf(text, sizeof(text), "{\"benchmarks\": [%s]}", files[i].rows) < (int)sizeof(text));
		is_refused(text, -EBADMSG, files[i].expected);
	}
}

static void old_statistics_are_known_by_their_names(void **state)
{
	static const struct file good[] = {
		{OLD("a", 3) "," OLD("a", 1) "," OLD("a", 2) "," OLD("a_mean", 7) "," OLD("a_median", 8) "," OLD("a_stddev", 9),
		 "a 2 2.5 3/3"},
		{OLD("a_mean", 7) "," OLD("a_stddev", 9) "," OLD("a", 3) "," OLD("a", 1), "a 2 2.5 2/2"},
		{OLD("a_mean", 7) "," OLD("a_stddev", 9), "a 7 7.5 0/0 only"},
		{OLD("a_mean", 7) "," OLD("a_median", 8) "," OLD("a_stddev", 9), "a 8 8.5 0/0 only"},
		{OLD("a_mean", 7) "," OLD("a_median", 8), "a_mean 7 7.5 0/1; a_median 8 8.5 0/1"},
		{OLD("a_stddev", 7) "," OLD("b_mean", 8), "a_stddev 7 7.5 0/1; b_mean 8 8.5 0/1"},
		{OLD("_mean", 7) "," OLD("_stddev", 8), "_mean 7 7.5 0/1; _stddev 8 8.5 0/1"},
		{OLD("b", 1), "b 1 1.5 0/1"},
	};
	static const struct file bad[] = {
		{OLD("a", 3) "," OLD("a", 1), "2 rows are called a, and nothing says that they are repetitions"},
		{OLD("a", 3) "," OLD("a", 1) "," OLD("a_mean", 7) "," OLD("a_stddev", 9) "," OLD("a", 3) "," OLD("a_mean", 7),
		 "3 rows are called a, and nothing says that they are repetitions"},
		{OLD("a_mean", 7) "," OLD("a_stddev", 9) "," OLD("a_mean", 7), "rows 1 and 3 are two benchmarks of one name, a"},
	};

	(void)state;
	read_files(good, sizeof(good) / sizeof(good[0]));
	refuse_files(bad, sizeof(bad) / sizeof(bad[0]));
}

static void repetitions_have_numbers(void **state)
{
	static const struct file good[] = {
		{NUMBERED("a", 3, 0) "," NUMBERED("b", 9, 0) "," NUMBERED("a", 1, 1) "," NUMBERED("a", 2, 2),
		 "a 2 2.5 3/3; b 9 9.5 0/1"},
		{NUMBERED("a", 3, 0) "," NUMBERED("a", 0, 1) "," NUMBERED("a", 1, 2), "a 2 2.5 2/2 -1"},
		{NUMBERED("a", 0, 0) "," NUMBERED("a", 3, 1), "a 3 3.5 0/1 -1"},
		{NUMBERED("a", 0, 0) "," ROW("a", 0, ", \"repetition_index\": 1, \"repetitions_failed\": 3"), "a nan nan 0/0 -4"},
	};
	static const struct file bad[] = {
		{NUMBERED("a", 3, 0) "," NUMBERED("a", 1, 1) "," NUMBERED("a", 1, 1),
		 "rows 2 and 3 are two benchmarks of one name, a"},
		{NUMBERED("a", 3, 0) "," OLD("a", 1), "rows 1 and 2 are two benchmarks of one name, a"},
		{OLD("b", 1) "," OLD("a", 1) "," NUMBERED("a", 3, 0), "rows 2 and 3 are two benchmarks of one name, a"},
	};

	(void)state;
	read_files(good, sizeof(good) / sizeof(good[0]));
	refuse_files(bad, sizeof(bad) / sizeof(bad[0]));
}

static void statistics_alone_are_a_cell(void **state)
{
	static const struct file good[] = {
		{STATISTIC_OF("a", "median", 7, ", \"repetitions\": 3") "," STATISTIC("a", "mean", 8), "a 7 7.5 0/3 only"},
		{STATISTIC_OF("a", "mean", 8, ", \"repetitions\": 1") "," STATISTIC("a", "cv", 1), "a 8 8.5 0/1 only"},
		{STATISTIC_OF("a", "mean", 8, ", \"repetitions\": 0.5"), "a 8 8.5 0/0 only"},
		{STATISTIC_OF("a", "mean", 8, ", \"repetitions\": 1e9"), "a 8 8.5 0/0 only"},
		{STATISTIC_OF("a", "mean", 8, ", \"repetitions\": 999999999"), "a 8 8.5 0/999999999 only"},
		{STATISTIC_OF("a", "mean", 0, ", \"repetitions\": 3"), "a nan nan 0/0"},
		{STATISTIC("a", "mean", 8) "," NUMBERED("a", 3, 0), "a 3 3.5 0/1"},
		{STATISTIC("", "mean", 8), ""},
		{"{\"name\": \"a_mean\", \"run_type\": \"aggregate\", \"run_name\": \"a\", \"aggregate_name\": \"mean\"}", ""},
	};
	static const struct file bad[] = {
		{OLD("b", 1) "," STATISTIC("a", "median", 7) "," STATISTIC("a", "median", 7),
		 "rows 2 and 3 are two benchmarks of one name, a"},
	};

	(void)state;
	read_files(good, sizeof(good) / sizeof(good[0]));
	refuse_files(bad, sizeof(bad) / sizeof(bad[0]));
}

static void rows_of_other_kinds_are_left_out(void **state)
{
	static const struct file good[] = {
		{"{\"name\": \"a_BigO\", \"big_o\": \"N\"}, {\"name\": \"a_RMS\", \"rms\": 0.1}", ""},
		{ROW("a", 1, ", \"rms\": 0.1") "," ROW("b", 2, ", \"big_o\": \"N\""), "a 1 1.5 0/1; b 2 2.5 0/1"},
		{"{\"name\": \"a\"}", "a nan nan 0/0 -1"},
		{ROW("a", 1, ", \"run_type\": \"other\"") "," ROW("b", 1, ", \"run_type\": \"iteration\""), "b 1 1.5 0/1"},
		{ROW("a", 1, ", \"samples_ns\": [1, 2]"), "a 1 1.5 2/2"},
	};
	static const struct file bad[] = {
		{"7", "a row without a name"},
		{"{\"name\": \"\", \"real_time\": 1}", "a row without a name"},
		{"{\"real_time\": 1}", "a row without a name"},
		{ROW("a", 1, ", \"samples_ns\": [1]") "," OLD("a", 1), "two rows for the cell a"},
		{OLD("a", 1) "," ROW("a", 1, ", \"samples_ns\": [1]"), "two rows for the cell a"},
	};

	(void)state;
	read_files(good, sizeof(good) / sizeof(good[0]));
	refuse_files(bad, sizeof(bad) / sizeof(bad[0]));
}

static void repetitions_are_combined(void **state)
{
	static const char rows[] =
		ROW("a", 0, ", \"repetition_index\": 0, \"error_occurred\": true, \"error_message\": \"first\"") "," ROW(
			"a", 3,
			", \"repetition_index\": 1, \"bytes_per_second\": 5, \"real_time_p25\": 1, \"spread\": 9, "
			"\"n\": 2") "," ROW("a", 0,
					    ", \"repetition_index\": 2, \"error_occurred\": true, "
					    "\"error_message\": \"second\"") "," ROW("a", 1,
										     ", \"repetition_index\": 3, "
										     "\"bytes_per_second\": 7, "
										     "\"real_time_max\": 9, \"n\": "
										     "4");
	struct iop_run run;
	const struct iop_run_cell *c;
	char text[1024];

	(void)state;
	snprintf(text, sizeof(text), "{\"benchmarks\": [%s]}", rows);
	read_run(&run, text);
	c = run.cells;
	assert_true(c->ns == 2 && c->cpu_ns == 2.5 && c->bytes_per_second == 6 && c->cpu_count == 2 && c->failed == 2);
	assert_true(c->low == 1.5 && c->high == 2.5 && c->min == 1 && c->max == 3 && c->spread == 0.5);
	/* Of a row that iopath wrote its members are no counters. */
	assert_true(iop_run_counter(c, "n") == 4);
	assert_string_equal(c->error, "2 of 4 repetitions failed: first");
	iop_run_free(&run);
}

static void a_speed_follows_from_two_times(void **state)
{
	struct iop_run run;

	(void)state;
	read_run(
		&run,
		"{\"benchmarks\": [" ROW("a", 8, "") "," ROW("b", 2, ", \"baseline\": \"a\"") "," ROW(
			"c", 2,
			", \"baseline\": \"a\", \"speed_vs_baseline\": 3") "," ROW("d", 2,
										   ", \"baseline\": \"none\"") ","
													       "{\"name\": "
													       "\"e\"}," ROW(
														       "f", 2,
														       ", "
														       "\"baseli"
														       "ne\": "
														       "\"e\"") "]"
																"}");
	assert_int_equal(run.count, 6);
	assert_true(isnan(run.cells[0].speed) && run.cells[1].speed == 4 && run.cells[2].speed == 3);
	assert_true(isnan(run.cells[3].speed) && isnan(run.cells[5].speed));
	iop_run_free(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(old_statistics_are_known_by_their_names),
		cmocka_unit_test(repetitions_have_numbers),
		cmocka_unit_test(statistics_alone_are_a_cell),
		cmocka_unit_test(rows_of_other_kinds_are_left_out),
		cmocka_unit_test(repetitions_are_combined),
		cmocka_unit_test(a_speed_follows_from_two_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
