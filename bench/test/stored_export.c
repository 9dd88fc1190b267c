/* SPDX-License-Identifier: MIT */
/* Runs in the formats of others: what each says of failures, of legality and of ranges. */
#include "stored_parse.h"

#include <store/export.h>

#include <stdlib.h>

#define RUN(rows) "{\"benchmarks\": [" rows "]}"

/* The rows of a run in Google Benchmark's format. */
static json_t *gbench(const char *text)
{
	struct iop_run run;
	json_t *root, *rows;
	char *exported;

	read_run(&run, text);
	exported = iop_export_gbench(&run);
	root = json_loads(exported, 0, NULL);
	rows = json_incref(json_object_get(root, "benchmarks"));
	assert_int_equal(json_array_size(rows), run.count);
	json_decref(root);
	free(exported);
	iop_run_free(&run);
	return rows;
}

static void failures_are_counted_beside_times(void **state)
{
	static const struct {
		const char *row;
		int failed;
		bool error;
		const char *message;
	} cells[] = {
		{"\"real_time\": 1", 0, false, NULL},
		{"\"real_time\": 1, \"repetitions_failed\": 1, \"error_message\": \"why\"", 1, false, "why"},
		{"\"real_time\": 1, \"repetitions_failed\": 2, \"error_message\": \"why\"", 2, false, "why"},
		{"\"error_occurred\": true, \"error_message\": \"why\"", 0, true, "why"},
		{"\"error_occurred\": true, \"error_message\": \"why\", \"repetitions_failed\": 2", 2, true, "why"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		char text[256];
		json_t *rows, *row;

		snprintf(text, sizeof(text), RUN("{\"name\": \"a\", %s}"), cells[i].row);
		rows = gbench(text);
		row = json_array_get(rows, 0);
		assert_int_equal(json_object_get(row, "repetitions_failed") != NULL, cells[i].failed != 0);
		assert_int_equal(json_integer_value(json_object_get(row, "repetitions_failed")), cells[i].failed);
		assert_int_equal(json_is_true(json_object_get(row, "error_occurred")), cells[i].error);
		if (cells[i].message)
			assert_string_equal(json_string_value(json_object_get(row, "error_message")), cells[i].message);
		else
			assert_null(json_object_get(row, "error_message"));
		json_decref(rows);
	}
}

static void only_what_was_judged_is_legal(void **state)
{
	json_t *rows = gbench(RUN("{\"name\": \"a\"}, {\"name\": \"b\", \"tier\": \"WIDE\"}, {\"name\": \"c\", \"legal\": false},"
				  " {\"name\": \"d\", \"legal\": false, \"tier\": \"MEM\"}"));

	(void)state;
	assert_null(json_object_get(json_array_get(rows, 0), "legal"));
	assert_true(json_is_true(json_object_get(json_array_get(rows, 1), "legal")));
	assert_true(json_is_false(json_object_get(json_array_get(rows, 2), "legal")));
	assert_true(json_is_false(json_object_get(json_array_get(rows, 3), "legal")));
	json_decref(rows);
}

static void ranges_have_two_ends(void **state)
{
	static const char *const ranges[] = {"1 to 3", NULL, NULL};
	struct iop_run run;
	json_t *root;
	char *text;

	(void)state;
	read_run(&run, RUN("{\"name\": \"a\", \"real_time\": 2, \"real_time_p25\": 1, \"real_time_p75\": 3},"
			   "{\"name\": \"b\", \"real_time\": 2, \"real_time_p25\": 1}, {\"name\": \"c\", \"real_time\": 2}, "
			   "{\"name\": \"d\"}"));
	text = iop_export_gha(&run);
	root = json_loads(text, 0, NULL);
	assert_int_equal(json_array_size(root), 3);
	for (size_t i = 0; i < 3; i++) {
		const char *range = json_string_value(json_object_get(json_array_get(root, i), "range"));

		if (ranges[i])
			assert_string_equal(range, ranges[i]);
		else
			assert_null(range);
	}
	json_decref(root);
	free(text);
	iop_run_free(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failures_are_counted_beside_times),
		cmocka_unit_test(only_what_was_judged_is_legal),
		cmocka_unit_test(ranges_have_two_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
