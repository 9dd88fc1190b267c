/* SPDX-License-Identifier: MIT */
#include "bench_counts.h"

#include <host/module.h>
#include <sample/count.h>
#include <sample/identity.h>
#include <sample/worker.h>

#include <dlfcn.h>
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *iop_bench_module_path(const struct iop_results *results)
{
	Dl_info info;

	if (!results->module->count || !dladdr((const void *)(uintptr_t)results->module->cells->batch, &info))
		return NULL;
	return info.dli_fname;
}

void iop_bench_identify(struct iop_results *results)
{
	const char *path = iop_bench_module_path(results);
	struct iop_code *code = path ? iop_code_open(path, results->module) : NULL;
	struct iop_code_hash hash;

	for (size_t i = 0; code && i < results->count; i++) {
		struct iop_result *row = &results->row[i];
		const struct iop_cell *base = row->cell->baseline ? iop_module_find(results->module, row->cell->baseline) : NULL;

		if (iop_code_hash(code, row->cell, &hash))
			snprintf(row->code_hash, sizeof(row->code_hash), "%016" PRIx64 "%016" PRIx64, hash.word[0], hash.word[1]);
		row->is_its_baseline = base && iop_code_same_operation(code, row->cell, base);
	}
	if (code)
		iop_code_close(code);
}

/* A row, without another side. */
static struct iop_count to_count(const struct iop_results *results, const struct iop_result *row)
{
	size_t index = (size_t)((const char *)row->cell - (const char *)results->module->cells) / results->module->cell_size;

	return (struct iop_count){.name = row->cell->name,
				  .index = {(int)index, IOP_WORKER_NO_CELL},
				  .left_out = !row->samples && row->error,
				  .instructions = {NAN, NAN},
				  .accesses = {NAN, NAN}};
}

static void take(struct iop_results *results, const struct iop_counting *counting)
{
	for (size_t i = 0; i < results->count; i++) {
		results->row[i].instructions = counting->cell[i].instructions[IOP_BASE];
		results->row[i].accesses = counting->cell[i].accesses[IOP_BASE];
		results->row[i].device = counting->cell[i].device[IOP_BASE];
	}
	if (counting->counts_missing)
		snprintf(results->uncounted, sizeof(results->uncounted), "instructions: %s", counting->counts_missing);
	else if (counting->accesses_missing)
		snprintf(results->uncounted, sizeof(results->uncounted), "accesses: %s", counting->accesses_missing);
	else if (counting->device_missing)
		snprintf(results->uncounted, sizeof(results->uncounted), "device accesses: %s", counting->device_missing);
}

static void show(void *user, const char *what)
{
	if (*(const bool *)user)
		fprintf(stderr, "\r%s \033[K", what);
}

void iop_bench_count(struct iop_results *results, double budget, bool progress, const volatile sig_atomic_t *stop)
{
	const char *path = iop_bench_module_path(results);
	struct iop_launcher launcher;
	struct iop_counting counting = {.launcher = &launcher,
					.cell = calloc(results->count + 1, sizeof(*counting.cell)),
					.count = results->count,
					.budget = budget,
					.progress = show,
					.user = &progress};

	if (!path || !counting.cell || iop_launcher_open(&launcher, "bench", path, NULL, stop)) {
		snprintf(results->uncounted, sizeof(results->uncounted), "the module cannot be loaded a second time");
		free(counting.cell);
		return;
	}
	for (size_t i = 0; i < results->count; i++)
		counting.cell[i] = to_count(results, &results->row[i]);
	iop_count_run(&counting);
	if (!counting.interrupted)
		iop_count_device(&counting);
	if (progress)
		fprintf(stderr, "\r\033[K");
	take(results, &counting);
	iop_launcher_close(&launcher);
	free(counting.cell);
}
