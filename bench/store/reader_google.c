/* SPDX-License-Identifier: MIT */
/*
 * The rows of iopath bench and of Google Benchmark become cells, one a name.
 *
 * Google Benchmark writes a row for each repetition and rows of statistics about them. Since 1.5.0 a row says which it is
 * (run_type) and, of a repetition, its number; before, statistics only had a name with _mean, _median or _stddev behind it. The rows
 * of one name are repetitions of one benchmark only if the file shows it: by different numbers, or by statistics that were
 * computed over them. Everything else that has one name is two benchmarks, and refused.
 */
#include "reader_internal.h"

#include "result.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the rows of one name gave so far. */
struct gathered {
	struct iop_run_list real, cpu, rate;
	json_t *counters; /* or NULL: a list for each */
	size_t rows;	  /* the last one, counted from 1 */
	bool numbered;	  /* its rows are; else they are of an old version */
	bool stored;	  /* a row with samples, of iopath: there is no other */
};

struct rows {
	struct iop_run *run;
	json_t *cell; /* name: place in run->cells */
	json_t *seen; /* what there is once: names of rows, with the number of a repetition or the name of a statistic in front */
	json_t *measured; /* names of rows that are or may be repetitions */
	struct gathered *gathered;
};

static const char *text_of(const json_t *row, const char *key)
{
	const char *text = json_string_value(json_object_get(row, key));

	return text ? text : "";
}

/* Marks "@what of @name", and says whether it was marked before. */
static bool marked(const struct rows *r, const char *what, const char *name, bool mark)
{
	bool before;
	char *key;

	if (asprintf(&key, "%s %s", what, name) < 0)
		return false;
	before = json_object_get(r->seen, key) != NULL;
	if (mark && !before)
		json_object_set_new(r->seen, key, json_true());
	free(key);
	return before;
}

static const struct {
	const char *suffix, *name;
} statistics[] = {{"_mean", "mean"}, {"_median", "median"}, {"_stddev", "stddev"}};

/* The statistic that an old version's row is by its name, or NULL; the name in front of it is @stem, to be freed. */
static const char *old_statistic(const char *name, char **stem)
{
	size_t n = strlen(name);

	for (size_t i = 0; i < sizeof(statistics) / sizeof(statistics[0]); i++) {
		size_t m = strlen(statistics[i].suffix);

		if (n <= m || strcmp(name + n - m, statistics[i].suffix) != 0)
			continue;
		*stem = strndup(name, n - m);
		return *stem ? statistics[i].name : NULL;
	}
	return NULL;
}

/* Of old versions a mean is one only beside a standard deviation: benchmarks may be called so. */
static bool is_old_statistic(const struct rows *r, const char *stem)
{
	return marked(r, "mean", stem, false) && marked(r, "stddev", stem, false);
}

/* A statistic of several repetitions: its name, or NULL; *@of is what it is of, to be freed. */
static const char *statistic(const struct rows *r, const json_t *row, char **of)
{
	const char *type = json_string_value(json_object_get(row, "run_type")), *name = text_of(row, "name"), *what;

	*of = NULL;
	if (type) {
		*of = strcmp(type, "aggregate") == 0 ? strdup(text_of(row, "run_name")) : NULL;
		return *of ? text_of(row, "aggregate_name") : NULL;
	}
	what = old_statistic(name, of);
	if (what && is_old_statistic(r, *of))
		return what;
	free(*of);
	*of = NULL;
	return NULL;
}

/* A fit over the arguments, which old versions do not mark otherwise. */
static bool is_fit(const json_t *row)
{
	return !json_object_get(row, "real_time") && (json_object_get(row, "big_o") || json_object_get(row, "rms"));
}

/* The names that other rows depend on, wherever in the file those are. */
static int survey(const struct rows *r, const json_t *rows, struct iop_run_error *error)
{
	size_t i;
	const json_t *row;

	json_array_foreach(rows, i, row)
	{
		const char *name = text_of(row, "name"), *type = json_string_value(json_object_get(row, "run_type")), *what;
		char *stem = NULL;

		if (!json_is_object(row) || !*name)
			return iop_run_refuse(error, -EBADMSG, "a row without a name");
		what = type ? NULL : old_statistic(name, &stem);
		if (what && marked(r, what, stem, true))
			marked(r, "twice", stem, true);
		free(stem);
		if (type && strcmp(type, "aggregate") == 0)
			marked(r, text_of(row, "aggregate_name"), text_of(row, "run_name"), true);
		else
			json_object_set_new(r->measured, name, json_true());
	}
	return 0;
}

