/* SPDX-License-Identifier: MIT */
/* The runs of a folder: which files they are, in which order, and of each CPU model the latest that was measured on it. */
#include "stored_home.h"

#include <store/reader.h>

#include <errno.h>

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

/* Files below a folder as they are listed, with blanks between. */
static void list(const char *dir, char *text, size_t size, size_t *count)
{
	char **path;

	text[0] = '\0';
	assert_int_equal(iop_runs_list(dir, &path, count), 0);
	for (size_t i = 0; i < *count; i++) {
		const size_t used = strlen(text);

		if (used < size)
			snprintf(text + used, size - used, "%s%s", i ? " " : "", path[i]);
		free(path[i]);
	}
	free(path);
}

static void results_are_listed_by_name(void **state)
{
	static const char *const files[] = {"d/b.json",
					    "d/c.json",
					    "d/e/f/g/a.json",
					    "d/e/f/g/h/none.json",
					    "d/.none.json",
					    "d/.e/a.json",
					    "d/none.jso",
					    "d/json",
					    "d/n",
					    "d/nonejson",
					    "d/a/c.json",
					    "d/g.json/h.json",
					    "d/e/f/g/i.json/none",
					    "d/none.json.gz",
					    "d/0/z.json"};
	char text[1024], **path;
	size_t count;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++)
		make(files[i], "{}");
	assert_int_equal(symlink("b.json", "d/link.json"), 0);
	assert_int_equal(symlink("a", "d/link"), 0);
	list("d", text, sizeof(text), &count);
	assert_string_equal(text, "d/e/f/g/a.json d/b.json d/a/c.json d/c.json d/g.json/h.json d/0/z.json");
	list("d/.e", text, sizeof(text), &count);
	assert_string_equal(text, "d/.e/a.json");
	assert_int_equal(iop_runs_list("none", &path, &count), -ENOENT);
	assert_true(!path && !count);
	assert_int_equal(mkdir("empty", 0700), 0);
	list("empty", text, sizeof(text), &count);
	assert_int_equal(count, 0);
}

static void the_newest_are_taken_of_too_many(void **state)
{
	char text[32], name[32];
	size_t count;

	(void)state;
	make("d/00000.json", "");
	for (unsigned i = 1; i <= IOP_RUN_FILES; i++) {
		snprintf(name, sizeof(name), "d/%05u.json", i);
		assert_int_equal(link("d/00000.json", name), 0);
		if (i != 64 && i != IOP_RUN_FILES - 1 && i != IOP_RUN_FILES)
			continue;
		list("d", text, sizeof(text), &count);
		assert_int_equal(count, i < IOP_RUN_FILES ? i + 1 : IOP_RUN_FILES);
		assert_int_equal(strncmp(text, i < IOP_RUN_FILES ? "d/00000.json " : "d/00001.json ", 13), 0);
	}
}

static void runs_are_read_in_the_order_of_their_times(void **state)
{
	static const struct {
		const char *path, *date;
	} files[] = {{"d/1.json", "2026-03-03T00:00:00Z"},
		     {"d/2.json", "2026-03-01T00:00:00Z"},
		     {"d/b/3.json", "2026-03-02T00:00:00Z"},
		     {"d/a/4.json", "2026-03-02T00:00:00Z"}};
	static const char *const order[] = {"d/2.json", "d/a/4.json", "d/b/3.json", "d/1.json"};
	char text[128], said[256];
	struct iop_runs read;
	int before;

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(text, sizeof(text), "{\"context\": {\"date\": \"%s\"}, \"benchmarks\": []}", files[i].date);
		make(files[i].path, text);
	}
	make("d/bad.json", "{");
	before = begin_to_hear(2);
	assert_int_equal(iop_runs_read("d", &read), 0);
	hear(2, before, said, sizeof(said));
	assert_string_equal(said, "iopath: d/bad.json: truncated (left out)\n");
	assert_int_equal(read.refused, 1);
	assert_int_equal(read.count, sizeof(order) / sizeof(order[0]));
	for (size_t i = 0; i < read.count; i++)
		assert_string_equal(read.run[i].path, order[i]);
	iop_runs_free(&read);
	assert_true(!read.run && !read.count);
	assert_int_equal(iop_runs_read("none", &read), -ENOENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(results_are_listed_by_name),
		IN_A_FOLDER(the_newest_are_taken_of_too_many),
		IN_A_FOLDER(runs_are_read_in_the_order_of_their_times),
		cmocka_unit_test(each_model_has_its_latest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
