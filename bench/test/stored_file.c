/* SPDX-License-Identifier: MIT */
/* A file becomes a run or a reason: dates, contexts, what is no JSON, limits, and reading where that fails. */
#include "stored_guard.h"
#include "stored_home.h"

#include <store/reader_internal.h>

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* Reading that is interrupted, gives little, ends too early or fails; or as it is. */
static enum {
	AS_IT_IS,
	LITTLE,
	NOTHING,
	BROKEN
} reading;
ssize_t __wrap_read(int fd, void *buffer, size_t size);
ssize_t __real_read(int fd, void *buffer, size_t size);

ssize_t __wrap_read(int fd, void *buffer, size_t size)
{
	static unsigned calls;

	if (reading == NOTHING)
		return 0;
	if (reading == BROKEN) {
		errno = EIO;
		return -1;
	}
	if (reading == LITTLE && ++calls % 2) {
		errno = EINTR;
		return -1;
	}
	return __real_read(fd, buffer, reading == LITTLE && size > 3 ? 3 : size);
}

/* A run of this context. */
static void read_context(struct iop_run *run, const char *path, const char *context)
{
	char text[4096];
	const int n = snprintf(text, sizeof(text), "{\"context\": {%s}, \"benchmarks\": []}", context);

	assert_true(n > 0 && (size_t)n < sizeof(text));
	assert_int_equal(iop_run_parse(path, text, (size_t)n, run, NULL), 0);
}

static void refused(const char *text, size_t size, int why, const char *reason)
{
	struct iop_run_error error;
	struct iop_run run;

	assert_int_equal(iop_run_parse("a.json", text, size, &run, &error), why);
	assert_string_equal(error.reason, reason);
}

