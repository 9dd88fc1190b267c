/* SPDX-License-Identifier: MIT */
#include "sampler.h"

#include "worker.h"

#include <host/fail.h>
#include <host/quantile.h>

#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define GOLDEN	       UINT64_C(0x9E3779B97F4A7C15)
#define BATCH_US       20.0
#define ROUNDS_MOST    300
#define ROUNDS_LEAST   5
#define LAUNCH_NS      2e7   /* of starting a process and loading the module */
#define FIRST_SHARE    0.65  /* of the time, for the launches of all cells */
#define MORE_LAUNCHES  3     /* in which the rest of the time is spent at least */
#define MEASURED_SHARE 0.4   /* of the time is for measuring whatever else takes some */
#define NARROW_RATIO   0.004 /* half an interval: more launches would tell nothing that anybody reads */
#define NARROW_TIME    0.01
#define LEAST_SHARE    0.6 /* of the longest batch */
#define PATIENCE       60.0
#define RESTARTS       32

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

static void set_error(struct iop_sampled *cell, const char *reason)
{
	if (!cell->error)
		cell->error = strdup(reason);
}

/* The module's file says how the numbers came about; a launch's values are normalised to one operation. */
static void take_value(struct iop_sampled *cell, double log_ratio, double ns, double cpu_ns, unsigned rounds)
{
	size_t n = cell->launches;

	if (n == IOP_SAMPLER_LAUNCHES || !(ns > 0))
		return;
	cell->ns[n] = ns;
	cell->cpu_ns[n] = cpu_ns;
	cell->ratio[n] = exp(-log_ratio) * (double)cell->ops[IOP_CANDIDATE] / (double)cell->ops[IOP_BASE];
	cell->rounds = rounds;
	cell->launches++;
}

static void tell(struct iop_sampler *s, double share)
{
	double spent = now() - s->began, done = s->from + (s->to - s->from) * share;

	if (!s->progress || now() - s->told < 0.2)
		return;
	s->told = now();
	s->progress(s->user, done, fmax(0, s->budget - spent));
}

static void take_line(void *user, char *text)
{
	struct iop_sampler *s = user;
	struct iop_sampled *cell;
	double log_ratio, ns, cpu_ns;
	unsigned rounds;
	unsigned long done, all;
	int id, number;

	if (sscanf(text, "p %lu %lu", &done, &all) == 2 && all) {
		tell(s, (double)done / (double)all);
		return;
	}
	if (sscanf(text + 1, "%d", &id) != 1 || id < 0 || (size_t)id >= s->count)
		return;
	cell = &s->cell[id];
	if (sscanf(text, "x %*d %*d %" SCNu64 " %" SCNu64 " %lf %*f %lf", &cell->batch[IOP_BASE], &cell->batch[IOP_CANDIDATE],
		   &cell->round_ns, &cell->setup_ns) == 4) {
		cell->examined = true;
	} else if (sscanf(text, "r %*d %lf %*f %*f %u %lf %lf", &log_ratio, &rounds, &ns, &cpu_ns) == 4) {
		take_value(cell, log_ratio, ns, cpu_ns, rounds);
	} else if (sscanf(text, "t %*d %*d %*f %u %lf %lf", &rounds, &ns, &cpu_ns) == 3) {
		take_value(cell, 0, ns, cpu_ns, rounds);
	} else if (sscanf(text, "e %*d %*d %d", &number) == 1) {
		cell->setup_error = number;
	}
}

static int index_of(const struct iop_sampler *s, const struct iop_cell *cell)
{
	return cell ? (int)(((uintptr_t)cell - (uintptr_t)s->module->cells) / s->module->cell_size) : IOP_WORKER_NO_CELL;
}

/*
 * The length of a batch has its effect on the figure, too small to see in one launch and the same in all of them, so that their interval
 * would not hold what another run finds with another length. So it is chosen anew for each.
 */
