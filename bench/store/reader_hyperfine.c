/* SPDX-License-Identifier: MIT */
/*
 * Results of hyperfine --export-json: a command and its parameters become the cell command/process/COMMAND/0[/KEY=VALUE...].
 *
 * The name holds the command as hyperfine has it, so that different commands have different names: only the characters that
 * separate the parts of a name, and those that a terminal would obey, are written as in a URL (%2F). Parameters are part of it
 * wherever the file has them, whatever else it holds, since the same command must be called the same in every file.
 */
#include "reader_internal.h"

#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1e9

/* @text in @out, with what @also holds, '/', '%' and controls as %XX. */
static void put(FILE *out, const char *text, const char *also)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < ' ' || c == 0x7f || strchr("/%", c) || strchr(also, c))
			fprintf(out, "%%%02X", c);
		else
			fputc(c, out);
	}
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static void put_parameter(FILE *out, const char *key, const json_t *value)
{
	fputc('/', out);
	put(out, key, "=");
	fputc('=', out);
	if (json_is_string(value))
		put(out, json_string_value(value), "");
	else
		json_dumpf(value, out, JSON_ENCODE_ANY | JSON_COMPACT);
}

/* In the order of their names: that of a file means nothing. */
static void put_parameters(FILE *out, const json_t *parameters)
{
	size_t n = json_object_size(parameters), i = 0;
	const char **key = malloc((n + 1) * sizeof(*key)), *name;
	json_t *value;

	json_object_foreach((json_t *)(uintptr_t)parameters, name, value)
	{
		if (key)
			key[i++] = name;
	}
	if (key)
		qsort(key, n, sizeof(*key), by_text);
	for (i = 0; key && i < n; i++)
		put_parameter(out, key[i], json_object_get(parameters, key[i]));
	free(key);
}

/* To be freed; NULL when out of memory. */
static char *name_of(const json_t *result)
{
	const char *command = json_string_value(json_object_get(result, "command"));
	const json_t *before_1_11 = json_object_get(result, "parameter");
	char *name = NULL;
	size_t size;
	FILE *out = open_memstream(&name, &size);

	if (!out)
		return NULL;
	fputs("command/process/", out);
	put(out, command ? command : "", "");
	fputs("/0", out);
	put_parameters(out, json_object_get(result, "parameters"));
	if (before_1_11 && !json_is_null(before_1_11))
		put_parameter(out, "parameter", before_1_11);
	if (!fclose(out))
		return name;
	free(name);
	return NULL;
}

/* How run @i of the command ended, in @why; NULL where it succeeded, or where old versions do not say. */
static const char *failure(const json_t *result, size_t i, char why[64])
{
	const json_t *codes = json_object_get(result, "exit_codes"), *code = json_array_get(codes, i);

	if (!code || (json_is_integer(code) && !json_integer_value(code)))
		return NULL;
	if (json_is_integer(code))
		snprintf(why, 64, "exit code %" JSON_INTEGER_FORMAT, json_integer_value(code));
	else
		snprintf(why, 64, "ended by a signal");
	return why;
}

/* Times of runs that failed measure a failure, and are left out. */
static void read_runs(struct iop_run *run, struct iop_run_cell *cell, const json_t *result)
{
	const json_t *times = json_object_get(result, "times");
	size_t codes = json_array_size(json_object_get(result, "exit_codes")), n = json_array_size(times);
	struct iop_run_list good = {0};
	char text[64];

	for (size_t i = 0; i < (n > codes ? n : codes); i++) {
		const char *why = failure(result, i, text);
		double ns = json_number_value(json_array_get(times, i)) * NS_PER_S;

		if (!why && i < n && !(ns > 0 && isfinite(ns)))
			why = "no time above zero";
		if (!why) {
			iop_run_push(run, &good, i < n ? ns : NAN);
			continue;
		}
		cell->failed++;
		cell->failure = *cell->failure ? cell->failure : iop_run_keep(run, why);
	}
	cell->samples = good.at;
	cell->sample_count = good.count;
}

static void read_command(struct iop_run *run, struct iop_run_cell *cell, const json_t *result)
{
	double cpu = iop_run_number(result, "user") + iop_run_number(result, "system");

	read_runs(run, cell, result);
	if (cell->sample_count)
		cell->ns = iop_quantile(cell->samples, cell->sample_count, 0.5);
	else if (!cell->failed)
		cell->ns = iop_run_positive(result, json_object_get(result, "median") ? "median" : "mean", NS_PER_S);
	if (isnan(cell->ns) && !cell->failed)
		cell->failure = "no time above zero";
	/* A mean over all runs, and of nothing else where some failed. */
	if (!isnan(cell->ns) && !cell->failed && cpu > 0)
		cell->cpu_ns = cpu * NS_PER_S;
	cell->aggregated = !isnan(cell->ns) && !cell->sample_count;
	iop_run_complete(run, cell);
}

/* @seen: names, and the places of their results. */
static int add(struct iop_run *run, const json_t *result, const char *name, json_t *seen, size_t place, struct iop_run_error *error)
{
	const json_t *before = json_object_get(seen, name);
	struct iop_run_cell *cell = &run->cells[run->count];
	char brief[IOP_RUN_BRIEF];

	iop_run_brief(brief, name);
	if (before)
		return iop_run_refuse(error, -EBADMSG,
				      "results %" JSON_INTEGER_FORMAT " and %zu have one name, %s: name them with -n",
				      json_integer_value(before), place, brief);
	if (json_object_set_new(seen, name, json_integer((json_int_t)place)))
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	iop_run_cell_init(run, cell, NULL, iop_run_keep_name(run, name));
	read_command(run, cell, result);
	run->count++;
	return 0;
}

int iop_run_read_commands(struct iop_run *run, const json_t *results, struct iop_run_error *error)
{
	int err = iop_run_make_room(run, json_array_size(results), error);
	json_t *seen = json_object();

	run->kind = IOP_RUN_BENCH;
	run->source = "hyperfine";
	if (!err && !json_array_size(results))
		err = iop_run_refuse(error, -EBADMSG, "a file of hyperfine without results");
	if (!err && !seen)
		err = iop_run_refuse(error, -ENOMEM, "out of memory");
	for (size_t i = 0; i < json_array_size(results) && !err; i++) {
		const json_t *result = json_array_get(results, i);
		char *name = name_of(result);

		if (!json_string_length(json_object_get(result, "command")))
			err = iop_run_refuse(error, -EBADMSG, "result %zu of hyperfine names no command", i + 1);
		else if (!name)
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
		else
			err = add(run, result, name, seen, i + 1, error);
		free(name);
	}
	json_decref(seen);
	return err ? err : iop_run_check_names(run, error);
}