static void times_are_of_the_file_or_its_name(void **state)
{
	static const struct {
		const char *date, *path;
		int64_t seconds;
		const char *text;
	} times[] = {
		{"2026-03-01T12:00:00Z", "a.json", 1772366400, "2026-03-01T12:00:00Z"},
		{"2026-03-01T12:00:00+01:00", "a.json", 1772362800, "2026-03-01T11:00:00Z"},
		{"2026-03-01T12:00:00-0130", "20200101T000000Z.json", 1772371800, "2026-03-01T13:30:00Z"},
		{"2026-03-01 12:00:00", "a.json", 1772366400, "2026-03-01T12:00:00Z"},
		{"2026-03-01T12:00:00Zs", "a.json", 0, ""},
		{"2026-03-01T12:00:00+01:00s", "a.json", 0, ""},
		{"2026-03-01 12:00:00s", "a.json", 0, ""},
		{"March", "a.json", 0, ""},
		{"1970-01-01T00:00:00Z", "a.json", 0, ""},
		{"1970-01-01T00:00:01Z", "a.json", 1, "1970-01-01T00:00:01Z"},
		{"9999-12-31T23:59:59Z", "a.json", 253402300799, "9999-12-31T23:59:59Z"},
		{"9999-12-31T23:59:59-00:01", "a.json", 0, ""},
		{NULL, "a.json", 0, ""},
		{NULL, "20260301T120000Z-abc.json", 1772366400, "2026-03-01T12:00:00Z"},
		{NULL, "b/20260301T120000Z-abc.json", 1772366400, "2026-03-01T12:00:00Z"},
		{NULL, "20260301T120000Z/a.json", 0, ""},
		{"March", "20260301T120000Z-abc.json", 1772366400, "2026-03-01T12:00:00Z"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		struct iop_run run;
		char context[64] = "";

		if (times[i].date)
			snprintf(context, sizeof(context), "\"date\": \"%s\"", times[i].date);
		read_context(&run, times[i].path, context);
		assert_int_equal(run.unix_time, times[i].seconds);
		assert_string_equal(run.time, times[i].text);
		iop_run_free(&run);
	}
}

static void commits_are_digits(void **state)
{
	static const char digits[] = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0";
	struct iop_run run;
	char context[128];

	(void)state;
	for (int n = 0; n <= 65; n++) {
		snprintf(context, sizeof(context), "\"commit\": \"%.*s\"", n, digits);
		read_context(&run, "a", context);
		assert_int_equal(strlen(run.commit), n >= 7 && n <= 64 ? n : 0);
		iop_run_free(&run);
	}
	read_context(&run, "a", "\"commit\": \"0123456789-dirty\"");
	assert_string_equal(run.commit, "");
	iop_run_free(&run);
}

static void sixteen_warnings_are_kept(void **state)
{
	(void)state;
	for (size_t n = 0; n < 20; n++) {
		char context[512] = "\"warnings\": [", word[32];
		size_t used = strlen(context);
		struct iop_run run;

		for (size_t i = 0; i < n; i++)
			used += (size_t)snprintf(context + used, sizeof(context) - used, "%s\"warning %zu\"", i ? ", " : "", i);
		snprintf(context + used, sizeof(context) - used, "]");
		read_context(&run, "a", context);
		assert_int_equal(run.warning_count, n < 16 ? n : 16);
		for (size_t i = 0; i < run.warning_count; i++) {
			snprintf(word, sizeof(word), "warning %zu", i);
			assert_string_equal(run.warnings[i], word);
		}
		iop_run_free(&run);
	}
}

static void a_source_is_said_or_known(void **state)
{
	static const struct {
		const char *context, *source;
	} sources[] = {
		{"\"json_schema_version\": 1, \"iopath_version\": \"0\"", "iopath"},
		{"\"json_schema_version\": 1", "google-benchmark"},
		{"\"iopath_version\": \"0\"", "google-benchmark"},
		{"\"json_schema_version\": 1, \"iopath_version\": \"0\", \"source\": \"hyperfine\"", "hyperfine"},
		{"\"partial\": true, \"dirty\": true", "google-benchmark"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++) {
		struct iop_run run;

		read_context(&run, "a", sources[i].context);
		assert_string_equal(run.source, sources[i].source);
		assert_int_equal(run.partial && run.dirty, i == 4);
		assert_true(isnan(run.seconds) && run.kind == IOP_RUN_BENCH && run.exit_code == 0);
		iop_run_free(&run);
	}
}

static void what_it_is_decides_how_it_is_read(void **state)
{
	static const char newer[] = "written by a newer version, schema 2",
			  none[] = "JSON, but not a result: no list of benchmarks";
	static const struct {
		const char *text, *reason;
		enum iop_run_kind kind;
	} roots[] = {
		{"{\"json_schema_version\": 1, \"benchmarks\": []}", NULL, IOP_RUN_BENCH},
		{"{\"json_schema_version\": 2, \"benchmarks\": []}", newer, IOP_RUN_BENCH},
		{"{\"json_schema_version\": \"2\", \"benchmarks\": []}", NULL, IOP_RUN_BENCH},
		{"{\"context\": {\"json_schema_version\": 2}, \"benchmarks\": []}", newer, IOP_RUN_BENCH},
		{"{\"kind\": \"iopath-gate\", \"cells\": []}", NULL, IOP_RUN_GATE},
		{"{\"kind\": \"iopath-\", \"benchmarks\": []}", NULL, IOP_RUN_BENCH},
		{"{\"kind\": \"iopath-\", \"cells\": []}", none, IOP_RUN_GATE},
		{"{\"arch\": \"x\", \"copies\": []}", NULL, IOP_RUN_BASELINE},
		{"{\"results\": []}", "a file of hyperfine without results", IOP_RUN_BENCH},
		{"{}", none, IOP_RUN_BENCH},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
		struct iop_run run;

		if (roots[i].reason) {
			refused(roots[i].text, strlen(roots[i].text), -EBADMSG, roots[i].reason);
			continue;
		}
		assert_int_equal(iop_run_parse("a", roots[i].text, strlen(roots[i].text), &run, NULL), 0);
		assert_int_equal(run.kind, roots[i].kind);
		assert_string_equal(run.path, "a");
		iop_run_free(&run);
	}
}

/* JSON with words that are no numbers, as it is read; or NULL where it is none. */
static void what_is_no_number_is_empty(void **state)
{
	static const struct {
		const char *text, *as;
	} words[] = {
		{"[NaN,-NaN,nan,-nan,Infinity,-Infinity,inf,-inf]", "[\"\",\"\",\"\",\"\",\"\",\"\",\"\",\"\"]"},
		{"{\"a\":NaN,\"b\": NaN}", "{\"a\":\"\",\"b\":\"\"}"},
		{"[ \t\r\n NaN , NaN\t,NaN\r,NaN\n]", "[\"\",\"\",\"\",\"\"]"},
		{"[\"abc\",NaN,\"ab\",inf]", "[\"abc\",\"\",\"ab\",\"\"]"},
		{"[\"x:NaN,\\\",NaN\", \" NaN,\"]", "[\"x:NaN,\\\",NaN\",\" NaN,\"]"},
		{"[\"a\\\\\",NaN]", "[\"a\\\\\",\"\"]"},
		{"[1,[NaN],{\"b\":[-inf]},2]", "[1,[\"\"],{\"b\":[\"\"]},2]"},
		{"[NaNs]", NULL},
		{"[1,NaN1]", NULL},
		{"[1NaN]", NULL},
		{"[-I", NULL},
	};
	static const char *const cut[] = {"[NaN", "{\"a\": NaN", "[ ", "{\"a\":", "{\"a\": 1,", "[\"", "[NaN,NaN"};
	static const char hidden[] = "[[NaN\0]]", behind[] = "[1,\0NaN]";
	struct iop_run_error error;
	int err;

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		json_t *root = iop_run_json(words[i].text, strlen(words[i].text), &err, &error);
		char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

		assert_int_equal(err, words[i].as ? 0 : -EBADMSG);
		if (words[i].as)
			assert_string_equal(text, words[i].as);
		else
			assert_ptr_equal(strstr(error.reason, "not JSON: line 1: "), error.reason);
		free(text);
		json_decref(root);
	}
	for (size_t i = 0; i < sizeof(cut) / sizeof(cut[0]); i++)
		refused(cut[i], strlen(cut[i]), -EBADMSG, "truncated");
	refused("", 0, -EBADMSG, "empty");
	assert_null(iop_run_json(hidden, sizeof(hidden) - 1, &err, &error));
	assert_non_null(strstr(error.reason, "near 'NaN'"));
	assert_null(iop_run_json(behind, sizeof(behind) - 1, &err, &error));
	if (stored_guard_fill == 'x') {
		stored_guard_fill = ' ';
		what_is_no_number_is_empty(state);
		stored_guard_fill = 'x';
	}
}

static void put(char *at, const char *text)
{
	while (*text)
		*at++ = *text++;
}

static void what_is_too_large_is_refused(void **state)
{
	const size_t most = IOP_RUN_FILE_BYTES;
	struct iop_run_error error;
	char *text = calloc(1, most + 1);
	json_t *root;
	int err;

	(void)state;
	assert_non_null(text);
	memset(text, ' ', most + 1);
	/* Of both kinds; with their ends, for what is not refused. */
	text[0] = '[';
	for (size_t i = 1; i < IOP_RUN_CONTAINERS; i++)
		put(text + 3 * i - 2, i % 2 ? ",{}" : ",[]");
	text[1] = ' ';
	text[3 * IOP_RUN_CONTAINERS] = ']';
	root = iop_run_json(text, 3 * IOP_RUN_CONTAINERS + 1, &err, &error);
	assert_int_equal(json_array_size(root), IOP_RUN_CONTAINERS - 1);
	assert_int_equal(err, 0);
	json_decref(root);
	put(text + 3 * IOP_RUN_CONTAINERS - 2, ",{}");
	refused(text, 3 * IOP_RUN_CONTAINERS + 2, -EFBIG, "more than 200000 objects and arrays");
	refused(text, most, -EFBIG, "more than 200000 objects and arrays");
	refused(text, most + 1, -EFBIG, "larger than 16 MiB");
	free(text);
}

static void fails_to_read(const char *path, int why, const char *reason)
{
	struct iop_run_error error;
	struct iop_run run;

	assert_int_equal(iop_run_read(path, &run, &error), why);
	assert_string_equal(error.reason, reason);
	assert_null(run.memory);
}

static void files_are_read_whole_or_refused(void **state)
{
	static const char text[] = "{\"benchmarks\": [{\"name\": \"a/b/c/1\", \"real_time\": 2}]}";
	static const struct timespec then[2] = {{.tv_sec = 1000000000}, {.tv_sec = 1000000000}};
	static const char command[] = "{\"results\": [{\"command\": \"a\", \"mean\": 1}]}";
	struct iop_run_error error;
	struct iop_run run;
	int64_t changed;
	int stdin_at;
	size_t size;
	char *bytes;

	(void)state;
	make("a.json", text);
	assert_int_equal(utimensat(AT_FDCWD, "a.json", then, 0), 0);
	for (int how = AS_IT_IS; how <= LITTLE; how++) {
		reading = how;
		errno = EINTR;
		assert_int_equal(iop_run_slurp("a.json", &bytes, &size, &changed, &error), 0);
		assert_int_equal(size, sizeof(text) - 1);
		assert_memory_equal(bytes, text, size);
		assert_int_equal(changed, 1000000000);
		free(bytes);
	}
	/* Without standard input the first file is number 0. */
	stdin_at = dup(0);
	assert_true(stdin_at > 0 && !close(0));
	reading = AS_IT_IS;
	assert_int_equal(iop_run_slurp("a.json", &bytes, &size, &changed, &error), 0);
	free(bytes);
	assert_true(dup2(stdin_at, 0) == 0 && !close(stdin_at));
	reading = NOTHING;
	fails_to_read("a.json", -EAGAIN, "it shrank while it was read");
	reading = BROKEN;
	fails_to_read("a.json", -EIO, strerror(EIO));
	reading = AS_IT_IS;
	fails_to_read("none.json", -ENOENT, strerror(ENOENT));
	fails_to_read(".", -EBADMSG, "not a regular file");
	make("empty.json", "");
	fails_to_read("empty.json", -EBADMSG, "empty");
	make("large.json", "");
	assert_int_equal(truncate("large.json", IOP_RUN_FILE_BYTES), 0);
	assert_int_equal(iop_run_slurp("large.json", &bytes, &size, &changed, &error), 0);
	assert_int_equal(size, IOP_RUN_FILE_BYTES);
	free(bytes);
	assert_int_equal(truncate("large.json", IOP_RUN_FILE_BYTES + 1), 0);
	fails_to_read("large.json", -EFBIG, "larger than 16 MiB");
	/* Only hyperfine's files are of the time when they were written, unless they say one. */
	assert_int_equal(iop_run_read("a.json", &run, &error), 0);
	assert_int_equal(run.unix_time, 0);
	iop_run_free(&run);
	make("20260301T120000Z.json", command);
	make("command.json", command);
	assert_int_equal(utimensat(AT_FDCWD, "20260301T120000Z.json", then, 0), 0);
	assert_int_equal(utimensat(AT_FDCWD, "command.json", then, 0), 0);
	assert_int_equal(iop_run_read("20260301T120000Z.json", &run, &error), 0);
	assert_int_equal(run.unix_time, 1772366400);
	iop_run_free(&run);
	assert_int_equal(iop_run_read("command.json", &run, &error), 0);
	assert_string_equal(run.time, "2001-09-09T01:46:40Z");
	iop_run_free(&run);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_of_the_file_or_its_name), cmocka_unit_test(commits_are_digits),
		cmocka_unit_test(sixteen_warnings_are_kept),	     cmocka_unit_test(a_source_is_said_or_known),
		cmocka_unit_test(what_it_is_decides_how_it_is_read), cmocka_unit_test(what_is_no_number_is_empty),
		cmocka_unit_test(what_is_too_large_is_refused),	     IN_A_FOLDER(files_are_read_whole_or_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
