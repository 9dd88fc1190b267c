/* SPDX-License-Identifier: MIT */
#include "bench_counts.h"

#include <host/module.h>
#include <sample/count.h>
#include <sample/worker.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATIENCE 60.0
#define LISTING	 600.0 /* seconds: a list of all cells on a busy machine */

static int index_of(const struct iop_results *results, const struct iop_cell *cell)
{
	return cell ? (int)(cell - results->module->cells) : IOP_WORKER_NO_CELL;
}

static void take_hash(void *user, char *line)
{
	struct iop_results *results = user;
	char hash[IOP_CODE_HASH] = "";
	size_t row;
	int same;

	if (sscanf(line, "h %zu %d %32s", &row, &same, hash) != 3 || row >= results->count)
		return;
	results->row[row].is_its_baseline = same;
	if (strcmp(hash, "-") != 0)
		memcpy(results->row[row].code_hash, hash, sizeof(hash));
}

void iop_bench_identify(struct iop_results *results, const struct iop_modules *modules, const volatile sig_atomic_t *stop)
{
	struct iop_task *tasks = calloc(results->count + 1, sizeof(*tasks));
	struct iop_launcher launcher;
	struct iop_launch_end end;

	if (!tasks || iop_launcher_open_modules(&launcher, "bench", modules->path, modules->parts, stop)) {
		free(tasks);
		return;
	}
	for (size_t i = 0; i < results->count; i++) {
		const struct iop_cell *cell = results->row[i].cell;
		const struct iop_cell *base = cell->baseline ? iop_module_find(results->module, cell->baseline) : NULL;

		tasks[i] = (struct iop_task){.name = cell->name,
					     .base_name = base ? base->name : NULL,
					     .id = (int)i,
					     .index = {index_of(results, base), index_of(results, cell)}};
	}
	iop_launch(&launcher, NULL, "identify", tasks, results->count, 0, PATIENCE, take_hash, results, &end);
	iop_launcher_close(&launcher);
	free(tasks);
}

/* A row, without another side. */
static struct iop_count to_count(const struct iop_results *results, const struct iop_sampled *cell)
{
	return (struct iop_count){.name = cell->cell->name,
				  .index = {index_of(results, cell->cell), IOP_WORKER_NO_CELL},
				  .left_out = cell->error,
				  .bytes = cell->cell->bytes,
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

static void show(void *user, double share)
{
	if (*(const bool *)user)
		fprintf(stderr, "\rcounting: %2.0f %% \033[K", 100 * share);
}

void iop_bench_count(struct iop_results *results, const struct iop_modules *modules, const struct iop_sampled *cells,
		     double seconds, bool device, const volatile sig_atomic_t *stop)
{
	bool progress = isatty(STDERR_FILENO);
	struct iop_launcher launcher;
	struct iop_counting counting = {.launcher = &launcher,
					.what = device ? IOP_COUNT_DEVICE : IOP_COUNT_CODE | IOP_COUNT_DEVICE,
					.cell = calloc(results->count + 1, sizeof(*counting.cell)),
					.count = results->count,
					.seconds = seconds,
					.progress = show,
					.user = &progress};

	if (!counting.cell || iop_launcher_open_modules(&launcher, "bench", modules->path, modules->parts, stop)) {
		snprintf(results->uncounted, sizeof(results->uncounted), "the module cannot be loaded a second time");
		free(counting.cell);
		return;
	}
	for (size_t i = 0; i < results->count; i++)
		counting.cell[i] = to_count(results, &cells[i]);
	iop_count_run(&counting);
	if (progress)
		fprintf(stderr, "\r\033[K");
	take(results, &counting);
	iop_launcher_close(&launcher);
	free(counting.cell);
}

const char *iop_bench_device_accesses(const struct iop_modules *modules, const char *command, const struct iop_cell *const *cells,
				      size_t count, struct iop_accesses *found)
{
	static const volatile sig_atomic_t never = 0;
	bool progress = isatty(STDERR_FILENO);
	struct iop_launcher launcher;
	struct iop_counting counting = {.launcher = &launcher,
					.what = IOP_COUNT_DEVICE,
					.cell = calloc(count + 1, sizeof(*counting.cell)),
					.count = count,
					.seconds = LISTING,
					.progress = show,
					.user = &progress};

	if (!counting.cell || iop_launcher_open_modules(&launcher, command, modules->path, modules->parts, &never)) {
		free(counting.cell);
		return "the modules cannot be loaded again";
	}
	for (size_t i = 0; i < count; i++)
		counting.cell[i] = (struct iop_count){.name = cells[i]->name,
						      .index = {(int)(cells[i] - modules->all.cells), IOP_WORKER_NO_CELL},
						      .bytes = cells[i]->bytes,
						      .instructions = {NAN, NAN},
						      .accesses = {NAN, NAN}};
	iop_count_run(&counting);
	if (progress)
		fprintf(stderr, "\r\033[K");
	for (size_t i = 0; i < count; i++)
		found[i] = counting.cell[i].device[IOP_BASE];
	iop_launcher_close(&launcher);
	free(counting.cell);
	return counting.device_missing;
}