static uint64_t varied(struct iop_sampler *s, uint64_t ops)
{
	double share = LEAST_SHARE + (1 - LEAST_SHARE) * (double)(iop_random(&s->random) % 1024) / 1024;

	return ops > 1 ? (uint64_t)ceil((double)ops * share) : ops;
}

static struct iop_task task_of(struct iop_sampler *s, size_t i)
{
	struct iop_sampled *cell = &s->cell[i];

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		cell->ops[side] = varied(s, cell->batch[side]);

	return (struct iop_task){.name = cell->cell->name,
				 .base_name = cell->baseline ? cell->baseline->name : cell->cell->name,
				 .id = (int)i,
				 .index = {index_of(s, cell->baseline), index_of(s, cell->cell)},
				 .ops = {cell->ops[IOP_BASE], cell->ops[IOP_CANDIDATE]}};
}

/* A cell that ends its process is lost; the others run in the next one. False: nothing more can be done. */
static bool launch(struct iop_sampler *s, const char *mode, const struct iop_task *tasks, size_t n)
{
	struct iop_launch_end end = {0};
	char reason[sizeof(end.reason) + 64];

	iop_launch(&s->launcher, NULL, mode, tasks, n, s->seed, PATIENCE, take_line, s, &end);
	s->seed += GOLDEN;
	if (end.stopped || end.good)
		return true;
	if (s->on_device && end.signal == SIGBUS) {
		s->bus_fault = end.last >= 0 && (size_t)end.last < s->count ? s->cell[end.last].cell->name : "no cell";
		return false;
	}
	if (end.last < 0 || (size_t)end.last >= s->count) {
		iop_fail(s->command, "--module names the file of cells", "the cells cannot be measured: %s", end.reason);
		return false;
	}
	snprintf(reason, sizeof(reason), "%s%s", end.side == IOP_BASE ? "its baseline: " : "", end.reason);
	set_error(&s->cell[end.last], reason);
	s->cell[end.last].crashed = true;
	return true;
}

static bool is_usable(const struct iop_sampled *cell)
{
	return cell->examined && !cell->error;
}

static bool examine(struct iop_sampler *s, struct iop_task *tasks)
{
	for (int restart = 0; restart < RESTARTS && !*s->stop; restart++) {
		size_t n = 0;

		for (size_t i = 0; i < s->count; i++)
			if (!s->cell[i].examined && !s->cell[i].error && !s->cell[i].setup_error) {
				tasks[n] = task_of(s, i);
				tasks[n].ops[IOP_BASE] = 1;
				tasks[n].ops[IOP_CANDIDATE] = 0;
				tasks[n++].rounds = (unsigned)(s->batch_us > 0 ? s->batch_us : BATCH_US);
			}
		if (!n)
			break;
		if (!launch(s, "examine", tasks, n))
			return false;
	}
	for (size_t i = 0; i < s->count; i++) {
		struct iop_sampled *cell = &s->cell[i];
		char reason[128];

		if (!cell->setup_error && !cell->examined && !*s->stop)
			set_error(cell, "too many others ended their processes");
		if (!cell->setup_error)
			continue;
		snprintf(reason, sizeof(reason), "set-up failed: %s", strerror(cell->setup_error));
		set_error(cell, reason);
	}
	return true;
}

static unsigned rounds_in(const struct iop_sampler *s, const struct iop_sampled *cell, double share_ns)
{
	double rounds = share_ns / fmax(cell->round_ns, 1);

	if (s->rounds)
		return s->rounds;
	return rounds < ROUNDS_LEAST ? ROUNDS_LEAST : rounds > ROUNDS_MOST ? ROUNDS_MOST : (unsigned)rounds;
}

static double launch_ns(const struct iop_sampler *s, double share_ns)
{
	double ns = LAUNCH_NS;

	for (size_t i = 0; i < s->count; i++)
		if (is_usable(&s->cell[i]) && !s->cell[i].settled)
			ns += s->cell[i].setup_ns + rounds_in(s, &s->cell[i], share_ns) * s->cell[i].round_ns;
	return s->slowness * ns;
}