static struct gathered *gathered_of(const struct rows *r, const char *name, const json_t *row, struct iop_run_cell **cell)
{
	const json_t *at = json_object_get(r->cell, name);
	size_t place = at ? (size_t)json_integer_value(at) : r->run->count;

	*cell = &r->run->cells[place];
	if (!at) {
		iop_run_cell_init(r->run, *cell, row, iop_run_keep_name(r->run, name));
		if (json_object_set_new(r->cell, name, json_integer((json_int_t)place)))
			return NULL;
		r->run->count++;
	}
	return &r->gathered[place];
}

static int two_benchmarks(const char *name, size_t first, size_t second, struct iop_run_error *error)
{
	char brief[IOP_RUN_BRIEF];

	iop_run_brief(brief, name);
	return iop_run_refuse(error, -EBADMSG, "rows %zu and %zu are two benchmarks of one name, %s", first, second, brief);
}

static void gather_counters(struct gathered *g, const json_t *row)
{
	if (!g->counters)
		g->counters = json_object();
	iop_run_gather_counters(g->counters, row);
}

static void add_repetition(const struct rows *r, struct iop_run_cell *cell, struct gathered *g, const json_t *row)
{
	struct iop_run_cell now = *cell;

	now.ns = NAN;
	now.failed = 0;
	now.failure = "";
	iop_run_read_times(r->run, &now, row);
	if (isnan(now.ns)) {
		now.failed = now.failed ? now.failed : 1;
	} else {
		iop_run_push(r->run, &g->real, now.ns);
		iop_run_push(r->run, &g->cpu, now.cpu_ns);
		iop_run_push(r->run, &g->rate, now.bytes_per_second);
		gather_counters(g, row);
	}
	now.failed += cell->failed;
	now.failure = *cell->failure ? cell->failure : now.failure;
	cell->failed = now.failed;
	cell->failure = now.failure;
	/* All else is the first good repetition's. */
	if (isnan(cell->ns))
		*cell = now;
}

/* A row of measured times. */
static int gather(const struct rows *r, const json_t *row, const char *name, size_t place, struct iop_run_error *error)
{
	const json_t *number = json_object_get(row, "repetition_index");
	struct iop_run_cell *cell;
	struct gathered *g = gathered_of(r, name, row, &cell);
	bool stored = json_object_get(row, "samples_ns") != NULL;
	char repetition[32];

	if (!g)
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	if (g->rows && (stored || g->stored)) {
		char brief[IOP_RUN_BRIEF];

		iop_run_brief(brief, name);
		return iop_run_refuse(error, -EBADMSG, "two rows for the cell %s", brief);
	}
	snprintf(repetition, sizeof(repetition), "#%" JSON_INTEGER_FORMAT, json_integer_value(number));
	if ((g->rows && g->numbered != (number != NULL)) || (number && marked(r, repetition, name, true)))
		return two_benchmarks(name, g->rows, place, error);
	g->rows = place;
	g->numbered = number != NULL;
	g->stored = stored;
	add_repetition(r, cell, g, row);
	return 0;
}

/* A benchmark of which the file has statistics only: the median, or what old versions have in its place. */
static int take_statistic(const struct rows *r, const json_t *row, const char *what, const char *of, size_t place,
			  struct iop_run_error *error)
{
	const char *wanted = marked(r, "median", of, false) ? "median" : "mean";
	struct iop_run_cell *cell;
	double repetitions = iop_run_number(row, "repetitions");
	struct gathered *g;

	if (!*of || json_object_get(r->measured, of) || strcmp(what, wanted) != 0 || !json_object_get(row, "real_time"))
		return 0;
	g = gathered_of(r, of, row, &cell);
	if (!g)
		return iop_run_refuse(error, -ENOMEM, "out of memory");
	if (g->rows)
		return two_benchmarks(of, g->rows, place, error);
	g->rows = place;
	g->stored = true;
	iop_run_read_times(r->run, cell, row);
	gather_counters(g, row);
	cell->aggregated = !isnan(cell->ns);
	cell->repetitions = cell->aggregated && repetitions >= 1 && repetitions < 1e9 ? (size_t)repetitions : 0;
	return 0;
}

