/* SPDX-License-Identifier: MIT */
/* One cell through time: which runs have it, in which order, and what is said of each. */
#include "stored_home.h"

#include <store/history.h>

#include <errno.h>
#include <math.h>
#include <string.h>

/* Of one machine at one time. */
static struct iop_history_row row_of(const char *arch, const char *cpu, bool emulated, int64_t seconds, const char *path)
{
	return (struct iop_history_row){.path = path,
					.time = "",
					.commit = "0123456789abcdef",
					.arch = arch,
					.cpu = cpu,
					.baseline = "",
					.error = "",
					.build = "",
					.emulated = emulated,
					.unix_time = seconds,
					.ns = 2,
					.low = NAN,
					.high = NAN,
					.speed = NAN,
					.reference_ns = NAN,
					.instructions = NAN,
					.accesses = NAN};
}

static void rows_keep_their_text(void **state)
{
	struct iop_history history = {0};
	struct iop_history_row row = row_of("arch", "cpu", false, 1, "path");

	(void)state;
	row.time = "time";
	row.error = "error\n";
	row.build = "build";
	row.baseline = "baseline";
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(iop_history_add(&history, &row), 0);
	assert_int_equal(history.count, 3);
	for (size_t i = 0; i < 3; i++) {
		const struct iop_history_row *kept = &history.row[i];

		assert_string_equal(kept->path, "path");
		assert_string_equal(kept->time, "time");
		assert_string_equal(kept->commit, "0123456789abcdef");
		assert_string_equal(kept->arch, "arch");
		assert_string_equal(kept->cpu, "cpu");
		assert_string_equal(kept->baseline, "baseline");
		assert_string_equal(kept->error, "error?");
		assert_string_equal(kept->build, "build");
		assert_ptr_not_equal(kept->path, row.path);
	}
	iop_history_free(&history);
	assert_true(!history.row && !history.count);
}

static void machines_are_kept_apart(void **state)
{
	static const struct {
		const char *arch, *cpu;
		bool emulated;
		int64_t seconds;
		const char *path;
	} rows[] = {
		{"x", "c", false, 1, "a"}, {"x", "c", false, 2, "b"}, {"x", "c", false, 2, "c"}, {"x", "c", true, 1, "a"},
		{"x", "c", true, 2, "b"},  {"x", "d", false, 0, "a"}, {"x", "d", true, 0, "a"},	 {"y", "a", false, 0, "a"},
		{"y", "c", false, 1, "a"}, {"y", "c", true, 1, "a"},
	};
	const size_t n = sizeof(rows) / sizeof(rows[0]);

	(void)state;
	/* Every pair, either way round. */
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < n; k++) {
			struct iop_history history = {0};
			const struct iop_history_row a =
				row_of(rows[i].arch, rows[i].cpu, rows[i].emulated, rows[i].seconds, rows[i].path);
			const struct iop_history_row b =
				row_of(rows[k].arch, rows[k].cpu, rows[k].emulated, rows[k].seconds, rows[k].path);
			const struct iop_history_row *first = i < k ? &a : &b;

			assert_true(!iop_history_add(&history, &a) && !iop_history_add(&history, &b));
			iop_history_sort(&history);
			assert_string_equal(history.row->path, first->path);
			assert_string_equal(history.row->cpu, first->cpu);
			assert_true(history.row->emulated == first->emulated && history.row->unix_time == first->unix_time);
			assert_int_equal(iop_history_same_machine(&a, &b),
					 !strcmp(a.arch, b.arch) && !strcmp(a.cpu, b.cpu) && a.emulated == b.emulated);
			iop_history_free(&history);
		}
}

#define RUN(day, more, rows) "{\"context\": {\"date\": \"2026-03-0" #day "T00:00:00Z\"" more "}, \"benchmarks\": [" rows "]}"

static void only_runs_that_have_the_cell(void **state)
{
	struct iop_history history;

	(void)state;
	make("d/1.json", RUN(2, ", \"modules\": [{\"file\": \"m.so\", \"name\": \"m\", \"build\": \"0a\"}], \"emulator\": \"q\"",
			     "{\"name\": \"o/m/r/1\", \"module\": \"m\", \"real_time\": 4}, {\"name\": \"f\", \"real_time\": 2}"));
	make("d/2.json", RUN(1, ", \"dirty\": true, \"emulator\": \"q\"", "{\"name\": \"o/m/r/1\", \"real_time\": 6}"));
	make("d/3.json", RUN(1, "", "{\"name\": \"f\", \"real_time\": 6}"));
	make("d/4.json", "{\"kind\": \"iopath-gate\", \"cells\": [{\"name\": \"o/m/r/1\"}]}");
	assert_int_equal(iop_history_read("d", "o/m/r/1", "f", &history), 0);
	assert_true(history.runs == 4 && history.count == 2);
	assert_true(history.row[0].ns == 6 && isnan(history.row[0].reference_ns) && history.row[0].dirty);
	assert_true(history.row[1].ns == 4 && history.row[1].reference_ns == 2 && history.row[1].emulated);
	assert_string_equal(history.row[0].build, "");
	assert_string_equal(history.row[1].build, "0a");
	assert_int_equal(history.row[1].path[0], '/');
	iop_history_free(&history);
	assert_int_equal(iop_history_read("none", "o/m/r/1", "f", &history), -ENOENT);
	assert_int_equal(history.count, 0);
}

