/* SPDX-License-Identifier: MIT */
/*
 * Measuring: the rounds of all cells of a launch are interleaved at random, so that a disturbance of the machine meets every cell
 * and each of them a little. Cells that together need much memory are interleaved in groups.
 */
#include "worker_count.h"

#include "worker.h"
#include "worker_say.h"

#include <host/quantile.h>

#include <math.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

#define ROUNDS_MOST 1000
#define GROUP_BYTES (UINT64_C(256) << 20)
#define CELL_BYTES  65536 /* of a context that is not what the cell moves */

enum {
	RATIO,
	BASE_NS,
	NS,
	CPU_NS,
	VALUES
};

static volatile sig_atomic_t enough;

static void interrupted(int signal_number)
{
	(void)signal_number;
	enough = 1;
}

struct track {
	struct iop_worker_task *task;
	bool ready;
	unsigned done;
	double *value[VALUES]; /* of each round */
};

struct progress {
	unsigned long done, all;
};

static bool has(const struct track *t, enum iop_side side)
{
	return t->task->pair.cell[side] != NULL;
}

static void play_round(struct iop_worker *w, struct track *t)
{
	const struct iop_pair *pair = &t->task->pair;
	struct iop_batch_time time[IOP_SIDES] = {0};
	enum iop_side last = has(t, IOP_CANDIDATE) ? IOP_CANDIDATE : IOP_BASE;

	iop_worker_at(t->task->id, has(t, IOP_BASE) && has(t, IOP_CANDIDATE) ? -1 : (int)last);
	iop_pair_round(pair, &w->random, time);
	t->value[RATIO][t->done] = iop_pair_log_ratio(time);
	t->value[BASE_NS][t->done] = time[IOP_BASE].wall / (double)pair->ops[IOP_BASE];
	t->value[NS][t->done] = time[last].wall / (double)pair->ops[last];
	t->value[CPU_NS][t->done] = time[last].cpu / (double)pair->ops[last];
	t->done++;
}

static void shuffle(struct iop_worker *w, size_t *order, size_t n)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = iop_random(&w->random) % i, swap = order[i - 1];

		order[i - 1] = order[j];
		order[j] = swap;
	}
}

/* Cells with fewer rounds than others have theirs spread over the whole time. */
static void play(struct iop_worker *w, struct track *track, size_t *order, size_t n, struct progress *progress)
{
	unsigned most = 0;

	for (size_t i = 0; i < n; i++)
		most = track[i].ready && track[i].task->rounds > most ? track[i].task->rounds : most;
	for (unsigned r = 0; r < most && !enough; r++) {
		shuffle(w, order, n);
		for (size_t i = 0; i < n && !enough; i++) {
			struct track *t = &track[order[i]];
			unsigned long rounds = t->ready ? t->task->rounds : 0;

			if (r * rounds / most == (r + 1) * rounds / most)
				continue;
			play_round(w, t);
			iop_worker_progress(++progress->done, progress->all);
		}
	}
}

static void say(const struct track *t)
{
	const struct iop_worker_task *task = t->task;
	double median[VALUES], spread;

	for (int v = 0; v < VALUES; v++)
		median[v] = iop_quantile(t->value[v], t->done, 0.5);
	spread = iop_quantile(t->value[RATIO], t->done, 0.75) - iop_quantile(t->value[RATIO], t->done, 0.25);
	if (task->two_cells || (has(t, IOP_BASE) && has(t, IOP_CANDIDATE)))
		iop_worker_say("r %d %.9g %.9g %.6g %u %.9g %.9g", task->id, median[RATIO], spread, median[BASE_NS], t->done,
			       median[NS], median[CPU_NS]);
	else
		iop_worker_say("t %d %d %.9g %u %.9g %.9g", task->id, has(t, IOP_BASE) ? IOP_BASE : IOP_CANDIDATE,
			       median[NS] * (double)task->pair.ops[has(t, IOP_BASE) ? IOP_BASE : IOP_CANDIDATE], t->done,
			       median[NS], median[CPU_NS]);
}

static bool begin(struct iop_worker *w, struct track *t, struct iop_worker_task *task)
{
	double *values = malloc(VALUES * sizeof(*values) * (task->rounds + 1));

	*t = (struct track){.task = task};
	for (int v = 0; values && v < VALUES; v++)
		t->value[v] = values + (size_t)v * (task->rounds + 1);
	t->ready = values && iop_worker_set_up(w, task) == 0;
	return values != NULL;
}

/* What of it is finished is said. */
static void group(struct iop_worker *w, struct iop_worker_task *task, size_t n, struct progress *progress)
{
	struct track *track = calloc(n, sizeof(*track));
	size_t *order = calloc(n, sizeof(*order)), begun = 0;

	if (track && order)
		for (; begun < n && begin(w, &track[begun], &task[begun]); begun++)
			order[begun] = begun;
	if (begun < n)
		iop_worker_say("w out of memory");
	else
		play(w, track, order, n, progress);
	for (size_t i = 0; i < begun; i++) {
		if (track[i].done)
			say(&track[i]);
		if (track[i].ready)
			iop_pair_teardown(&track[i].task->pair);
		free(track[i].value[0]);
	}
	free(track);
	free(order);
}

static uint64_t memory_of(const struct iop_worker_task *t)
{
	uint64_t bytes = 0;

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		const struct iop_cell *cell = t->pair.cell[side];
		uint64_t slots = cell && cell->prepare && cell->max_batch ? cell->max_batch : 1;

		if (cell)
			bytes += CELL_BYTES + 2 * cell->bytes * slots;
	}
	return bytes;
}

static void shuffle_tasks(struct iop_worker *w)
{
	for (size_t i = w->count; i > 1; i--) {
		size_t j = iop_random(&w->random) % i;
		struct iop_worker_task swap = w->task[i - 1];

		w->task[i - 1] = w->task[j];
		w->task[j] = swap;
	}
}

void iop_worker_launch(struct iop_worker *w)
{
	struct progress progress = {0};

	signal(SIGTERM, interrupted);
	shuffle_tasks(w);
	for (size_t i = 0; i < w->count; i++) {
		if (w->task[i].rounds > ROUNDS_MOST)
			w->task[i].rounds = ROUNDS_MOST;
		progress.all += w->task[i].rounds;
	}
	for (size_t from = 0, to; from < w->count && !enough; from = to) {
		uint64_t bytes = memory_of(&w->task[from]);

		for (to = from + 1; to < w->count; to++) {
			bytes += memory_of(&w->task[to]);
			if (bytes > GROUP_BYTES)
				break;
		}
		group(w, &w->task[from], to - from, &progress);
	}
}
