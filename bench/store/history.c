/* SPDX-License-Identifier: MIT */
/* The rows of a cell's history, from the files. */
#include "history.h"

#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TEXTS 8

void iop_history_free(struct iop_history *history)
{
	for (size_t i = 0; i < history->count; i++)
		free(history->row[i].memory);
	free(history->row);
	memset(history, 0, sizeof(*history));
}

/* The row's text in memory of its own. */
static int keep_text(struct iop_history_row *row)
{
	const char **const text[TEXTS] = {&row->path, &row->time,     &row->commit, &row->arch,
					  &row->cpu,  &row->baseline, &row->error,  &row->build};
	size_t size = 0;
	char *at;

	for (size_t i = 0; i < TEXTS; i++)
		size += strlen(*text[i]) + 1;
	at = row->memory = malloc(size);
	if (!at)
		return -ENOMEM;
	for (size_t i = 0; i < TEXTS; i++) {
		iop_printable(at, strlen(*text[i]) + 1, *text[i]);
		*text[i] = at;
		at += strlen(at) + 1;
	}
	return 0;
}

int iop_history_add(struct iop_history *history, const struct iop_history_row *row)
{
	struct iop_history_row *more = realloc(history->row, (history->count + 1) * sizeof(*more)), copy = *row;

	if (!more)
		return -ENOMEM;
	history->row = more;
	if (keep_text(&copy))
		return -ENOMEM;
	history->row[history->count++] = copy;
	return 0;
}

bool iop_history_same_machine(const struct iop_history_row *a, const struct iop_history_row *b)
{
	return strcmp(a->arch, b->arch) == 0 && strcmp(a->cpu, b->cpu) == 0 && a->emulated == b->emulated;
}

static int by_machine_and_time(const void *x, const void *y)
{
	const struct iop_history_row *a = x, *b = y;
	int order = strcmp(a->arch, b->arch);

	if (!order)
		order = strcmp(a->cpu, b->cpu);
	if (!order)
		order = a->emulated - b->emulated;
	if (!order && a->unix_time != b->unix_time)
		order = a->unix_time < b->unix_time ? -1 : 1;
	return order ? order : strcmp(a->path, b->path);
}

void iop_history_sort(struct iop_history *history)
{
	if (history->count)
		qsort(history->row, history->count, sizeof(*history->row), by_machine_and_time);
}

static int add_run(struct iop_history *history, const struct iop_run *run, const char *name, const char *reference)
{
	const struct iop_run_cell *cell = iop_run_find(run, name), *frozen = iop_run_find(run, reference);
	const struct iop_run_module *module = cell ? iop_run_module_of(run, cell) : NULL;
	struct iop_history_row row;

	if (!cell || run->kind != IOP_RUN_BENCH)
		return 0;
	row = (struct iop_history_row){
		.path = run->path,
		.time = run->time,
		.commit = run->commit,
		.arch = run->arch,
		.cpu = run->cpu,
		.baseline = cell->baseline,
		.error = cell->error,
		.build = module ? module->build : "",
		.dirty = run->dirty,
		.partial = run->partial,
		.emulated = *run->emulator,
		.unix_time = run->unix_time,
		.ns = cell->ns,
		.low = cell->low,
		.high = cell->high,
		.speed = cell->speed,
		.reference_ns = frozen ? frozen->ns : NAN,
		.instructions = cell->instructions,
		.accesses = cell->accesses,
	};
	return iop_history_add(history, &row);
}

/* One file at a time: thousands of runs need not fit into memory together. */
static int read_files(const char *dir, const char *cell, const char *reference, struct iop_history *history)
{
	char **path;
	size_t count;
	int err = iop_runs_list(dir, &path, &count);

	if (err)
		return err;
	for (size_t i = 0; i < count; i++) {
		struct iop_run_error error;
		struct iop_run run;

		if (!err && iop_run_read(path[i], &run, &error)) {
			iop_run_complain(path[i], &error);
		} else if (!err) {
			history->runs++;
			err = add_run(history, &run, cell, reference);
			iop_run_free(&run);
		}
		free(path[i]);
	}
	free(path);
	return err;
}

int iop_history_read(const char *dir, const char *cell, const char *reference, struct iop_history *history)
{
	/* One path for a file, however the folder was called. */
	char *whole = realpath(dir, NULL);
	int err;

	memset(history, 0, sizeof(*history));
	if (!whole)
		return -errno;
	err = read_files(whole, cell, reference, history);
	if (err)
		iop_history_free(history);
	iop_history_sort(history);
	free(whole);
	return err;
}
