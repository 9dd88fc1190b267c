/* SPDX-License-Identifier: MIT */
/*
 * Counters that a user of Google Benchmark added: members of a row that the library does not write itself. Stored rows have them again
 * in an object of their own, so that no name of a counter is taken for one of ours.
 */
#include "reader_internal.h"

#include "result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What Google Benchmark writes of its own, up to 1.9. Items per second are a counter as users write it. */
static bool is_own(const char *key)
{
	static const char *const own[] = {
		"name",
		"family_index",
		"per_family_instance_index",
		"run_name",
		"run_type",
		"repetitions",
		"threads",
		"repetition_index",
		"aggregate_name",
		"aggregate_unit",
		"iterations",
		"real_time",
		"cpu_time",
		"time_unit",
		"bytes_per_second",
		"label",
		"error_message",
		"error_occurred",
		"skipped",
		"skip_message",
		"cpu_coefficient",
		"rms",
		"real_coefficient",
		"big_o",
		"allocs_per_iter",
		"max_bytes_used",
		"complexity_n",
		"total_allocated_bytes",
		"net_heap_growth",
	};

	for (size_t i = 0; i < sizeof(own) / sizeof(own[0]); i++)
		if (strcmp(key, own[i]) == 0)
			return true;
	return false;
}

/* NaN and infinity are empty text or null here: a counter that has no number. */
static bool is_no_number(const json_t *value)
{
	return json_is_null(value) || (json_is_string(value) && !*json_string_value(value));
}

/* Rows that iopath wrote, of any version, have their other members for other reasons. */
static bool is_ours(const json_t *row)
{
	static const char *const marks[] = {"measures", "legal", "samples_ns", "real_time_p25"};

	for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++)
		if (json_object_get(row, marks[i]))
			return true;
	return false;
}

void iop_run_gather_counters(json_t *lists, const json_t *row)
{
	json_t *from = json_object_get(row, "counters"), *value;
	bool nested = json_is_object(from);
	const char *key;

	if (!nested && is_ours(row))
		return;
	if (!nested)
		from = (json_t *)(uintptr_t)row;
	json_object_foreach(from, key, value)
	{
		json_t *list = json_object_get(lists, key);

		if ((!nested && is_own(key)) || !(json_is_number(value) || is_no_number(value)))
			continue;
		if (!list) {
			list = json_array();
			json_object_set_new(lists, key, list);
		}
		if (isfinite(json_number_value(value)) && json_is_number(value))
			json_array_append_new(list, json_real(json_number_value(value)));
	}
}

static double median(const json_t *list)
{
	size_t n = json_array_size(list);
	double *values = n ? malloc(n * sizeof(*values)) : NULL, result = NAN;

	for (size_t i = 0; values && i < n; i++)
		values[i] = json_number_value(json_array_get(list, i));
	if (values)
		result = iop_quantile(values, n, 0.5);
	free(values);
	return result;
}

void iop_run_take_counters(struct iop_run *run, struct iop_run_cell *cell, const json_t *lists)
{
	size_t n = json_object_size(lists);
	const char *name;
	json_t *list;

	cell->counter = n ? iop_run_room(run, n * sizeof(*cell->counter)) : NULL;
	cell->counters = 0;
	if (!cell->counter)
		return;
	json_object_foreach((json_t *)(uintptr_t)lists, name, list)
	{
		cell->counter[cell->counters++] = (struct iop_run_counter){iop_run_keep_name(run, name), median(list)};
	}
}

double iop_run_counter(const struct iop_run_cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->counters; i++)
		if (strcmp(cell->counter[i].name, name) == 0)
			return cell->counter[i].value;
	return NAN;
}

static bool has(const struct iop_run_cell *cell, const char *name)
{
	for (size_t i = 0; i < cell->counters; i++)
		if (strcmp(cell->counter[i].name, name) == 0)
			return true;
	return false;
}

/* Of what both have, the mean by repetitions. */
static double mean(double a, size_t of_a, double b, size_t of_b)
{
	if (isnan(a) || isnan(b))
		return isnan(a) ? b : a;
	return of_a + of_b ? (a * (double)of_a + b * (double)of_b) / (double)(of_a + of_b) : a;
}

void iop_run_merge_counters(struct iop_run *run, struct iop_run_cell *cell, const struct iop_run_cell *more)
{
	size_t n = cell->counters + more->counters;
	struct iop_run_counter *all = n ? iop_run_room(run, n * sizeof(*all)) : NULL;

	if (!all)
		return;
	for (size_t i = 0; i < cell->counters; i++) {
		const struct iop_run_counter *c = &cell->counter[i];

		all[i] = (struct iop_run_counter){
			c->name, mean(c->value, cell->repetitions, iop_run_counter(more, c->name), more->repetitions)};
	}
	n = cell->counters;
	for (size_t i = 0; i < more->counters; i++)
		if (!has(cell, more->counter[i].name))
			all[n++] = (struct iop_run_counter){iop_run_keep_name(run, more->counter[i].name), more->counter[i].value};
	cell->counter = all;
	cell->counters = n;
}