/* What is printed, from the first machine to the last; to be freed. */
static char *printed(const struct iop_history *history)
{
	static char text[8192];
	FILE *out = fmemopen(text, sizeof(text), "w");
	char *end;

	assert_non_null(out);
	iop_history_print(out, history, "c", "f");
	assert_int_equal(fclose(out), 0);
	end = strstr(text, "\nspeed: baseline's time");
	assert_non_null(end);
	*end = '\0';
	return text;
}

static void each_row_says_what_changed(void **state)
{
	/* Speed doubles at the seventh; rows that have none do not count. */
	static const double speed[] = {1, 1, 1, 0, 1, 1, NAN, 1, 2, 2, INFINITY, 2, 2, 2, 2};
	static const double instructions[] = {0, 1e-6, 1, 1 + 1e-6, 7, 7, NAN, 7, 7, 7, 7, 8, 8, 1e7, 9999999};
	static const char *const builds[] = {"", "0a", "0a", "", "0a", "0b0123456789ab", "", "0a", "", "", "", "", "", "", ""};
	static const char expected[] =
		"c: 15 of 20 runs have it\n"
		"\n"
		"x c\n"
		"time                  commit           speed / reference      ns/op   instr.  accesses\n"
		"no date               0123456789ab     1.000       3.000      30.00    0.000     4.000\n"
		"no date               0123456789ab+    1.000       3.000      30.00    0.000     4.000\n"
		"no date               0123456789ab     1.000       3.000      30.00    1.000     4.000  <- instructions 1e-06 -> "
		"1  (partial)\n"
		"no date               0123456789ab     0.000           -      30.00    1.000     4.000\n"
		"no date               0123456789ab     1.000       3.000      30.00    7.000     4.000  why  <- instructions "
		"1.000001 -> 7\n"
		"2026-03-01T00:00:00Z  0123456789ab     1.000       3.000      30.00    7.000     4.000  <- another build of the "
		"module, 0b0123456789\n"
		"no date                                    -       3.000      30.00        -     4.000\n"
		"no date               0123456789ab     1.000       3.000      30.00    7.000     4.000  <- another build of the "
		"module, 0a\n"
		"no date               0123456789ab     2.000       30.00        300    7.000     4.000  <- speed +100.0 % (p "
		"0.007); time / reference +900.0 % (p 0.004)\n"
		"no date               0123456789ab     2.000       30.00        300    7.000     4.000\n"
		"no date               0123456789ab       inf         inf        300    7.000     4.000\n"
		"no date               0123456789ab     2.000       30.00        300    8.000     4.000  <- instructions 7 -> 8\n"
		"no date               0123456789ab     2.000       30.00        300    8.000     5.000  <- accesses 4 -> 5\n"
		"no date               0123456789ab     2.000       30.00        300 1.00e+07     4.000  <- instructions 8 -> "
		"10000000; accesses 5 -> 4\n"
		"\n"
		"x d (emulated)\n"
		"time                  commit           speed / reference      ns/op   instr.  accesses\n"
		"no date               0123456789ab     2.000       30.00        300  9999999     4.000\n";
	struct iop_history history = {.runs = 20};
	json_t *json;

	(void)state;
	for (size_t i = 0; i < sizeof(speed) / sizeof(speed[0]); i++) {
		struct iop_history_row row = row_of("x", i < 14 ? "c" : "d", i == 14, (int64_t)i, "p");

		row.speed = speed[i];
		row.ns = i < 8 ? 30 : 300;
		row.reference_ns = i == 3 ? NAN : i == 10 ? 0 : 10;
		row.instructions = instructions[i];
		row.accesses = i == 12 ? 5 : 4;
		row.build = builds[i];
		row.dirty = i == 1;
		row.partial = i == 2;
		row.error = i == 4 ? "why" : "";
		row.time = i == 5 ? "2026-03-01T00:00:00Z" : "";
		row.commit = i == 6 ? "" : row.commit;
		assert_int_equal(iop_history_add(&history, &row), 0);
	}
	assert_string_equal(printed(&history), expected);
	json = iop_history_json(&history, "c", "f");
	assert_int_equal(json_array_size(json_object_get(json, "rows")), 15);
	assert_int_equal(json_array_size(json_object_get(json, "changes")), 8);
	json_decref(json);
	iop_history_free(&history);
}

/* Of notes that are too long the beginning is shown, and the next row is as it would be. */
static void long_notes_are_cut(void **state)
{
	struct iop_history history = {0};
	const char *note;

	(void)state;
	for (size_t i = 0; i < 12; i++) {
		struct iop_history_row row = row_of("x", "c", false, (int64_t)i, "p");

		row.speed = i < 6 ? 1 : 1e290;
		row.instructions = i < 6 ? 1 : 2;
		assert_int_equal(iop_history_add(&history, &row), 0);
	}
	note = strstr(printed(&history), "  <- speed +1000");
	assert_non_null(note);
	assert_int_equal(strcspn(note, "\n"), strlen("  <- ") + 255);
	assert_null(strstr(note + 1, "<-  "));
	assert_null(strstr(strchr(note, '\n'), "<-"));
	iop_history_free(&history);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rows_keep_their_text),	   cmocka_unit_test(machines_are_kept_apart),
		IN_A_FOLDER(only_runs_that_have_the_cell), cmocka_unit_test(each_row_says_what_changed),
		cmocka_unit_test(long_notes_are_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