/* Every cell gets the same share of a launch's time, as far as it can use it: the largest that fits. */
static double share_for(const struct iop_sampler *s, double seconds)
{
	double low = 0, high = 1e9;

	for (int i = 0; i < 40; i++) {
		double middle = (low + high) / 2;

		if (launch_ns(s, middle) <= seconds * 1e9)
			low = middle;
		else
			high = middle;
	}
	return low;
}

/* One launch of the cells that are not settled. False: nothing is left to do, or nothing can be done. */
static bool launch_open(struct iop_sampler *s, struct iop_task *tasks, double seconds)
{
	double share = share_for(s, seconds), expected = launch_ns(s, share) * 1e-9, began = now();
	size_t n = 0;

	for (size_t i = 0; i < s->count; i++)
		if (is_usable(&s->cell[i]) && !s->cell[i].settled && s->cell[i].launches < IOP_SAMPLER_LAUNCHES) {
			tasks[n] = task_of(s, i);
			tasks[n++].rounds = rounds_in(s, &s->cell[i], share);
		}
	if (!n || !launch(s, "launch", tasks, n))
		return false;
	/* A neighbour makes everything take longer, and plans must follow. */
	s->slowness *= (1 + (now() - began) / expected) / 2;
	return true;
}

static bool is_narrow(const double *values, size_t n, double half)
{
	double low, high, coverage = iop_quantile_repeats(values, n, &low, &high);

	return isfinite(coverage) && (high - low) / 2 <= half * (high + low) / 2;
}

/* How many are not narrow yet. */
static size_t settle(struct iop_sampler *s)
{
	size_t open = 0;

	for (size_t i = 0; i < s->count; i++) {
		struct iop_sampled *cell = &s->cell[i];

		cell->settled = cell->baseline ? is_narrow(cell->ratio, cell->launches, NARROW_RATIO)
					       : is_narrow(cell->ns, cell->launches, NARROW_TIME);
		open += is_usable(cell) && !cell->settled;
	}
	return open;
}

static void measure(struct iop_sampler *s, struct iop_task *tasks)
{
	unsigned least = s->launches ? s->launches : IOP_SAMPLER_LEAST;
	double share = s->launches ? 1 : FIRST_SHARE, ends = s->began + share * s->budget;

	for (unsigned done = 0; done < least && !*s->stop; done++) {
		s->from = share * done / least;
		s->to = share * (done + 1) / least;
		if (!launch_open(s, tasks, (ends - now()) / (least - done)))
			return;
	}
	if (s->launches)
		return;
	for (int more = MORE_LAUNCHES; !*s->stop && settle(s); more = more > 1 ? more - 1 : 1) {
		double left = s->ends - now();

		s->from = fmin(1, fmax(s->to, 1 - left / s->budget));
		s->to = fmin(1, s->from + left / more / s->budget);
		if (launch_ns(s, 0) * 1e-9 > left || !launch_open(s, tasks, left / more))
			return;
	}
}

/* What follows has the rest of the time. */
static void interlude(struct iop_sampler *s)
{
	double least = MEASURED_SHARE * s->budget;

	if (!s->between)
		return;
	s->between(s->between_user);
	s->budget = fmax(s->ends - now(), least);
	s->began = now();
	s->ends = s->began + s->budget;
}

int iop_sampler_run(struct iop_sampler *s)
{
	struct iop_task *tasks = calloc(s->count + 1, sizeof(*tasks));
	int code;

	if (!tasks)
		return iop_fail(s->command, NULL, "out of memory");
	s->began = now();
	s->ends = s->began + s->budget;
	s->slowness = 1.1;
	s->random = s->seed * GOLDEN | 1;
	code = iop_launcher_open_modules(&s->launcher, s->command, s->paths, s->path_count, s->stop);
	if (!code) {
		s->launcher.after = s->after;
		s->launcher.user = s->after_user;
		if (examine(s, tasks)) {
			interlude(s);
			measure(s, tasks);
		} else {
			code = IOP_EXIT_USAGE;
		}
		iop_launcher_close(&s->launcher);
	}
	free(tasks);
	return code;
}
