/* SPDX-License-Identifier: MIT */
/* One row of a file: of iopath bench, of Google Benchmark, of a gate. */
#include "reader_internal.h"

#include "accesses_json.h"
#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define NS_PER_S 1e9

double iop_run_positive(const json_t *row, const char *key, double unit)
{
	double value = iop_run_number(row, key) * unit;

	return value > 0 && isfinite(value) ? value : NAN;
}

static double not_negative(const json_t *row, const char *key)
{
	double value = iop_run_number(row, key);

	return value >= 0 ? value : NAN;
}

/* Nanoseconds in the row's unit; NaN for an unknown unit. */
double iop_run_time_unit(const json_t *row)
{
	static const struct {
		const char *name;
		double ns;
	} units[] = {{"ns", 1}, {"us", 1e3}, {"ms", 1e6}, {"s", 1e9}};
	const char *name = json_string_value(json_object_get(row, "time_unit"));

	for (size_t i = 0; i < sizeof(units) / sizeof(units[0]); i++)
		if (strcmp(name ? name : "ns", units[i].name) == 0)
			return units[i].ns;
	return NAN;
}

/* The times in an array, as many as are any; NULL: none. */
static double *read_list(struct iop_run *run, const json_t *list, size_t *count)
{
	size_t n = json_array_size(list);
	double *values;

	n = n < IOP_RUN_SAMPLES ? n : IOP_RUN_SAMPLES;
	values = n ? iop_run_room(run, n * sizeof(double)) : NULL;
	*count = 0;
	for (size_t i = 0; values && i < n; i++) {
		double value = json_number_value(json_array_get(list, i));

		if (value > 0 && isfinite(value))
			values[(*count)++] = value;
	}
	return values;
}

/* Quotients of numbers that a file chose may leave the range. */
static double or_nan(double value)
{
	return isfinite(value) ? value : NAN;
}

static double otherwise(double value, double instead)
{
	return isnan(value) ? instead : value;
}

/* Google Benchmark divides by the CPU's time unless a benchmark asks for another, which its name then says. */
static double time_of_rate(const struct iop_run_cell *cell)
{
	bool wall = isnan(cell->cpu_ns) || strstr(cell->name, "/real_time") || strstr(cell->name, "/manual_time");

	return wall ? cell->ns : cell->cpu_ns;
}

static void count_failures(struct iop_run *run, struct iop_run_cell *cell)
{
	char text[IOP_RUN_TEXT + 64];
	size_t all = cell->repetitions + cell->failed;

	cell->error = cell->failure;
	if (!cell->failed || all < 2)
		return;
	snprintf(text, sizeof(text), "%zu of %zu repetitions failed: %s", cell->failed, all, cell->failure);
	cell->error = iop_run_keep(run, text);
}

void iop_run_complete(struct iop_run *run, struct iop_run_cell *cell)
{
	if (cell->sample_count) {
		cell->low = otherwise(cell->low, iop_quantile(cell->samples, cell->sample_count, 0.25));
		cell->high = otherwise(cell->high, iop_quantile(cell->samples, cell->sample_count, 0.75));
		cell->min = otherwise(cell->min, iop_quantile(cell->samples, cell->sample_count, 0));
		cell->max = otherwise(cell->max, iop_quantile(cell->samples, cell->sample_count, 1));
	}
	if (isnan(cell->spread) && cell->sample_count > 1)
		cell->spread = or_nan((cell->high - cell->low) / cell->ns);
	if (!cell->bytes && cell->bytes_per_second > 0) {
		bool ours = strcmp(run->source, "iopath") == 0;
		double bytes = cell->bytes_per_second * (ours ? cell->ns : time_of_rate(cell)) / NS_PER_S;

		cell->bytes = bytes < 1e15 ? (uint64_t)llround(bytes) : 0;
	}
	if (!cell->repetitions && !cell->aggregated && !isnan(cell->ns))
		cell->repetitions = cell->sample_count ? cell->sample_count : 1;
	count_failures(run, cell);
}

/* An interval over processes says more than quartiles within one. */
static void read_launches(struct iop_run *run, struct iop_run_cell *cell, const json_t *row)
{
	const json_t *interval = json_object_get(row, "interval");
	double low = json_number_value(json_array_get(interval, 0)), high = json_number_value(json_array_get(interval, 1));

	cell->launch_ns = read_list(run, json_object_get(row, "launches"), &cell->launches);
	cell->interval = cell->launches > 1 && low > 0 && high >= low && isfinite(high);
	if (cell->interval) {
		cell->low = low;
		cell->high = high;
		cell->coverage = not_negative(row, "interval_coverage");
	}
}

/* Why the row has no time, or NULL. */
static const char *no_time(struct iop_run *run, const json_t *row)
{
	const char *error = iop_run_text(run, row, "error_message"), *skipped = iop_run_text(run, row, "skip_message");

	if (json_is_true(json_object_get(row, "error_occurred")))
		return *error ? error : "failed";
	if (json_is_true(json_object_get(row, "skipped")))
		return *skipped ? skipped : "skipped";
	if (isnan(iop_run_time_unit(row)))
		return "its unit of time is unknown";
	return isnan(iop_run_positive(row, "real_time", iop_run_time_unit(row))) ? "the file has no time above zero" : NULL;
}

static size_t count_of(const json_t *row, const char *key)
{
	double value = not_negative(row, key);

	return value < 1e9 ? (size_t)value : 0;
}

