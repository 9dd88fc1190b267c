/* SPDX-License-Identifier: MIT */
/* One row of a stored run: each of its numbers, what follows from its samples, and those of a verdict of the gate. */
#include "stored_parse.h"

#include <store/accesses_json.h>

#include <errno.h>
#include <stdlib.h>

/* A run of rows. */
static void read_rows(struct iop_run *run, const char *rows)
{
	char text[4096];
	const int n =
		snprintf(text, sizeof(text),
			 "{\"context\": {\"json_schema_version\": 1, \"iopath_version\": \"0\"}, \"benchmarks\": [%s]}", rows);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	read_run(run, text);
}

/* The first cell of a run whose one row has these members. */
static const struct iop_run_cell *read_row(struct iop_run *run, const char *members)
{
	char text[2048];
	const int n = snprintf(text, sizeof(text), "{\"name\": \"a/b/c/1\"%s%s}", *members ? ", " : "", members);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	read_rows(run, text);
	assert_int_equal(run->count, 1);
	return run->cells;
}

static void each_number_has_its_place(void **state)
{
	struct iop_run run;
	const struct iop_run_cell *c = read_row(
		&run, "\"time_unit\": \"us\", \"real_time\": 2, \"cpu_time\": 3, \"real_time_p25\": 1, \"real_time_p75\": 4,"
		      "\"real_time_min\": 0.5, \"real_time_max\": 5, \"spread\": 0, \"bytes\": 64, \"bytes_per_second\": 7,"
		      "\"bytes_per_cycle\": 8, \"cycles_per_op\": 9, \"speed_vs_baseline\": 10, \"speed_vs_baseline_min\": 11,"
		      "\"speed_vs_baseline_max\": 12, \"instructions\": 0, \"accesses\": 14, \"iterations\": 15,"
		      "\"measures\": \"latency\", \"samples_ns\": [1, 0, 2, -3, \"4\", 5], \"cpu_samples_ns\": [6, 7],"
		      "\"error_message\": \"not shown\"");

	(void)state;
	assert_true(c->ns == 2000 && c->cpu_ns == 3000 && c->low == 1000 && c->high == 4000 && c->min == 500 && c->max == 5000);
	assert_true(c->spread == 0 && c->bytes == 64 && c->bytes_per_second == 7 && c->bytes_per_cycle == 8);
	assert_true(c->cycles_per_op == 9 && c->speed == 10 && c->speed_low == 11 && c->speed_high == 12);
	assert_true(c->instructions == 0 && c->accesses == 14 && c->iterations == 15 && c->latency && !c->aggregated);
	assert_true(c->sample_count == 3 && c->samples[0] == 1 && c->samples[1] == 2 && c->samples[2] == 5);
	assert_true(c->cpu_count == 2 && c->cpu_samples[0] == 6 && c->cpu_samples[1] == 7 && c->repetitions == 3);
	assert_string_equal(c->error, "");
	iop_run_free(&run);
	/* What is below zero, or too much for a count, is unknown. */
	c = read_row(&run, "\"real_time\": 2, \"cpu_time\": 0, \"spread\": -1, \"bytes\": 1e15, \"iterations\": 1e15,"
			   "\"repetitions_failed\": 1e9, \"instructions\": -1, \"bytes_per_second\": 0, \"measures\": \"time\"");
	assert_true(c->ns == 2 && isnan(c->cpu_ns) && isnan(c->spread) && isnan(c->instructions) && isnan(c->bytes_per_second));
	assert_true(c->bytes == 0 && c->iterations == 0 && c->failed == 0 && !c->latency && c->repetitions == 1);
	iop_run_free(&run);
	c = read_row(&run, "\"real_time\": 1, \"bytes\": 999999999999999, \"iterations\": 999999999999999,"
			   "\"aggregated\": true, \"repetitions\": 999999999");
	assert_true(c->bytes == 999999999999999 && c->iterations == 999999999999999 && c->repetitions == 999999999);
	iop_run_free(&run);
}

