/* SPDX-License-Identifier: MIT */
#include "import.h"

#include "export.h"
#include "reader_internal.h"
#include "result.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define NAME_BYTES 120
#define NS_PER_S   1e9

/* A command line as a part of a cell's name: letters, digits and what names use; everything else is a hyphen. */
static void part(char *out, size_t size, const char *text)
{
	size_t n = 0;

	for (; *text && n + 1 < size; text++) {
		if (isalnum((unsigned char)*text) || strchr("._=", *text))
			out[n++] = *text;
		else if (n && out[n - 1] != '-')
			out[n++] = '-';
	}
	while (n && out[n - 1] == '-')
		n--;
	out[n] = '\0';
}

static void name_of(char name[2 * NAME_BYTES], const json_t *result, size_t index)
{
	const char *command = json_string_value(json_object_get(result, "command"));
	char text[NAME_BYTES];

	part(text, sizeof(text), command ? command : "");
	if (*text)
		snprintf(name, 2 * NAME_BYTES, "command/process/%s/0", text);
	else
		snprintf(name, 2 * NAME_BYTES, "command/process/command-%zu/0", index + 1);
}

/* The first code that is not 0; runs that hyperfine was told to ignore measured a failure. */
static int failure(const json_t *result)
{
	const json_t *codes = json_object_get(result, "exit_codes");

	for (size_t i = 0; i < json_array_size(codes); i++) {
		const json_t *code = json_array_get(codes, i);

		if (!json_is_integer(code) || json_integer_value(code))
			return json_is_integer(code) ? (int)json_integer_value(code) : -1;
	}
	return 0;
}

static json_t *nanoseconds(const json_t *times)
{
	json_t *array = json_array();

	for (size_t i = 0; i < json_array_size(times) && i < IOP_RUN_SAMPLES; i++) {
		double seconds = json_number_value(json_array_get(times, i));

		if (seconds > 0)
			json_array_append_new(array, json_real(seconds * NS_PER_S));
	}
	return array;
}

static json_t *command_row(const json_t *result, const char *name, const char *baseline)
{
	double median = iop_run_number(result, "median"), user = iop_run_number(result, "user");
	double system = iop_run_number(result, "system");
	json_t *o = json_object();
	int code = failure(result);
	char why[64];

	if (isnan(median))
		median = iop_run_number(result, "mean");
	json_object_set_new(o, "name", json_string(name));
	json_object_set_new(o, "run_type", json_string("iteration"));
	json_object_set_new(o, "time_unit", json_string("ns"));
	if (code || !(median > 0)) {
		snprintf(why, sizeof(why), code ? "the command failed with %d" : "no time above zero", code);
		json_object_set_new(o, "error_occurred", json_true());
		json_object_set_new(o, "error_message", json_string(why));
		return o;
	}
	json_object_set_new(o, "real_time", json_real(median * NS_PER_S));
	if (user + system >= 0)
		json_object_set_new(o, "cpu_time", json_real((user + system) * NS_PER_S));
	if (baseline && strcmp(baseline, name) != 0)
		json_object_set_new(o, "baseline", json_string(baseline));
	json_object_set_new(o, "samples_ns", nanoseconds(json_object_get(result, "times")));
	return o;
}

static int command_rows(json_t *rows, const json_t *results, bool relative, struct iop_run_error *error)
{
	char first[2 * NAME_BYTES] = "";
	json_t *seen = json_object();
	int err = 0;

	if (json_array_size(results) > IOP_RUN_CELLS)
		err = iop_run_refuse(error, -EFBIG, "more than %u commands", IOP_RUN_CELLS);
	for (size_t i = 0; !err && i < json_array_size(results); i++) {
		const json_t *result = json_array_get(results, i);
		char name[2 * NAME_BYTES], unique[2 * NAME_BYTES + 32];
		size_t n = 1;

		name_of(name, result, i);
		snprintf(unique, sizeof(unique), "%s", name);
		while (json_object_get(seen, unique))
			snprintf(unique, sizeof(unique), "%s/n=%zu", name, ++n);
		if (json_object_set_new(seen, unique, json_true()))
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
		if (!i)
			snprintf(first, sizeof(first), "%s", name);
		json_array_append_new(rows, command_row(result, unique, relative ? first : NULL));
	}
	json_decref(seen);
	return err;
}

