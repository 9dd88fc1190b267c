/* SPDX-License-Identifier: MIT */
/* Runs of several files become one: of which machines, with whose repetitions; and what an import takes for a run. */
#include "stored_home.h"
#include "stored_parse.h"

#include <store/import.h>
#include <store/merge.h>

#include <errno.h>
#include <malloc.h>

static void one_machine_is_named_alike(void **state)
{
	static const char unnamed[] = "nothing says that it is of the same machine as the files before";
	static const char another[] = "another host than the files before: b, not a";
	struct iop_run a = {.host = "a", .cpu = "c", .arch = "x", .emulator = "", .hypervisor = ""}, b = a;
	struct iop_run_error error;

	(void)state;
	assert_int_equal(iop_run_same_machine(&a, &b, &error), 0);
	b.host = "b";
	assert_int_equal(iop_run_same_machine(&a, &b, &error), -EXDEV);
	assert_string_equal(error.reason, another);
	b.host = "a";
	b.hypervisor = "kvm";
	assert_int_equal(iop_run_same_machine(&a, &b, &error), -EXDEV);
	assert_string_equal(error.reason, "another hypervisor than the files before: kvm, not none named");
	b = a;
	a.host = b.host = "";
	assert_int_equal(iop_run_same_machine(&a, &b, &error), 0);
	a.cpu = b.cpu = "";
	assert_int_equal(iop_run_same_machine(&a, &b, &error), -EXDEV);
	assert_string_equal(error.reason, unnamed);
	a.host = b.host = "a";
	assert_int_equal(iop_run_same_machine(&a, &b, &error), 0);
}

#define RUN(context, rows) "{\"context\": {" context "}, \"benchmarks\": [" rows "]}"

static int merge(struct iop_run *into, const char *a, const char *b, struct iop_run_error *error)
{
	struct iop_run from;
	int err;

	read_run(into, a);
	read_run(&from, b);
	err = iop_run_merge(into, &from, error);
	/* Nothing of it is needed any more. */
	iop_run_free(&from);
	return err;
}

static void repetitions_of_both_count(void **state)
{
	static const char a[] = RUN("\"date\": \"2026-03-02T00:00:00Z\"",
				    "{\"name\": \"a\", \"real_time\": 8, \"cpu_time\": 4, \"bytes_per_second\": 6,"
				    " \"samples_ns\": [7, 8, 9]},"
				    "{\"name\": \"b\", \"real_time\": 1, \"cpu_time\": 3}, {\"name\": \"c\", \"real_time\": 0}");
	static const char b[] = RUN("\"date\": \"2026-03-01T00:00:00Z\", \"dirty\": true",
				    "{\"name\": \"d\", \"real_time\": 5, \"module\": \"m\", \"samples_ns\": [5, 6],"
				    " \"cpu_samples_ns\": [1, 2]},"
				    "{\"name\": \"c\", \"real_time\": 4, \"cpu_time\": 2, \"bytes_per_second\": 5e9},"
				    "{\"name\": \"b\", \"real_time\": 3, \"cpu_time\": 7},"
				    "{\"name\": \"a\", \"real_time\": 1, \"cpu_time\": 8, \"bytes_per_second\": 2}");
	struct iop_run_error error;
	struct iop_run run;
	const struct iop_run_cell *c;

	(void)state;
	assert_int_equal(merge(&run, a, b, &error), 0);
	assert_true(run.count == 4 && run.dirty && !run.partial);
	assert_string_equal(run.time, "2026-03-02T00:00:00Z");
	c = run.cells;
	/* Means of three and of one. */
	assert_true(c[0].ns == 7.5 && c[0].repetitions == 4 && c[0].sample_count == 4 && c[0].cpu_ns == 5 && !c[0].cpu_count);
	assert_true(c[0].bytes_per_second == 5 && c[0].min == 1 && c[0].max == 9 && c[0].low == 5.5 && c[0].high == 8.25);
	/* One and one: medians. */
	assert_true(c[1].ns == 2 && c[1].cpu_ns == 5 && c[1].cpu_count == 2 && c[1].repetitions == 2);
	/* Of what failed nothing is known but that. */
	assert_true(c[2].ns == 4 && c[2].cpu_ns == 2 && c[2].bytes == 10 && c[2].failed == 1 && c[2].repetitions == 1);
	assert_string_equal(c[2].error, "1 of 2 repetitions failed: the file has no time above zero");
	assert_string_equal(c[3].name, "d");
	assert_string_equal(c[3].module, "m");
	assert_true(c[3].ns == 5 && c[3].sample_count == 2 && c[3].samples[1] == 6 && c[3].cpu_samples[1] == 2);
	iop_run_free(&run);
	/* The other way round: the later time is the run's. */
	assert_int_equal(merge(&run, b, a, &error), 0);
	assert_string_equal(run.time, "2026-03-02T00:00:00Z");
	assert_int_equal(run.unix_time, 1772409600);
	assert_string_equal(run.cells[0].name, "d");
	assert_true(run.count == 4 && run.cells[3].ns == 7.5);
	iop_run_free(&run);
}

