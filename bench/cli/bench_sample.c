/* SPDX-License-Identifier: MIT */
#include "bench_sample.h"

#include "bench_counts.h"
#include "cli.h"

#include <host/module.h>
#include <sample/sampler.h>

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define QUICK_S 27 /* all of it within half a minute */
#define USUAL_S 240
#define FULL_S	3600

double iop_bench_budget(const struct iop_bench_options *o, size_t cells)
{
	if (o->budget > 0)
		return o->budget;
	if (o->cell_seconds > 0)
		return o->cell_seconds * (double)cells;
	return o->full ? FULL_S : o->quick ? QUICK_S : USUAL_S;
}

uint64_t iop_bench_seed(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (uint64_t)t.tv_sec * UINT64_C(1000000000) + (uint64_t)t.tv_nsec;
}

static void on_progress(void *user, double done, double seconds_left)
{
	const size_t *count = user;

	fprintf(stderr, "\rmeasuring %zu cells: %2.0f %%, at most %.0f s left \033[K", *count, 100 * done, seconds_left);
}

static int take(struct iop_result *result, const struct iop_sampled *cell)
{
	uint64_t iterations = cell->ops[IOP_CANDIDATE] * cell->rounds;
	int err = 0;

	for (size_t i = 0; i < cell->launches && !err; i++)
		err = iop_result_add(result, cell->ns[i], cell->cpu_ns[i], cell->ratio[i], iterations);
	if (cell->error)
		result->error = strdup(cell->error);
	return err ? err : 0;
}

/* Stepping through the cells takes a share of the time, but is not given up for a short run. */
#define COUNTING_SHARE 0.4
#define COUNTING_LEAST 6.0 /* seconds */

struct counting {
	struct iop_results *results;
	const struct iop_modules *modules;
	const struct iop_sampler *sampler;
	bool device;
};

static void count(void *user)
{
	struct counting *c = user;

	iop_bench_count(c->results, c->modules, c->sampler->cell, fmax(COUNTING_SHARE * c->sampler->budget, COUNTING_LEAST),
			c->device, c->sampler->stop);
}

static void put_back(void *device)
{
	iop_bench_device_restore(device);
}

static int sample(struct iop_results *results, struct iop_sampler *sampler)
{
	bool progress = isatty(STDERR_FILENO);
	int code, err = 0;

	for (size_t i = 0; i < results->count; i++) {
		const struct iop_cell *cell = results->row[i].cell;

		sampler->cell[i].cell = cell;
		sampler->cell[i].baseline = cell->baseline ? iop_module_find(results->module, cell->baseline) : NULL;
	}
	sampler->progress = progress ? on_progress : NULL;
	code = iop_sampler_run(sampler);
	if (progress)
		fprintf(stderr, "\r\033[K");
	for (size_t i = 0; i < results->count; i++) {
		err = err ? err : take(&results->row[i], &sampler->cell[i]);
		if (sampler->cell[i].crashed && !results->crashed)
			results->crashed = &results->row[i];
		free(sampler->cell[i].error);
	}
	return err ? iop_fail("bench", NULL, "out of memory") : code;
}

/* A result without a figure is none. 0, or an exit code after a message. */
static int require_figures(const struct iop_results *results)
{
	const struct iop_result *reason = NULL;

	for (size_t i = 0; i < results->count; i++) {
		if (results->row[i].samples)
			return 0;
		if (!reason && results->row[i].error)
			reason = &results->row[i];
	}
	if (!reason)
		return iop_fail("bench", "give it more with --budget", "nothing was measured: there was no time");
	return iop_fail("bench", "iopath check judges a routine in a process of its own", "nothing was measured: %s: %s",
			reason->cell->name, reason->error);
}

int iop_bench_sample(struct iop_results *results, const struct iop_modules *modules, const struct iop_bench_options *o,
		     uint64_t seed, const volatile sig_atomic_t *stop)
{
	struct iop_sampler sampler = {.module = results->module,
				      .paths = modules->path,
				      .path_count = modules->parts,
				      .command = "bench",
				      .cell = calloc(results->count + 1, sizeof(*sampler.cell)),
				      .count = results->count,
				      .budget = iop_bench_budget(o, results->count),
				      .launches = (unsigned)o->launches,
				      .rounds = (unsigned)o->rounds,
				      .seed = seed,
				      .stop = stop,
				      .user = &results->count};
	struct counting counting = {.results = results, .modules = modules, .sampler = &sampler, .device = o->device.is_open};
	int code;

	if (!o->no_counts) {
		sampler.between = count;
		sampler.between_user = &counting;
	}
	if (o->device.is_open) {
		sampler.on_device = true;
		sampler.after = put_back;
		sampler.after_user = (void *)(uintptr_t)&o->device;
	}
	code = sampler.cell ? sample(results, &sampler) : iop_fail("bench", NULL, "out of memory");
	if (!code && !*stop && !sampler.bus_fault)
		code = require_figures(results);
	results->partial = sampler.bus_fault != NULL;
	if (sampler.bus_fault)
		iop_bench_device_faulted((struct iop_bench_device *)(uintptr_t)&o->device, sampler.bus_fault);
	free(sampler.cell);
	return code;
}