void iop_run_read_times(struct iop_run *run, struct iop_run_cell *cell, const json_t *row)
{
	const char *measures = iop_run_text(run, row, "measures"), *why = no_time(run, row);
	double unit = iop_run_time_unit(row), bytes = not_negative(row, "bytes");

	cell->latency = strcmp(measures, "latency") == 0;
	cell->bytes = bytes < 1e15 ? (uint64_t)bytes : 0;
	cell->failed = count_of(row, "repetitions_failed");
	if (why) {
		cell->failure = why;
		return;
	}
	cell->ns = iop_run_positive(row, "real_time", unit);
	cell->failure = cell->failed ? iop_run_text(run, row, "error_message") : "";
	cell->aggregated = json_is_true(json_object_get(row, "aggregated"));
	if (cell->aggregated)
		cell->repetitions = count_of(row, "repetitions");
	cell->cpu_ns = iop_run_positive(row, "cpu_time", unit);
	cell->low = iop_run_positive(row, "real_time_p25", unit);
	cell->high = iop_run_positive(row, "real_time_p75", unit);
	cell->min = iop_run_positive(row, "real_time_min", unit);
	cell->max = iop_run_positive(row, "real_time_max", unit);
	cell->spread = not_negative(row, "spread");
	cell->bytes_per_second = iop_run_positive(row, "bytes_per_second", 1);
	cell->bytes_per_cycle = iop_run_positive(row, "bytes_per_cycle", 1);
	cell->cycles_per_op = iop_run_positive(row, "cycles_per_op", 1);
	cell->speed = iop_run_positive(row, "speed_vs_baseline", 1);
	cell->speed_low = iop_run_positive(row, "speed_vs_baseline_min", 1);
	cell->speed_high = iop_run_positive(row, "speed_vs_baseline_max", 1);
	cell->instructions = not_negative(row, "instructions");
	cell->accesses = not_negative(row, "accesses");
	iop_accesses_read(&cell->device, row);
	cell->iterations = not_negative(row, "iterations") < 1e15 ? (uint64_t)not_negative(row, "iterations") : 0;
	read_launches(run, cell, row);
	cell->samples = read_list(run, json_object_get(row, "samples_ns"), &cell->sample_count);
	cell->cpu_samples = read_list(run, json_object_get(row, "cpu_samples_ns"), &cell->cpu_count);
}

int iop_run_make_room(struct iop_run *run, size_t n, struct iop_run_error *error)
{
	if (n > IOP_RUN_CELLS)
		return iop_run_refuse(error, -EFBIG, "more than %u rows", IOP_RUN_CELLS);
	if (!n)
		return 0;
	run->cells = iop_run_room(run, n * sizeof(*run->cells));
	return run->cells ? 0 : iop_run_refuse(error, -ENOMEM, "out of memory");
}

static void read_gate_cell(struct iop_run *run, struct iop_run_cell *cell, const json_t *row, const char *name)
{
	iop_run_cell_init(run, cell, row, name);
	cell->error = cell->failure = iop_run_text(run, row, "error");
	cell->control = strcmp(cell->role, "cell") != 0;
	cell->ns = iop_run_positive(row, "base_ns", 1);
	cell->change = iop_run_number(row, "change");
	cell->change_low = iop_run_number(row, "change_low");
	cell->change_high = iop_run_number(row, "change_high");
	cell->resolution = iop_run_number(row, "resolution");
	cell->p = iop_run_number(row, "p");
	cell->side_instructions[IOP_RUN_BASE] = not_negative(row, "instructions_base");
	cell->side_instructions[IOP_RUN_CANDIDATE] = not_negative(row, "instructions_candidate");
	cell->side_accesses[IOP_RUN_BASE] = not_negative(row, "accesses_base");
	cell->side_accesses[IOP_RUN_CANDIDATE] = not_negative(row, "accesses_candidate");
	cell->instructions = cell->side_instructions[IOP_RUN_CANDIDATE];
	cell->accesses = cell->side_accesses[IOP_RUN_CANDIDATE];
}

int iop_run_read_gate(struct iop_run *run, const json_t *root, struct iop_run_error *error)
{
	const json_t *rows = json_object_get(root, "cells");
	double code = iop_run_number(root, "exit");
	json_t *seen = json_object();
	int err = iop_run_make_room(run, json_array_size(rows), error);

	run->kind = IOP_RUN_GATE;
	run->source = "gate";
	run->partial = json_is_true(json_object_get(root, "partial"));
	run->exit_code = code >= 0 && code <= 255 ? (int)code : 2;
	run->seconds = not_negative(root, "seconds");
	run->unfit = iop_run_text(run, root, "unfit");
	run->base = iop_run_text(run, root, "base");
	run->candidate = iop_run_text(run, root, "candidate");
	for (size_t i = 0; !err && i < json_array_size(rows); i++) {
		const json_t *row = json_array_get(rows, i);
		const char *name = iop_run_keep_name(run, json_string_value(json_object_get(row, "name")));
		char brief[IOP_RUN_BRIEF];

		iop_run_brief(brief, name);
		if (!*name || json_object_get(seen, name))
			err = iop_run_refuse(error, -EBADMSG, *name ? "two rows for the cell %s" : "a row without a name%s", brief);
		else if (json_object_set_new(seen, name, json_true()))
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
		else
			read_gate_cell(run, &run->cells[run->count++], row, name);
	}
	json_decref(seen);
	return err;
}
