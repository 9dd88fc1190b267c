/* SPDX-License-Identifier: MIT */
/* The rows of a file: of iopath bench, of Google Benchmark, of a gate. */
#include "reader_internal.h"

#include "accesses_json.h"
#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NS_PER_S 1e9

static double positive(const json_t *row, const char *key, double unit)
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
static double unit_of(const json_t *row)
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

/* Values that the file leaves out, from the samples. */
static void complete(struct iop_run_cell *cell)
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
		double bytes = cell->bytes_per_second * cell->ns / NS_PER_S;

		cell->bytes = bytes < 1e15 ? (uint64_t)llround(bytes) : 0;
	}
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

static void read_times(struct iop_run *run, struct iop_run_cell *cell, const json_t *row)
{
	const char *error = iop_run_text(run, row, "error_message"), *measures = iop_run_text(run, row, "measures");
	double unit = unit_of(row), bytes = not_negative(row, "bytes");

	cell->latency = strcmp(measures, "latency") == 0;
	cell->bytes = bytes < 1e15 ? (uint64_t)bytes : 0;
	if (json_is_true(json_object_get(row, "error_occurred"))) {
		cell->error = *error ? error : "failed";
		return;
	}
	cell->ns = positive(row, "real_time", unit);
	if (isnan(cell->ns)) {
		cell->error = isnan(unit) ? "its unit of time is unknown" : "the file has no time above zero";
		return;
	}
	cell->cpu_ns = positive(row, "cpu_time", unit);
	cell->low = positive(row, "real_time_p25", unit);
	cell->high = positive(row, "real_time_p75", unit);
	cell->min = positive(row, "real_time_min", unit);
	cell->max = positive(row, "real_time_max", unit);
	cell->spread = not_negative(row, "spread");
	cell->bytes_per_second = positive(row, "bytes_per_second", 1);
	cell->bytes_per_cycle = positive(row, "bytes_per_cycle", 1);
	cell->cycles_per_op = positive(row, "cycles_per_op", 1);
	cell->speed = positive(row, "speed_vs_baseline", 1);
	cell->speed_low = positive(row, "speed_vs_baseline_min", 1);
	cell->speed_high = positive(row, "speed_vs_baseline_max", 1);
	cell->instructions = not_negative(row, "instructions");
	cell->accesses = not_negative(row, "accesses");
	iop_accesses_read(&cell->device, row);
	cell->iterations = not_negative(row, "iterations") < 1e15 ? (uint64_t)not_negative(row, "iterations") : 0;
	read_launches(run, cell, row);
	cell->samples = read_list(run, json_object_get(row, "samples_ns"), &cell->sample_count);
	complete(cell);
}

/* Another repetition of a cell, as Google Benchmark writes them: its time joins the samples. */
static void join(struct iop_run *run, struct iop_run_cell *cell, const json_t *row)
{
	double ns = positive(row, "real_time", unit_of(row));
	size_t n = cell->sample_count;

	if (isnan(ns) || isnan(cell->ns) || n >= IOP_RUN_SAMPLES)
		return;
	/* Room doubles, so that repetitions cost their number and not its square. */
	if (!(n & (n - 1))) {
		double *more = iop_run_room(run, (n ? 2 * n : 2) * sizeof(double));

		if (!more)
			return;
		if (n)
			memcpy(more, cell->samples, n * sizeof(double));
		else
			more[cell->sample_count++] = cell->ns;
		cell->samples = more;
	}
	cell->samples[cell->sample_count++] = ns;
}

static void finish_joined(struct iop_run_cell *cell)
{
	double slower;

	if (!cell->sample_count)
		return;
	slower = cell->ns / iop_quantile(cell->samples, cell->sample_count, 0.5);
	cell->ns = iop_quantile(cell->samples, cell->sample_count, 0.5);
	cell->bytes_per_second = or_nan(cell->bytes_per_second * slower);
	cell->low = cell->high = cell->min = cell->max = cell->spread = NAN;
	complete(cell);
}

/* One entry of "benchmarks". @seen maps names to places in run->cells. */
static int read_row(struct iop_run *run, const json_t *row, json_t *seen, bool *joined, struct iop_run_error *error)
{
	const char *type = json_string_value(json_object_get(row, "run_type"));
	const char *name = iop_run_text(run, row, "name");
	const json_t *before;
	struct iop_run_cell *cell;

	if (!json_is_object(row) || !*name)
		return iop_run_refuse(error, -EBADMSG, "a row without a name");
	if (type && strcmp(type, "iteration") != 0)
		return 0;
	before = json_object_get(seen, name);
	if (before) {
		size_t at = (size_t)json_integer_value(before);

		if (json_object_get(row, "samples_ns") || (run->cells[at].sample_count && !joined[at]))
			return iop_run_refuse(error, -EBADMSG, "two rows for the cell %.100s", name);
		join(run, &run->cells[at], row);
		joined[at] = true;
		return 0;
	}
	if (json_object_set_new(seen, name, json_integer((json_int_t)run->count)))
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	cell = &run->cells[run->count++];
	iop_run_cell_init(run, cell, row, name);
	read_times(run, cell, row);
	return 0;
}

/* Ratios that the file does not hold but its times do. */
static void add_speeds(struct iop_run *run, const json_t *seen)
{
	for (size_t i = 0; i < run->count; i++) {
		struct iop_run_cell *cell = &run->cells[i];
		const json_t *at = *cell->baseline ? json_object_get(seen, cell->baseline) : NULL;

		if (isnan(cell->speed) && at)
			cell->speed = or_nan(run->cells[json_integer_value(at)].ns / cell->ns);
	}
}

static int make_room(struct iop_run *run, const json_t *rows, struct iop_run_error *error)
{
	size_t n = json_array_size(rows);

	if (n > IOP_RUN_CELLS)
		return iop_run_refuse(error, -EFBIG, "more than %u rows", IOP_RUN_CELLS);
	if (!n)
		return 0;
	run->cells = iop_run_room(run, n * sizeof(*run->cells));
	return run->cells ? 0 : iop_run_refuse(error, -ENOMEM, "out of memory");
}

int iop_run_read_rows(struct iop_run *run, const json_t *rows, struct iop_run_error *error)
{
	size_t n = json_array_size(rows);
	json_t *seen = json_object();
	bool *joined = iop_run_room(run, n + 1);
	int err = make_room(run, rows, error);

	run->kind = IOP_RUN_BENCH;
	if (!seen || !joined) {
		json_decref(seen);
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	}
	for (size_t i = 0; !err && i < n; i++)
		err = read_row(run, json_array_get(rows, i), seen, joined, error);
	for (size_t i = 0; !err && i < run->count; i++)
		if (joined[i])
			finish_joined(&run->cells[i]);
	if (!err)
		add_speeds(run, seen);
	json_decref(seen);
	return err;
}

static void read_gate_cell(struct iop_run *run, struct iop_run_cell *cell, const json_t *row, const char *name)
{
	iop_run_cell_init(run, cell, row, name);
	cell->error = iop_run_text(run, row, "error");
	cell->control = strcmp(cell->role, "cell") != 0;
	cell->ns = positive(row, "base_ns", 1);
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
	int err = make_room(run, rows, error);

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
		const char *name = iop_run_text(run, row, "name");

		if (!*name || json_object_get(seen, name))
			err = iop_run_refuse(error, -EBADMSG, *name ? "two rows for the cell %.100s" : "a row without a name%s",
					     name);
		else if (json_object_set_new(seen, name, json_true()))
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
		else
			read_gate_cell(run, &run->cells[run->count++], row, name);
	}
	json_decref(seen);
	return err;
}
