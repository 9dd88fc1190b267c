/* SPDX-License-Identifier: MIT */
/* A file becomes a run or a reason. */
#include "reader_internal.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define WARNINGS      16
#define LONGEST_EPOCH 253402300799 /* the last second of the year 9999 */

static void set_time(struct iop_run *run, struct tm *tm, long offset)
{
	char text[32];
	time_t when = timegm(tm) - offset;
	struct tm utc;

	if (when <= 0 || when > (time_t)LONGEST_EPOCH || !gmtime_r(&when, &utc))
		return;
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%SZ", &utc);
	run->unix_time = when;
	run->time = iop_run_keep(run, text);
}

/* The file's own date; else the name that iopath bench gives a file, <time>-<commit>.json. */
static void find_time(struct iop_run *run, const json_t *context, const char *path)
{
	const char *date = json_string_value(json_object_get(context, "date"));
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path, *end;
	struct tm tm = {0};

	if (date && (end = strptime(date, "%Y-%m-%dT%H:%M:%S%z", &tm)) && !*end)
		set_time(run, &tm, tm.tm_gmtoff);
	else if (date && (end = strptime(date, "%Y-%m-%dT%H:%M:%SZ", memset(&tm, 0, sizeof(tm)))) && !*end)
		set_time(run, &tm, 0);
	else if (date && (end = strptime(date, "%Y-%m-%d %H:%M:%S", memset(&tm, 0, sizeof(tm)))) && !*end)
		set_time(run, &tm, 0); /* of Google Benchmark before 1.5.2, which does not say its time zone */
	else if (strptime(name, "%Y%m%dT%H%M%SZ", memset(&tm, 0, sizeof(tm))))
		set_time(run, &tm, 0);
}

static const char *commit_of(struct iop_run *run, const json_t *context)
{
	const char *text = iop_run_text(run, context, "commit");
	size_t digits = strspn(text, "0123456789abcdef");

	return digits >= 7 && digits <= 64 && !text[digits] ? text : "";
}

static void read_warnings(struct iop_run *run, const json_t *warnings)
{
	size_t n = json_array_size(warnings);

	n = n < WARNINGS ? n : WARNINGS;
	run->warnings = iop_run_room(run, n * sizeof(*run->warnings));
	for (size_t i = 0; run->warnings && i < n; i++)
		run->warnings[run->warning_count++] = iop_run_keep(run, json_string_value(json_array_get(warnings, i)));
}

static void read_context(struct iop_run *run, const json_t *context, const char *path)
{
	bool ours = json_object_get(context, "json_schema_version") && json_object_get(context, "iopath_version");

	find_time(run, context, path);
	run->commit = commit_of(run, context);
	run->dirty = json_is_true(json_object_get(context, "dirty"));
	run->partial = json_is_true(json_object_get(context, "partial"));
	run->arch = iop_run_text(run, context, "arch");
	run->cpu = iop_run_text(run, context, "cpu_model");
	run->compiler = iop_run_text(run, context, "compiler");
	run->flags = iop_run_text(run, context, "compiler_flags");
	run->kernel = iop_run_text(run, context, "kernel");
	run->hypervisor = iop_run_text(run, context, "hypervisor");
	run->governor = iop_run_text(run, context, "governor");
	run->smt = iop_run_text(run, context, "smt");
	run->turbo = iop_run_text(run, context, "turbo");
	run->microcode = iop_run_text(run, context, "microcode");
	run->host = iop_run_text(run, context, "host_name");
	run->command = iop_run_text(run, context, "command");
	run->version = iop_run_text(run, context, "iopath_version");
	run->emulator = iop_run_text(run, context, "emulator");
	run->clock = iop_run_text(run, context, "clock");
	run->source = iop_run_text(run, context, "source");
	if (!*run->source)
		run->source = ours ? "iopath" : "google-benchmark";
	run->cycles_per_ns = iop_run_number(context, "cycles_per_ns");
	run->empty_ns = iop_run_number(context, "empty_batch_ns");
	run->load_before = iop_run_number(context, "load_before");
	run->load_after = iop_run_number(context, "load_after");
	run->steal_percent = iop_run_number(context, "steal_percent");
	read_warnings(run, json_object_get(context, "warnings"));
	iop_run_read_modules(run, json_object_get(context, "modules"));
}