static void a_time_or_why_not(void **state)
{
	static const char none[] = "the file has no time above zero";
	static const struct {
		const char *members;
		double ns;
		const char *error;
	} rows[] = {
		{"\"real_time\": 2", 2, ""},
		{"\"real_time\": 2, \"time_unit\": \"ns\"", 2, ""},
		{"\"real_time\": 2, \"time_unit\": \"ms\"", 2e6, ""},
		{"\"real_time\": 2, \"time_unit\": \"s\"", 2e9, ""},
		{"\"real_time\": 2, \"time_unit\": \"h\"", NAN, "its unit of time is unknown"},
		{"\"real_time\": 0", NAN, none},
		{"\"real_time\": -1", NAN, none},
		{"\"real_time\": 1e300, \"time_unit\": \"s\"", NAN, none},
		{"", NAN, none},
		{"\"real_time\": 2, \"error_occurred\": true", NAN, "failed"},
		{"\"real_time\": 2, \"error_occurred\": true, \"error_message\": \"why\"", NAN, "why"},
		{"\"real_time\": 2, \"skipped\": true", NAN, "skipped"},
		{"\"real_time\": 2, \"skipped\": true, \"skip_message\": \"why\"", NAN, "why"},
		{"\"real_time\": 2, \"error_message\": \"w\", \"repetitions_failed\": 1", 2, "1 of 2 repetitions failed: w"},
		{"\"real_time\": 0, \"repetitions_failed\": 1, \"repetitions\": 2", NAN, none},
		{"\"real_time\": 0, \"repetitions_failed\": 2", NAN, "2 of 2 repetitions failed: the file has no time above zero"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iop_run run;
		const struct iop_run_cell *cell = read_row(&run, rows[i].members);

		assert_true(rows[i].ns > 1e299 ? cell->ns == rows[i].ns : is(cell->ns, rows[i].ns));
		assert_string_equal(cell->error, rows[i].error);
		assert_int_equal(cell->repetitions, !isnan(rows[i].ns));
		iop_run_free(&run);
	}
}

static void an_interval_is_one_over_launches(void **state)
{
	static const struct {
		const char *members;
		bool interval;
	} rows[] = {
		{"\"launches\": [1, 2], \"interval\": [1, 3], \"interval_coverage\": 0.5", true},
		{"\"launches\": [1, 2], \"interval\": [3, 3]", true},
		{"\"launches\": [1, 2], \"interval\": [3, 2]", false},
		{"\"launches\": [1, 2], \"interval\": [0, 3]", false},
		{"\"launches\": [1], \"interval\": [1, 3]", false},
		{"\"interval\": [1, 3]", false},
		{"\"launches\": [1, 2]", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iop_run run;
		char text[256];
		const struct iop_run_cell *cell;

		snprintf(text, sizeof(text), "\"real_time\": 2, \"real_time_p25\": 7, \"real_time_p75\": 8, %s", rows[i].members);
		cell = read_row(&run, text);
		assert_int_equal(cell->interval, rows[i].interval);
		assert_true(cell->low == (!cell->interval ? 7 : i ? 3 : 1) && cell->high == (cell->interval ? 3 : 8));
		assert_true(i ? !(cell->coverage > 0) : cell->coverage == 0.5);
		iop_run_free(&run);
	}
}

static void four_thousand_samples_are_kept(void **state)
{
	static const size_t counts[] = {IOP_RUN_SAMPLES - 1, IOP_RUN_SAMPLES, IOP_RUN_SAMPLES + 5};

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		json_t *rows = json_array(), *samples = json_array();
		struct iop_run run = {.source = "iopath"};
		struct iop_run_error error;

		for (size_t k = 0; k < counts[i]; k++)
			json_array_append_new(samples, json_integer((json_int_t)k + 1));
		json_array_append_new(rows, json_pack("{s:s, s:i, s:o}", "name", "a", "real_time", 1, "samples_ns", samples));
		assert_int_equal(iop_run_begin(&run), 0);
		assert_int_equal(iop_run_read_rows(&run, rows, &error), 0);
		assert_int_equal(run.cells->sample_count, counts[i] < IOP_RUN_SAMPLES ? counts[i] : IOP_RUN_SAMPLES);
		assert_true(run.cells->max == (double)run.cells->sample_count);
		json_decref(rows);
		iop_run_free(&run);
	}
}

static void what_a_file_leaves_out_follows_from_samples(void **state)
{
	double samples[] = {10, 20, 30, 40, 50};
	struct iop_run run = {.source = "google-benchmark"};
	struct iop_run_cell cell = {.name = "a", .failure = "", .samples = samples, .sample_count = 5, .ns = 30};

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	cell.low = cell.high = cell.min = cell.max = cell.spread = NAN;
	iop_run_complete(&run, &cell);
	assert_true(cell.low == 20 && cell.high == 40 && cell.min == 10 && cell.max == 50 && cell.spread == 20. / 30);
	assert_true(cell.repetitions == 5 && !*cell.error && cell.bytes == 0);
	/* What it says stays. */
	cell.spread = 7;
	cell.low = 1;
	cell.repetitions = 9;
	iop_run_complete(&run, &cell);
	assert_true(cell.spread == 7 && cell.low == 1 && cell.repetitions == 9);
	/* One sample has no spread, none has no time. */
	cell.sample_count = 1;
	cell.spread = NAN;
	iop_run_complete(&run, &cell);
	assert_true(isnan(cell.spread));
	cell.repetitions = 0;
	cell.ns = NAN;
	iop_run_complete(&run, &cell);
	assert_true(cell.repetitions == 0);
	/* A quotient that is none. */
	cell.sample_count = 2;
	cell.ns = 1e-310;
	iop_run_complete(&run, &cell);
	assert_true(isnan(cell.spread));
	iop_run_free(&run);
}

static void bytes_follow_from_their_rate(void **state)
{
	static const struct {
		const char *source, *name;
		uint64_t had;
		double rate, ns, cpu_ns;
		uint64_t bytes;
	} cells[] = {
		{"iopath", "a", 0, 32e9, 2, 4, 64},
		{"iopath", "a", 7, 32e9, 2, 4, 7},
		{"google-benchmark", "a", 0, 32e9, 2, 4, 128},
		{"google-benchmark", "a", 0, 32e9, 2, NAN, 64},
		{"google-benchmark", "a/real_time", 0, 32e9, 2, 4, 64},
		{"google-benchmark", "a/manual_time", 0, 32e9, 2, 4, 64},
		{"iopath", "a", 0, NAN, 2, 4, 0},
		{"iopath", "a", 0, 1e24, 1, 4, 0},
		{"iopath", "a", 0, 9e23, 1, 4, 900000000000000},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		struct iop_run run = {.source = cells[i].source};
		struct iop_run_cell cell = {.name = cells[i].name,
					    .failure = "",
					    .bytes = cells[i].had,
					    .bytes_per_second = cells[i].rate,
					    .ns = cells[i].ns,
					    .cpu_ns = cells[i].cpu_ns};

		iop_run_complete(&run, &cell);
		assert_int_equal(cell.bytes, cells[i].bytes);
	}
}

static void rows_have_a_limit(void **state)
{
	struct iop_run run = {0};
	struct iop_run_error error;

	(void)state;
	assert_int_equal(iop_run_begin(&run), 0);
	assert_int_equal(iop_run_make_room(&run, 0, &error), 0);
	assert_null(run.cells);
	assert_int_equal(iop_run_make_room(&run, IOP_RUN_CELLS, &error), 0);
	assert_non_null(run.cells);
	assert_int_equal(iop_run_make_room(&run, IOP_RUN_CELLS + 1, &error), -EFBIG);
	assert_string_equal(error.reason, "more than 20000 rows");
	iop_run_free(&run);
}

static void a_verdict_has_two_sides(void **state)
{
	struct iop_run run;
	const struct iop_run_cell *c;

	(void)state;
	read_run(&run, "{\"kind\": \"iopath-gate\", \"exit\": 0, \"partial\": true, \"seconds\": 0, \"unfit\": \"u\","
		       "\"base\": \"b\", \"candidate\": \"c\", \"cells\": [{\"name\": \"a\", \"role\": \"cell\", \"error\": \"e\","
		       "\"verdict\": \"slower\", \"base_ns\": 1, \"change\": -2, \"change_low\": -3, \"change_high\": 4,"
		       "\"resolution\": 5, \"p\": 6, \"instructions_base\": 7, \"instructions_candidate\": 8,"
		       "\"accesses_base\": 0, \"accesses_candidate\": 10}, {\"name\": \"b\", \"role\": \"planted\"}]}");
	assert_true(run.kind == IOP_RUN_GATE && run.exit_code == 0 && run.partial && run.seconds == 0 && run.count == 2);
	assert_string_equal(run.source, "gate");
	assert_string_equal(run.unfit, "u");
	assert_string_equal(run.base, "b");
	assert_string_equal(run.candidate, "c");
	c = run.cells;
	assert_string_equal(c->error, "e");
	assert_string_equal(c->verdict, "slower");
	assert_true(c->ns == 1 && c->change == -2 && c->change_low == -3 && c->change_high == 4 && c->resolution == 5 && c->p == 6);
	assert_true(c->side_instructions[IOP_RUN_BASE] == 7 && c->side_instructions[IOP_RUN_CANDIDATE] == 8 &&
		    c->side_accesses[IOP_RUN_BASE] == 0 && c->side_accesses[IOP_RUN_CANDIDATE] == 10);
	assert_true(c->instructions == 8 && c->accesses == 10 && !c->control && c[1].control);
	iop_run_free(&run);
	is_refused("{\"kind\": \"iopath-gate\", \"cells\": [{\"name\": \"a\"}, {\"name\": \"a\"}]}", -EBADMSG,
		   "two rows for the cell a");
	is_refused("{\"kind\": \"iopath-gate\", \"cells\": [{\"name\": \"\"}]}", -EBADMSG, "a row without a name");
}

static void what_is_no_exit_code_is_bad_use(void **state)
{
	static const struct {
		const char *exit;
		int code;
	} exits[] = {{"0", 0}, {"1", 1}, {"255", 255}, {"256", 2}, {"-1", 2}, {"\"0\"", 2}};

	(void)state;
	for (size_t i = 0; i < sizeof(exits) / sizeof(exits[0]); i++) {
		struct iop_run run;
		char text[128];

		snprintf(text, sizeof(text), "{\"kind\": \"iopath-gate\", \"cells\": [], \"exit\": %s}", exits[i].exit);
		read_run(&run, text);
		assert_int_equal(run.exit_code, exits[i].code);
		iop_run_free(&run);
	}
}

static void accesses_are_known_whole_or_not(void **state)
{
	static const struct {
		const char *text;
		bool known;
	} rows[] = {
		{"{\"r1\": 1, \"r64\": 2, \"w4\": 3.5, \"w_lines\": 4}", true},
		{"{\"r1\": 0}", true},
		{"{}", true},
		{"{\"r1\": 999999999999999}", true},
		{"{\"r1\": 1e15}", false},
		{"{\"r1\": -1}", false},
		{"{\"r1\": \"1\"}", false},
		{"{\"r1\": 1, \"r3\": 1}", false},
		{"[]", false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		json_t *row = json_object(), *again = json_object(), *value = json_loads(rows[i].text, 0, NULL);
		struct iop_accesses a;

		assert_non_null(value);
		json_object_set(row, "device_accesses", value);
		iop_accesses_read(&a, row);
		assert_int_equal(a.known, rows[i].known);
		if (!i)
			assert_true(a.count[IOP_ACCESS_READ][0] == 1 && a.count[IOP_ACCESS_READ][6] == 2 &&
				    a.count[IOP_ACCESS_WRITE][2] == 3.5 && a.lines == 4);
		if (!a.known)
			assert_true(a.lines == 0 && a.count[IOP_ACCESS_READ][0] == 0);
		/* As it was, but for what is 0. */
		iop_accesses_store(again, &a);
		if (i == 1)
			json_object_clear(value);
		if (i < 3)
			assert_true(json_number_value(json_object_get(json_object_get(again, "device_accesses"), "w4")) ==
				    (i ? 0 : 3.5));
		assert_int_equal(json_object_size(json_object_get(again, "device_accesses")),
				 a.known ? json_object_size(value) : 0);
		assert_int_equal(json_object_size(again), a.known);
		json_decref(value);
		json_decref(row);
		json_decref(again);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_number_has_its_place),
		cmocka_unit_test(a_time_or_why_not),
		cmocka_unit_test(an_interval_is_one_over_launches),
		cmocka_unit_test(four_thousand_samples_are_kept),
		cmocka_unit_test(what_a_file_leaves_out_follows_from_samples),
		cmocka_unit_test(bytes_follow_from_their_rate),
		cmocka_unit_test(rows_have_a_limit),
		cmocka_unit_test(a_verdict_has_two_sides),
		cmocka_unit_test(what_is_no_exit_code_is_bad_use),
		cmocka_unit_test(accesses_are_known_whole_or_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
