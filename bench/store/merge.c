/* SPDX-License-Identifier: MIT */
#include "merge.h"

#include "reader_internal.h"
#include "result.h"

#include <errno.h>
#include <math.h>
#include <string.h>

static bool differ(const char *a, const char *b)
{
	return strcmp(a, b) != 0;
}

int iop_run_same_machine(const struct iop_run *a, const struct iop_run *b, struct iop_run_error *error)
{
	const struct {
		const char *what, *a, *b;
	} parts[] = {{"host", a->host, b->host},
		     {"architecture", a->arch, b->arch},
		     {"CPU", a->cpu, b->cpu},
		     {"emulator", a->emulator, b->emulator},
		     {"hypervisor", a->hypervisor, b->hypervisor}};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (differ(parts[i].a, parts[i].b))
			return iop_run_refuse(error, -EXDEV, "another %s than the files before: %.60s, not %.60s", parts[i].what,
					      *parts[i].b ? parts[i].b : "none named", *parts[i].a ? parts[i].a : "none named");
	if (!*a->host && !*a->cpu)
		return iop_run_refuse(error, -EXDEV, "nothing says that it is of the same machine as the files before");
	return 0;
}

/* A cell's own repetitions; one that has none besides its time is one. */
static void push_all(struct iop_run *run, struct iop_run_list *list, const double *samples, size_t count, double single)
{
	for (size_t i = 0; i < count; i++)
		iop_run_push(run, list, samples[i]);
	if (!count)
		iop_run_push(run, list, single);
}

/* Means of so many repetitions each: what is known of neither is known of none. */
static double weighted(double a, size_t of_a, double b, size_t of_b)
{
	return (a * (double)of_a + b * (double)of_b) / (double)(of_a + of_b);
}

static void combine_cpu(struct iop_run *run, struct iop_run_cell *cell, const struct iop_run_cell *more)
{
	struct iop_run_list cpu = {0};
	bool each = (cell->cpu_count || cell->repetitions == 1) && (more->cpu_count || more->repetitions == 1);

	if (each) {
		push_all(run, &cpu, cell->cpu_samples, cell->cpu_count, cell->cpu_ns);
		push_all(run, &cpu, more->cpu_samples, more->cpu_count, more->cpu_ns);
		cell->cpu_ns = iop_quantile(cpu.at, cpu.count, 0.5);
	} else {
		cell->cpu_ns = weighted(cell->cpu_ns, cell->repetitions, more->cpu_ns, more->repetitions);
	}
	cell->cpu_samples = cpu.at;
	cell->cpu_count = cpu.count;
}

static int combine(struct iop_run *run, struct iop_run_cell *cell, const struct iop_run_cell *more, struct iop_run_error *error)
{
	struct iop_run_list real = {0};
	char brief[IOP_RUN_BRIEF];

	iop_run_brief(brief, cell->name);
	if (cell->aggregated || more->aggregated)
		return iop_run_refuse(error, -EBADMSG, "statistics only, which cannot be merged: %s", brief);
	if (cell->launches || more->launches || *cell->baseline)
		return iop_run_refuse(error, -EBADMSG, "a result of iopath bench: its --launches measures in several processes");
	cell->failed += more->failed;
	cell->failure = *cell->failure ? cell->failure : iop_run_keep(run, more->failure);
	iop_run_merge_counters(run, cell, more);
	push_all(run, &real, cell->samples, cell->sample_count, cell->ns);
	push_all(run, &real, more->samples, more->sample_count, more->ns);
	if (isnan(cell->ns)) {
		cell->cpu_ns = more->cpu_ns;
		cell->bytes = more->bytes;
		cell->bytes_per_second = more->bytes_per_second;
	} else if (!isnan(more->ns)) {
		combine_cpu(run, cell, more);
		cell->bytes_per_second =
			weighted(cell->bytes_per_second, cell->repetitions, more->bytes_per_second, more->repetitions);
	}
	cell->samples = real.at;
	cell->sample_count = cell->repetitions = real.count;
	cell->ns = iop_quantile(real.at, real.count, 0.5);
	cell->low = cell->high = cell->min = cell->max = cell->spread = NAN;
	iop_run_complete(run, cell);
	return 0;
}

static double *keep_list(struct iop_run *run, const double *values, size_t n)
{
	double *copy = n ? iop_run_room(run, n * sizeof(*copy)) : NULL;

	return copy ? memcpy(copy, values, n * sizeof(*copy)) : NULL;
}

/* A cell that the runs before do not have, with all it points at. */
static void adopt(struct iop_run *run, struct iop_run_cell *cell, const struct iop_run_cell *from)
{
	const char **const text[] = {&cell->error,   &cell->failure, &cell->code_hash, &cell->tier,
				     &cell->verdict, &cell->role,    &cell->module};
	const char **const name[] = {&cell->name, &cell->op, &cell->backend, &cell->routine, &cell->size, &cell->baseline};

	*cell = *from;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++)
		*text[i] = iop_run_keep(run, *text[i]);
	for (size_t i = 0; i < sizeof(name) / sizeof(name[0]); i++)
		*name[i] = iop_run_keep_name(run, *name[i]);
	cell->samples = keep_list(run, from->samples, from->sample_count);
	cell->cpu_samples = keep_list(run, from->cpu_samples, from->cpu_count);
	cell->launch_ns = keep_list(run, from->launch_ns, from->launches);
	cell->counter = NULL;
	cell->counters = 0;
	iop_run_merge_counters(run, cell, from);
}

static int place_of(const json_t *places, const char *name)
{
	const json_t *at = json_object_get(places, name);

	return at ? (int)json_integer_value(at) : -1;
}

int iop_run_merge(struct iop_run *into, const struct iop_run *from, struct iop_run_error *error)
{
	size_t had = into->count;
	const struct iop_run_cell *cells = into->cells;
	json_t *places = json_object();
	int err = iop_run_make_room(into, had + from->count, error);

	if (!err && had)
		memcpy(into->cells, cells, had * sizeof(*cells));
	for (size_t i = 0; i < had && !err; i++)
		if (json_object_set_new(places, cells[i].name, json_integer((json_int_t)i)))
			err = iop_run_refuse(error, -ENOMEM, "out of memory");
	for (size_t i = 0; i < from->count && !err; i++) {
		int at = place_of(places, from->cells[i].name);

		if (at >= 0)
			err = combine(into, &into->cells[at], &from->cells[i], error);
		else
			adopt(into, &into->cells[into->count++], &from->cells[i]);
	}
	json_decref(places);
	into->partial |= from->partial;
	into->dirty |= from->dirty;
	if (from->unix_time > into->unix_time) {
		into->unix_time = from->unix_time;
		into->time = iop_run_keep(into, from->time);
	}
	if (!err && iop_run_out_of_memory(into))
		err = iop_run_refuse(error, -ENOMEM, "out of memory");
	return err;
}