/* A parser's tree costs far more than the text: what opens too often is refused before it is built. */
static bool too_many_containers(const char *text, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += text[i] == '{' || text[i] == '[';
	return n > IOP_RUN_CONTAINERS;
}

static int read_root(struct iop_run *run, const json_t *root, struct iop_run_error *error)
{
	const char *kind = json_string_value(json_object_get(root, "kind"));
	const json_t *version = json_object_get(root, "json_schema_version");

	if (!version)
		version = json_object_get(json_object_get(root, "context"), "json_schema_version");
	if (json_is_integer(version) && json_integer_value(version) > 1)
		return iop_run_refuse(error, -EBADMSG, "written by a newer version, schema %" JSON_INTEGER_FORMAT,
				      json_integer_value(version));
	read_context(run, json_object_get(root, "context"), run->path);
	if (kind && strcmp(kind, "iopath-gate") == 0)
		return iop_run_read_gate(run, root, error);
	if (json_is_array(json_object_get(root, "benchmarks")))
		return iop_run_read_rows(run, json_object_get(root, "benchmarks"), error);
	if (json_is_array(json_object_get(root, "copies")))
		return iop_run_read_baseline(run, root, error);
	if (json_is_array(json_object_get(root, "results")))
		return iop_run_read_commands(run, json_object_get(root, "results"), error);
	return iop_run_refuse(error, -EBADMSG, "JSON, but not a result: no list of benchmarks");
}

/* Blanks the word at @i, if there is one of them; returns where to read on. */
static size_t blank_word(char *text, size_t size, size_t i, const char *const *word, size_t words)
{
	while (i < size && text[i] && strchr(" \t\r\n", text[i]))
		i++;
	for (size_t w = 0; w < words; w++) {
		size_t n = strlen(word[w]);

		if (size - i < n || memcmp(text + i, word[w], n) != 0)
			continue;
		/* A longer word is something else. */
		if (size - i > n && (!text[i + n] || !strchr(",]} \t\r\n", text[i + n])))
			continue;
		memset(text + i, ' ', n);
		text[i] = text[i + 1] = '"';
		return i + n;
	}
	return i;
}

/*
 * Google Benchmark writes numbers that are none as NaN, Infinity and -Infinity, before 1.5.0 as nan and inf, which no parser of JSON
 * that Debian has and that builds our tree takes. They become empty text of the same length: a number that the file does not say,
 * and places in messages stay right.
 */
static void blank_not_finite(char *text, size_t size)
{
	static const char *const word[] = {"-Infinity", "Infinity", "-inf", "inf", "-NaN", "NaN", "-nan", "nan"};
	bool quoted = false;

	for (size_t i = 0; i < size; i++) {
		if (quoted && text[i] == '\\')
			i++;
		else if (text[i] == '"')
			quoted = !quoted;
		else if (!quoted && strchr(":[,", text[i]) && text[i])
			i = blank_word(text, size, i + 1, word, sizeof(word) / sizeof(word[0])) - 1;
	}
}