static void what_cannot_be_merged_is_refused(void **state)
{
	static const char launched[] = "a result of iopath bench: its --launches measures in several processes";
	static const char only[] = "statistics only, which cannot be merged: a";
	static const char plain[] = RUN("", "{\"name\": \"a\", \"real_time\": 1}");
	static const struct {
		const char *row, *reason;
	} rows[] = {
		{RUN("", "{\"name\": \"a\", \"real_time\": 1, \"aggregated\": true}"), only},
		{RUN("", "{\"name\": \"a\", \"real_time\": 1, \"launches\": [1, 2]}"), launched},
	};
	struct iop_run_error error;
	struct iop_run run;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(merge(&run, rows[i].row, plain, &error), -EBADMSG);
		assert_string_equal(error.reason, rows[i].reason);
		iop_run_free(&run);
		assert_int_equal(merge(&run, plain, rows[i].row, &error), -EBADMSG);
		assert_string_equal(error.reason, rows[i].reason);
		iop_run_free(&run);
	}
	assert_int_equal(merge(&run, RUN("", "{\"name\": \"a\", \"real_time\": 1, \"baseline\": \"b\"}"), plain, &error), -EBADMSG);
	assert_string_equal(error.reason, launched);
	iop_run_free(&run);
	assert_int_equal(merge(&run, RUN("", ""), plain, &error), 0);
	assert_int_equal(run.count, 1);
	iop_run_free(&run);
	/* Too many together. */
	read_run(&run, plain);
	assert_int_equal(iop_run_merge(&run, &(struct iop_run){.count = IOP_RUN_CELLS}, &error), -EFBIG);
	assert_string_equal(error.reason, "more than 20000 rows");
	iop_run_free(&run);
}

/* Imports files into @run; the reason where that fails. */
static const char *import(const char *source, char *const *paths, size_t count, const struct iop_import_context *context,
			  struct iop_run *run)
{
	static struct iop_run_error error;
	char *text;
	size_t which;
	int err = iop_import(source, paths, count, context, &text, run, &which, &error);

	assert_int_equal(which, count - 1);
	assert_int_equal(!err, text != NULL);
	free(text);
	return err ? error.reason : NULL;
}

static void an_import_takes_runs_only(void **state)
{
	static const struct iop_import_context context = {.commit = "", .arch = "", .cpu = "", .host = "", .kernel = ""};
	static const struct {
		const char *source, *text, *reason;
	} files[] = {
		{"google-benchmark", "{\"kind\": \"iopath-gate\", \"cells\": [{\"name\": \"a\"}]}",
		 "a verdict of the gate, not a run"},
		{"google-benchmark", "{\"arch\": \"x\", \"copies\": [{\"op\": \"o\"}]}",
		 "a baseline of an architecture, not a run"},
		{"google-benchmark", RUN("", ""), "it has no rows"},
		{"google-benchmark", "{\"results\": [{\"command\": \"a\", \"mean\": 1}]}", NULL},
		{"google-benchmark", RUN("", "{\"name\": \"a\", \"real_time\": 1}"), NULL},
		{"hyperfine", "{\"results\": [{\"command\": \"a\", \"mean\": 1}]}", NULL},
		{"hyperfine", RUN("", "{\"name\": \"a\", \"real_time\": 1}"), "not a file of hyperfine: no list of results"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		char *path[] = {(char *)(uintptr_t) "a.json"};
		struct iop_run run;
		const char *reason;

		make("a.json", files[i].text);
		reason = import(files[i].source, path, 1, &context, &run);
		if (files[i].reason) {
			assert_string_equal(reason, files[i].reason);
			continue;
		}
		assert_null(reason);
		iop_run_free(&run);
	}
}

static void several_files_are_of_one_commit_and_machine(void **state)
{
	static const char rows[] = "{\"name\": \"a\", \"real_time\": 8}, {\"name\": \"b\", \"real_time\": 2}";
	struct iop_import_context context = {.commit = "", .arch = "", .cpu = "", .host = "", .kernel = "k"};
	char *path[] = {(char *)(uintptr_t) "a.json", (char *)(uintptr_t) "b.json"}, text[256];
	struct iop_run run;

	(void)state;
	snprintf(text, sizeof(text), "{\"context\": {\"host_name\": \"h\", \"commit\": \"0123456\"}, \"benchmarks\": [%s]}", rows);
	make("a.json", text);
	snprintf(text, sizeof(text), "{\"context\": {\"commit\": \"0123457\"}, \"benchmarks\": [%s]}", rows);
	make("b.json", text);
	assert_string_equal(import("google-benchmark", path, 2, &context, &run),
			    "another host than the files before: none named, not h");
	context.merge = true;
	assert_string_equal(import("google-benchmark", path, 2, &context, &run), "of another commit than the files before");
	context.commit = "abcdef0";
	context.host = "g";
	assert_null(import("google-benchmark", path, 2, &context, &run));
	assert_true(run.count == 2 && run.cells[0].repetitions == 2 && isnan(run.cells[1].speed) && !*run.cells[1].baseline);
	assert_string_equal(run.commit, "abcdef0");
	assert_string_equal(run.host, "h");
	assert_string_equal(run.kernel, "k");
	iop_run_free(&run);
	context.relative = true;
	assert_null(import("google-benchmark", path, 1, &context, &run));
	assert_true(run.cells[1].speed == 4 && isnan(run.cells[0].speed));
	assert_string_equal(run.cells[1].baseline, "a");
	iop_run_free(&run);
	/* Another machine, with --relative. */
	context.merge = false;
	assert_string_equal(import("google-benchmark", path, 2, &context, &run), "another host than the files before: g, not h");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_machine_is_named_alike),
		cmocka_unit_test(repetitions_of_both_count),
		cmocka_unit_test(what_cannot_be_merged_is_refused),
		IN_A_FOLDER(an_import_takes_runs_only),
		IN_A_FOLDER(several_files_are_of_one_commit_and_machine),
	};

	/* What is freed is overwritten. */
	mallopt(M_PERTURB, 0x55);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