/* Repetitions without numbers are one benchmark's if statistics over them are there. */
static int combine(const struct rows *r, struct iop_run_cell *cell, struct gathered *g, const char *name,
		   struct iop_run_error *error)
{
	char brief[IOP_RUN_BRIEF];

	iop_run_brief(brief, cell->name);
	if (!g->numbered && g->real.count > 1 && (!is_old_statistic(r, name) || marked(r, "twice", name, false)))
		return iop_run_refuse(error, -EBADMSG, "%zu rows are called %s, and nothing says that they are repetitions",
				      g->real.count, brief);
	if (g->real.count < 2)
		return 0;
	cell->samples = g->real.at;
	cell->sample_count = g->real.count;
	cell->cpu_samples = g->cpu.at;
	cell->cpu_count = g->cpu.count;
	cell->ns = iop_quantile(cell->samples, cell->sample_count, 0.5);
	cell->cpu_ns = iop_quantile(cell->cpu_samples, cell->cpu_count, 0.5);
	cell->bytes_per_second = iop_quantile(g->rate.at, g->rate.count, 0.5);
	cell->low = cell->high = cell->min = cell->max = cell->spread = NAN;
	return 0;
}

/* Ratios that the file does not hold but its times do. */
static void add_speeds(const struct rows *r)
{
	for (size_t i = 0; i < r->run->count; i++) {
		struct iop_run_cell *cell = &r->run->cells[i];
		const json_t *at = *cell->baseline ? json_object_get(r->cell, cell->baseline) : NULL;
		double speed = at ? r->run->cells[json_integer_value(at)].ns / cell->ns : NAN;

		if (isnan(cell->speed) && isfinite(speed))
			cell->speed = speed;
	}
}

static int read_all(const struct rows *r, const json_t *rows, struct iop_run_error *error)
{
	int err = survey(r, rows, error);
	const char *name;
	json_t *at;

	for (size_t i = 0; i < json_array_size(rows) && !err; i++) {
		const json_t *row = json_array_get(rows, i);
		char *of;
		const char *what = statistic(r, row, &of);

		if (what)
			err = take_statistic(r, row, what, of, i + 1, error);
		else if (!is_fit(row) && !(json_object_get(row, "run_type") && strcmp(text_of(row, "run_type"), "iteration") != 0))
			err = gather(r, row, text_of(row, "name"), i + 1, error);
		free(of);
	}
	json_object_foreach(r->cell, name, at)
	{
		struct iop_run_cell *cell = &r->run->cells[json_integer_value(at)];

		iop_run_take_counters(r->run, cell, r->gathered[json_integer_value(at)].counters);
		if (!err)
			err = combine(r, cell, &r->gathered[json_integer_value(at)], name, error);
		if (!err)
			iop_run_complete(r->run, cell);
	}
	if (!err)
		add_speeds(r);
	return err ? err : iop_run_check_names(r->run, error);
}

int iop_run_read_rows(struct iop_run *run, const json_t *rows, struct iop_run_error *error)
{
	size_t n = json_array_size(rows);
	struct rows r = {.run = run,
			 .cell = json_object(),
			 .seen = json_object(),
			 .measured = json_object(),
			 .gathered = iop_run_room(run, (n <= IOP_RUN_CELLS ? n : 0) * sizeof(*r.gathered))};
	int err = iop_run_make_room(run, n, error);

	run->kind = IOP_RUN_BENCH;
	if (!err && (!r.cell || !r.seen || !r.measured || !r.gathered)) {
		iop_run_refuse(error, -ENOMEM, "out of memory");
		err = -ENOMEM;
	}
	if (!err)
		err = read_all(&r, rows, error);
	for (size_t i = 0; r.gathered && i < run->count; i++)
		json_decref(r.gathered[i].counters);
	json_decref(r.cell);
	json_decref(r.seen);
	json_decref(r.measured);
	return err;
}
