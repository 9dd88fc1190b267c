/* SPDX-License-Identifier: MIT */
/* One side at a time, under an observer that counts. */
#include "worker_count.h"

#include "steps.h"
#include "worker.h"
#include "worker_say.h"

#include <host/module.h>

#include <inttypes.h>
#include <stdio.h>

#ifdef IOP_HAVE_CALLGRIND
#include <valgrind/callgrind.h>
#endif

#define ACCESS_BYTES  1024    /* larger cells do the same, longer */
#define COUNTED_MOST  1048576 /* beyond that, counting takes too long */
#define ACCESS_OPS    8
#define COUNTED_OPS   64
#define COUNTED_BYTES 65536

/* Sets one side up alone and runs n operations under an observer. */
static int observe(struct iop_worker *w, const struct iop_cell *cell, uint64_t n,
		   int (*observer)(const struct iop_cell *cell, void *ctx, uint64_t n, struct iop_steps *steps),
		   struct iop_steps *steps)
{
	void *ctx;
	int err = iop_module_setup(cell, &w->env, &ctx);

	if (err)
		return err;
	if (cell->prepare)
		cell->prepare(ctx, n);
	cell->batch(ctx, 1);
	if (cell->prepare)
		cell->prepare(ctx, n);
	err = observer(cell, ctx, n, steps);
	cell->teardown(ctx);
	return err;
}

/* Operations of the shorter run: enough to fill an unrolled loop, few for what moves much. */
static uint64_t few(const struct iop_cell *cell, uint64_t bytes, uint64_t ops)
{
	uint64_t n = cell->bytes ? bytes / cell->bytes : ops, most = cell->max_batch ? cell->max_batch / 2 : UINT64_MAX;

	n = n > ops ? ops : n;
	n = n > 8 ? n / 8 * 8 : n;
	n = n > most ? most : n;
	return n ? n : 1;
}

static int step(const struct iop_cell *cell, void *ctx, uint64_t n, struct iop_steps *steps)
{
	return iop_steps_count(cell->batch, ctx, n, steps);
}

bool iop_worker_next(const struct iop_worker *w, size_t i)
{
	if (iop_worker_seconds() > w->task[i].rounds) {
		iop_worker_say("w " IOP_WORKER_LATE);
		return false;
	}
	iop_worker_progress(i, w->count);
	iop_worker_at(w->task[i].id, -1);
	return true;
}

/* Stepping is slow: only cells whose base operations are 1 are stepped whatever their size. */
void iop_worker_accesses(struct iop_worker *w)
{
	for (size_t i = 0; i < w->count && iop_worker_next(w, i); i++) {
		struct iop_worker_task *t = &w->task[i];
		double per_op[IOP_SIDES] = {0}, instructions[IOP_SIDES] = {0};
		int err = 0;

		for (enum iop_side side = IOP_BASE; side < IOP_SIDES && !err; side++) {
			const struct iop_cell *cell = t->pair.cell[side];
			struct iop_steps once = {0}, twice = {0};
			uint64_t n;

			if (!cell)
				continue;
			n = few(cell, ACCESS_BYTES, ACCESS_OPS);
			if ((cell->bytes > ACCESS_BYTES && t->pair.ops[IOP_BASE] != 1) || cell->bytes > COUNTED_MOST ||
			    (cell->flags & IOP_CELL_SYSCALL) || cell->max_batch == 1)
				err = 1;
			err = err ? err : observe(w, cell, n, step, &once);
			err = err ? err : observe(w, cell, 2 * n, step, &twice);
			per_op[side] = ((double)twice.accesses - (double)once.accesses) / (double)n;
			instructions[side] = ((double)twice.instructions - (double)once.instructions) / (double)n;
		}
		if (!err)
			iop_worker_say("a %d %.6f %.6f %.6f %.6f", t->id, per_op[IOP_BASE], per_op[IOP_CANDIDATE],
				       instructions[IOP_BASE], instructions[IOP_CANDIDATE]);
	}
}

#ifdef IOP_HAVE_CALLGRIND
static int collect(const struct iop_cell *cell, void *ctx, uint64_t n, struct iop_steps *steps)
{
	(void)steps;
	CALLGRIND_ZERO_STATS;
	CALLGRIND_TOGGLE_COLLECT;
	cell->batch(ctx, n);
	CALLGRIND_TOGGLE_COLLECT;
	return 0;
}
#endif

/* Under callgrind; the counts are in its own file, after a line that names the task, the side and the number of operations. */
void iop_worker_count(struct iop_worker *w)
{
#ifdef IOP_HAVE_CALLGRIND
	CALLGRIND_START_INSTRUMENTATION;
	for (size_t i = 0; i < w->count && iop_worker_next(w, i); i++) {
		struct iop_worker_task *t = &w->task[i];

		for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
			const struct iop_cell *cell = t->pair.cell[side];
			struct iop_steps ignored;
			uint64_t n, most;
			char tag[64];

			if (!cell || cell->bytes > COUNTED_MOST)
				continue;
			n = few(cell, COUNTED_BYTES, COUNTED_OPS);
			most = cell->max_batch == 1 ? n : 2 * n;
			for (uint64_t times = n; times <= most; times += n) {
				if (observe(w, cell, times, collect, &ignored))
					break;
				snprintf(tag, sizeof(tag), "iopath %d %d %" PRIu64, t->id, side, times);
				CALLGRIND_DUMP_STATS_AT(tag);
			}
		}
	}
#else
	iop_worker_say("w built without valgrind's headers");
	(void)w;
#endif
}
