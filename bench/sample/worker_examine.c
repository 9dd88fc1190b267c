/* SPDX-License-Identifier: MIT */
/* How many operations make a batch, what a round costs, and whether both sides run the same code. */
#include "worker_count.h"

#include "worker.h"
#include "worker_say.h"

#include <host/module.h>

#include <inttypes.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define BATCH_LEAST   15e3 /* ns: a batch this long tells how long the next should be */
#define BATCH_STRETCH 4	   /* times as long, if a planted share comes out whole that way */
#define TRIES	      3

struct costs {
	double round_ns, setup_ns, base_ns; /* of a batch */
};

/* What a neighbour took meanwhile is no cost of this cell. */
static double cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* The least of a few: one may have been interrupted, and what follows from it would hold for the whole run. */
static double least_ns(const struct iop_pair *pair, enum iop_side side)
{
	double least = INFINITY;

	for (int i = 0; i < TRIES; i++)
		least = fmin(least, iop_pair_time(pair, side).wall);
	return least;
}

static uint64_t most_ops(const struct iop_pair *pair, bool two_cells, enum iop_side side)
{
	uint64_t most = UINT64_C(1) << 40;

	for (enum iop_side s = IOP_BASE; s < IOP_SIDES; s++)
		if (pair->cell[s] && (s == side || !two_cells) && pair->cell[s]->max_batch && pair->cell[s]->max_batch < most)
			most = pair->cell[s]->max_batch;
	return most;
}

/* Operations that take about @batch_ns, in multiples that let a planted share come out whole. */
static uint64_t ops_for(struct iop_pair *pair, enum iop_side side, uint64_t most, double batch_ns, uint64_t multiple)
{
	uint64_t n = 1;
	double ns = 0;
	bool interrupted = false;

	multiple = multiple ? multiple : 1;

	for (;;) {
		struct iop_batch_time time;

		pair->ops[side] = n;
		time = iop_pair_time(pair, side);
		ns = time.wall;
		interrupted = time.cpu < ns / 2;
		if (ns >= BATCH_LEAST || n >= most)
			break;
		n = ns < BATCH_LEAST / 16 ? 8 * n : 2 * n;
		n = n < most ? n : most;
	}
	if (ns < 100 * BATCH_LEAST || interrupted)
		ns = least_ns(pair, side);
	if (ns > 0) {
		double want = (double)n * batch_ns / ns;

		if (want < (double)multiple)
			want = want * BATCH_STRETCH < (double)multiple ? want * BATCH_STRETCH : (double)multiple;
		n = want < 1 ? 1 : want > (double)most ? most : (uint64_t)want;
	}
	/* The candidate may do one in @multiple more, which must fit as well. */
	if (multiple > 1 && n + n / multiple > most)
		n = most - most / (multiple + 1);
	n = n > multiple ? n / multiple * multiple : n;
	return n ? n : 1;
}

/* One side that is there decides for both, but each of two cells needs batches of its own. */
static void calibrate(struct iop_worker_task *t, double batch_ns, uint64_t multiple)
{
	struct iop_pair *pair = &t->pair;
	enum iop_side first = pair->cell[IOP_BASE] ? IOP_BASE : IOP_CANDIDATE;

	pair->ops[first] = ops_for(pair, first, most_ops(pair, t->two_cells, first), batch_ns, multiple);
	pair->ops[!first] = t->two_cells && pair->cell[!first] ? ops_for(pair, !first, most_ops(pair, true, !first), batch_ns, 1)
							       : pair->ops[first];
}

static int same_code(const struct iop_worker *w, const struct iop_worker_task *t)
{
	struct iop_code_hash hash[IOP_SIDES];

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		struct iop_code *code = t->index[side] < 0 ? NULL : iop_worker_code(w, side, t->pair.cell[side]);

		if (!code || !iop_code_hash(code, t->pair.cell[side], &hash[side]))
			return t->index[side] == -1 ? 1 : -1;
	}
	return memcmp(&hash[IOP_BASE], &hash[IOP_CANDIDATE], sizeof(hash[0])) == 0;
}

int iop_worker_set_up(struct iop_worker *w, struct iop_worker_task *t)
{
	bool both = t->pair.cell[IOP_BASE] && t->pair.cell[IOP_CANDIDATE];
	enum iop_side side = IOP_BASE;
	int err;

	iop_worker_at(t->id, both ? -1 : t->pair.cell[IOP_BASE] ? IOP_BASE : IOP_CANDIDATE);
	err = iop_pair_setup(&t->pair, &w->env, &w->random, &side);
	if (!err)
		return 0;
	iop_worker_say("e %d %d %d", t->id, side, -err);
	if (!both)
		return err;
	/* Whether the other side fails alike decides if this is the machine's lack or a build's. */
	side = side == IOP_BASE ? IOP_CANDIDATE : IOP_BASE;
	if (iop_module_setup(t->pair.cell[side], &w->env, &t->pair.ctx[side]))
		iop_worker_say("e %d %d %d", t->id, side, -err);
	else
		t->pair.cell[side]->teardown(t->pair.ctx[side]);
	return err;
}