json_t *iop_run_json(const char *text, size_t size, int *err, struct iop_run_error *error)
{
	json_error_t where;
	json_t *root;
	char *copy;

	*err = -EFBIG;
	if (size > IOP_RUN_FILE_BYTES)
		return iop_run_refuse(error, 0, "larger than %u MiB", IOP_RUN_FILE_BYTES >> 20), NULL;
	if (too_many_containers(text, size))
		return iop_run_refuse(error, 0, "more than %u objects and arrays", IOP_RUN_CONTAINERS), NULL;
	*err = -EBADMSG;
	copy = malloc(size + 1);
	if (!copy) {
		*err = -ENOMEM;
		return iop_run_refuse(error, 0, "out of memory"), NULL;
	}
	if (size)
		memcpy(copy, text, size);
	blank_not_finite(copy, size);
	root = json_loadb(copy, size, JSON_REJECT_DUPLICATES, &where);
	free(copy);
	if (root)
		*err = 0;
	else if (json_error_code(&where) == json_error_premature_end_of_input)
		iop_run_refuse(error, 0, "%s", size ? "truncated" : "empty");
	else
		iop_run_refuse(error, 0, "not JSON: line %d: %s", where.line, where.text);
	return root;
}

int iop_run_parse(const char *path, const char *text, size_t size, struct iop_run *run, struct iop_run_error *error)
{
	json_t *root;
	int err;

	memset(run, 0, sizeof(*run));
	root = iop_run_json(text, size, &err, error);
	if (!root)
		return err;
	if (iop_run_begin(run)) {
		json_decref(root);
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	}
	run->path = iop_run_keep(run, path);
	run->time = run->base = run->candidate = run->unfit = run->estimator = "";
	for (size_t i = 0; i < IOP_RUN_BARRIERS; i++)
		run->barriers[i] = "";
	run->seconds = NAN;
	err = read_root(run, root, error);
	json_decref(root);
	if (!err && iop_run_out_of_memory(run))
		err = iop_run_refuse(error, -ENOMEM, "out of memory");
	if (err)
		iop_run_free(run);
	return err;
}

static int read_all(int fd, char *text, size_t size)
{
	size_t have = 0;

	while (have < size) {
		ssize_t n = read(fd, text + have, size - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return -errno;
		if (!n)
			return -EAGAIN;
		have += (size_t)n;
	}
	return 0;
}

int iop_run_slurp(const char *path, char **text, size_t *size, int64_t *changed, struct iop_run_error *error)
{
	/* Opening a pipe or a terminal must not wait for anybody, nor take one over. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY), err = 0;
	struct stat st;

	*text = NULL;
	*size = 0;
	*changed = 0;
	if (fd < 0) {
		err = -errno;
		return iop_run_refuse(error, err, "%s", strerror(-err));
	}
	if (fstat(fd, &st)) {
		err = -errno;
		iop_run_refuse(error, err, "%s", strerror(-err));
	} else if (!S_ISREG(st.st_mode)) {
		err = iop_run_refuse(error, -EBADMSG, "not a regular file");
	} else if (st.st_size > (off_t)IOP_RUN_FILE_BYTES) {
		err = iop_run_refuse(error, -EFBIG, "larger than %u MiB", IOP_RUN_FILE_BYTES >> 20);
	} else {
		*size = (size_t)st.st_size;
		*changed = st.st_mtime;
		*text = malloc(*size + 1);
		if (!*text)
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
	}
	if (!err) {
		err = read_all(fd, *text, *size);
		if (err)
			iop_run_refuse(error, err, "%s", err == -EAGAIN ? "it shrank while it was read" : strerror(-err));
	}
	if (err) {
		free(*text);
		*text = NULL;
	}
	close(fd);
	return err;
}

/* hyperfine does not say when it measured. */
static void set_written(struct iop_run *run, int64_t changed)
{
	time_t seconds = (time_t)changed;
	struct tm utc;

	if (gmtime_r(&seconds, &utc))
		set_time(run, &utc, 0);
}

int iop_run_read(const char *path, struct iop_run *run, struct iop_run_error *error)
{
	int64_t changed;
	size_t size;
	char *text;
	int err = iop_run_slurp(path, &text, &size, &changed, error);

	memset(run, 0, sizeof(*run));
	if (!err)
		err = iop_run_parse(path, text, size, run, error);
	if (!err && !run->unix_time && strcmp(run->source, "hyperfine") == 0)
		set_written(run, changed);
	free(text);
	return err;
}