static void set_text(json_t *object, const char *key, const char *text)
{
	char clean[IOP_RUN_TEXT + 1];

	iop_printable(clean, sizeof(clean), text);
	if (*clean)
		json_object_set_new(object, key, json_string(clean));
}

static json_t *context_json(const struct iop_import_context *context, const char *source, int64_t when)
{
	json_t *o = json_object();
	time_t seconds = (time_t)when;
	char date[32];
	struct tm utc;

	if (gmtime_r(&seconds, &utc) && strftime(date, sizeof(date), "%Y-%m-%dT%H:%M:%SZ", &utc))
		set_text(o, "date", date);
	set_text(o, "source", source);
	set_text(o, "commit", context->commit);
	set_text(o, "arch", context->arch);
	set_text(o, "cpu_model", context->cpu);
	set_text(o, "host_name", context->host);
	set_text(o, "kernel", context->kernel);
	return o;
}

/* Written in the stored shape, and read back: a file that cannot be read again is not stored. */
static int finish(const char *path, const struct iop_run *from, char **text, struct iop_run *run, struct iop_run_error *error)
{
	int err;

	*text = iop_export_gbench(from);
	if (!*text)
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	err = iop_run_parse(path, *text, strlen(*text), run, error);
	if (err) {
		free(*text);
		*text = NULL;
	}
	return err;
}

int iop_import_hyperfine(const char *path, const struct iop_import_context *context, char **text, struct iop_run *run,
			 struct iop_run_error *error)
{
	json_t *root, *results, *rows, *document = NULL;
	struct iop_run read;
	char *source, *built = NULL;
	int64_t changed;
	size_t size;
	int err = iop_run_slurp(path, &source, &size, &changed, error);

	*text = NULL;
	if (err)
		return err;
	root = iop_run_json(source, size, &err, error);
	free(source);
	results = json_object_get(root, "results");
	rows = json_array();
	if (!err && !json_array_size(results))
		err = iop_run_refuse(error, -EBADMSG, "not a file of hyperfine: no list of results");
	if (!err)
		err = command_rows(rows, results, context->relative, error);
	if (!err) {
		document = json_pack("{s:o, s:O}", "context", context_json(context, "hyperfine", changed), "benchmarks", rows);
		built = document ? json_dumps(document, 0) : NULL;
		if (!built)
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
	}
	if (!err && built)
		err = iop_run_parse(path, built, strlen(built), &read, error);
	if (!err) {
		err = finish(path, &read, text, run, error);
		iop_run_free(&read);
	}
	free(built);
	json_decref(document);
	json_decref(rows);
	json_decref(root);
	return err;
}

int iop_import_gbench(const char *path, const struct iop_import_context *context, char **text, struct iop_run *run,
		      struct iop_run_error *error)
{
	struct iop_run read;
	int err = iop_run_read(path, &read, error);

	*text = NULL;
	if (err)
		return err;
	if (read.kind != IOP_RUN_BENCH || !read.count)
		err = iop_run_refuse(error, -EBADMSG, read.count ? "a verdict of the gate, not a run" : "it has no rows");
	if (*context->commit)
		read.commit = iop_run_keep(&read, context->commit);
	if (*context->arch)
		read.arch = iop_run_keep(&read, context->arch);
	if (*context->cpu)
		read.cpu = iop_run_keep(&read, context->cpu);
	if (!err)
		err = finish(path, &read, text, run, error);
	iop_run_free(&read);
	return err;
}