static double round_cost(struct iop_worker *w, const struct iop_worker_task *t)
{
	struct iop_batch_time time[IOP_SIDES];
	double least = INFINITY;

	for (int i = 0; i < TRIES; i++) {
		double began = iop_worker_seconds();

		iop_pair_round(&t->pair, &w->random, time);
		least = fmin(least, (iop_worker_seconds() - began) * 1e9);
	}
	return least;
}

static int examine_pair(struct iop_worker *w, struct iop_worker_task *t, uint64_t multiple, struct costs *c)
{
	double began = cpu_ns();
	int err = iop_worker_set_up(w, t);

	if (err)
		return err;
	c->setup_ns = cpu_ns() - began;
	calibrate(t, t->rounds * 1e3, multiple);
	c->base_ns = least_ns(&t->pair, t->pair.cell[IOP_BASE] ? IOP_BASE : IOP_CANDIDATE);
	c->round_ns = round_cost(w, t);
	iop_pair_teardown(&t->pair);
	return 0;
}

/*
 * One after the other, in one process; the candidate runs as well, so that a cell that crashes does so before anything is measured.
 */
static int examine_sides(struct iop_worker *w, struct iop_worker_task *t, uint64_t multiple, struct costs *c)
{
	struct iop_worker_task one = *t;
	int err, other;

	one.pair.cell[IOP_CANDIDATE] = NULL;
	err = examine_pair(w, &one, multiple, c);
	if (!err) {
		t->pair.ops[IOP_BASE] = t->pair.ops[IOP_CANDIDATE] = one.pair.ops[IOP_BASE];
		c->setup_ns *= 2;
		c->round_ns *= 2;
	}
	one.pair = t->pair;
	one.pair.cell[IOP_BASE] = NULL;
	other = iop_worker_set_up(w, &one);
	if (!other)
		iop_pair_teardown(&one.pair);
	return err ? err : other;
}

/* True if the sides may be in one process at once. */
static bool pairs(const struct iop_worker_task *t)
{
	return t->two_cells || !t->pair.cell[IOP_BASE] || !t->pair.cell[IOP_CANDIDATE] ||
	       iop_cells_pair(t->pair.cell[IOP_BASE]->flags | t->pair.cell[IOP_CANDIDATE]->flags);
}

/* What costs no time to know. */
static void say_identity(const struct iop_worker_task *t, int same)
{
	iop_worker_say("x %d %d 0 0 0 0 0", t->id, same);
}

/* A cell of the same code needs no more than that answer. */
static bool is_answered(const struct iop_worker_task *t, int same)
{
	return same == 1 && !t->pair.ops[IOP_BASE];
}

static void examine(struct iop_worker *w, struct iop_worker_task *t, int same)
{
	uint64_t multiple = t->pair.ops[IOP_BASE];
	struct costs costs = {0};

	t->pair.ops[IOP_BASE] = t->pair.ops[IOP_CANDIDATE] = 1;
	if (pairs(t) ? examine_pair(w, t, multiple, &costs) : examine_sides(w, t, multiple, &costs))
		return;
	iop_worker_say("x %d %d %" PRIu64 " %" PRIu64 " %.0f %.4f %.0f", t->id, same, t->pair.ops[IOP_BASE],
		       t->pair.ops[IOP_CANDIDATE], costs.round_ns, costs.base_ns / (double)t->pair.ops[IOP_BASE], costs.setup_ns);
}

/*
 * A task's rounds are the length of a batch in microseconds here. Its base operations are the multiple, 0 where a cell of the same
 * code is not to be run. Its candidate operations are the milliseconds in which all must be examined, 0 for as long as it takes: of
 * those for which there is no time, only the identity is said. Tasks are taken in the plan's order.
 */
void iop_worker_examine(struct iop_worker *w)
{
	int *same = calloc(w->count + 1, sizeof(*same));
	double began = iop_worker_seconds();

	if (!same) {
		iop_worker_say("w out of memory");
		return;
	}
	iop_worker_open_code(w);
	for (size_t i = 0; i < w->count; i++)
		same[i] = same_code(w, &w->task[i]);
	for (size_t i = 0; i < w->count; i++) {
		double limit = (double)w->task[i].pair.ops[IOP_CANDIDATE] * 1e-3;

		if (is_answered(&w->task[i], same[i]) || (limit > 0 && iop_worker_seconds() - began > limit))
			say_identity(&w->task[i], same[i]);
		else
			examine(w, &w->task[i], same[i]);
	}
	iop_worker_close_code(w);
	free(same);
}
