/* SPDX-License-Identifier: MIT */
#include "worker.h"
#include "worker_count.h"
#include "worker_device.h"
#include "worker_say.h"

#include "control.h"
#include "identity.h"
#include "pair.h"
#include "place.h"
#include "stats.h"

#include <host/fail.h>
#include <host/module.h>

#include <dlfcn.h>
#include <inttypes.h>
#include <math.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS_MOST   1000
#define BATCH_LEAST   15e3 /* ns: a batch this long tells how long the next should be */
#define BATCH_STRETCH 4	   /* times as long, if a planted share comes out whole that way */
#define TRIES	      3

/* By its place; under an emulated CPU a module may offer fewer cells, so the name has the last word. NULL: not there. */
static const struct iop_cell *cell_of(const struct iop_worker *w, enum iop_side side, int index, const char *name)
{
	const struct iop_cell *cell;

	if (index == IOP_WORKER_NO_CELL)
		return NULL;
	if (index < 0)
		return iop_gate_control();
	if ((uint64_t)index < w->module[side]->count) {
		cell = iop_module_cell(w->module[side], (size_t)index);
		if (strcmp(cell->name, name) == 0)
			return cell;
	}
	return iop_module_find(w->module[side], name);
}

/* False at the end of the plan; *@there tells whether this module has the cells. */
static bool read_task(struct iop_worker *w, FILE *file, struct iop_worker_task *t, bool *there)
{
	char name[512];

	if (fscanf(file, "%d %d %d %" SCNu64 " %" SCNu64 " %u %511[^\n]", &t->id, &t->index[IOP_BASE], &t->index[IOP_CANDIDATE],
		   &t->pair.ops[IOP_BASE], &t->pair.ops[IOP_CANDIDATE], &t->rounds, name) != 7)
		return false;
	*there = true;
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		t->pair.cell[side] = cell_of(w, side, t->index[side], name);
		*there &= t->pair.cell[side] != NULL || t->index[side] == IOP_WORKER_NO_CELL;
	}
	return true;
}

static int read_plan(struct iop_worker *w, const char *path)
{
	FILE *file = fopen(path, "r");
	struct iop_worker_task t = {0};
	size_t room = 0;
	bool there;

	if (!file)
		return -1;
	while (read_task(w, file, &t, &there)) {
		if (!there)
			continue;
		if (w->count == room) {
			struct iop_worker_task *more = realloc(w->task, (room = 2 * room + 64) * sizeof(*more));

			if (!more)
				break;
			w->task = more;
		}
		w->task[w->count++] = t;
	}
	fclose(file);
	return 0;
}

struct named {
	const char *name;
	int index;
};

static int by_name(const void *a, const void *b)
{
	const struct named *x = a, *y = b;

	return strcmp(x->name, y->name);
}

static void mode_list(struct iop_worker *w)
{
	size_t count = w->module[IOP_CANDIDATE]->count;
	struct named *names = calloc(count + 1, sizeof(*names));
	unsigned char *found = calloc(count + 1, 1);

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		iop_worker_say("m %d %u %s / %s / %s / %s", side, w->module[side]->abi, w->module[side]->commit,
			       w->module[side]->compiler, w->module[side]->flags, w->module[side]->arch);
	if (!names || !found) {
		free(names);
		free(found);
		return;
	}
	for (size_t i = 0; i < count; i++)
		names[i] = (struct named){iop_module_cell(w->module[IOP_CANDIDATE], i)->name, (int)i};
	qsort(names, count, sizeof(*names), by_name);
	for (size_t i = 0; i < w->module[IOP_BASE]->count; i++) {
		const struct iop_cell *cell = iop_module_cell(w->module[IOP_BASE], i);
		struct named key = {cell->name, 0}, *match = bsearch(&key, names, count, sizeof(*names), by_name);

		uint32_t flags = cell->flags;

		if (match) {
			found[match->index] = 1;
			/* What one side says cannot be paired, cannot. */
			flags |= iop_module_cell(w->module[IOP_CANDIDATE], (size_t)match->index)->flags & IOP_CELL_SYSCALL;
		}
		iop_worker_say("l %zu %d %u %s", i, match ? match->index : -1, flags, cell->name);
	}
	for (size_t i = 0; i < count; i++)
		if (!found[i])
			iop_worker_say("l -1 %zu %u %s", i, iop_module_cell(w->module[IOP_CANDIDATE], i)->flags,
				       iop_module_cell(w->module[IOP_CANDIDATE], i)->name);
	free(names);
	free(found);
}

/* The least of a few: one may have been interrupted, and what follows from it would hold for the whole run. */
static double least_ns(const struct iop_pair *pair)
{
	double least = iop_pair_time(pair, IOP_BASE);

	for (int i = 1; i < TRIES; i++) {
		double ns = iop_pair_time(pair, IOP_BASE);

		least = ns < least ? ns : least;
	}
	return least;
}

/* Finds batch lengths: about @rounds microseconds of the base, in multiples that let a planted share come out whole. */
static void calibrate(struct iop_worker_task *t, double batch_ns, uint64_t multiple)
{
	uint64_t most = UINT64_MAX, n = 1;
	double ns = 0;

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		if (t->pair.cell[side]->max_batch && t->pair.cell[side]->max_batch < most)
			most = t->pair.cell[side]->max_batch;
	for (;;) {
		t->pair.ops[IOP_BASE] = n;
		ns = iop_pair_time(&t->pair, IOP_BASE);
		if (ns >= BATCH_LEAST || n >= most || n >= UINT64_C(1) << 40)
			break;
		n = ns < BATCH_LEAST / 16 ? 8 * n : 2 * n;
		n = n < most ? n : most;
	}
	if (ns < 100 * BATCH_LEAST)
		ns = least_ns(&t->pair);
	if (ns > 0) {
		double want = (double)n * batch_ns / ns;

		if (want < (double)multiple)
			want = want * BATCH_STRETCH < (double)multiple ? want * BATCH_STRETCH : (double)multiple;
		n = want < 1 ? 1 : want > (double)most ? most : (uint64_t)want;
	}
	/* The candidate may do one in @multiple more, which must fit as well. */
	if (n + n / multiple > most)
		n = most - most / (multiple + 1);
	n = n > multiple ? n / multiple * multiple : n;
	t->pair.ops[IOP_BASE] = t->pair.ops[IOP_CANDIDATE] = n ? n : 1;
}

static int same_code(struct iop_code *const code[IOP_SIDES], const struct iop_worker_task *t)
{
	struct iop_code_hash hash[IOP_SIDES];

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		if (!code[side] || t->index[side] < 0 || !iop_code_hash(code[side], t->pair.cell[side], &hash[side]))
			return t->index[side] < 0 ? 1 : -1;
	return memcmp(&hash[IOP_BASE], &hash[IOP_CANDIDATE], sizeof(hash[0])) == 0;
}

static int set_up(struct iop_worker *w, struct iop_worker_task *t)
{
	enum iop_side side = IOP_BASE;
	int err;

	iop_worker_say("s %d", t->id);
	err = iop_pair_setup(&t->pair, &w->env, &w->random, &side);
	if (!err)
		return 0;
	iop_worker_say("e %d %d %d", t->id, side, -err);
	/* Whether the other side fails alike decides if this is the machine's lack or a build's. */
	side = side == IOP_BASE ? IOP_CANDIDATE : IOP_BASE;
	if (t->pair.cell[side]->setup(t->pair.cell[side], &w->env, &t->pair.ctx[side]))
		iop_worker_say("e %d %d %d", t->id, side, -err);
	else
		t->pair.cell[side]->teardown(t->pair.ctx[side]);
	return err;
}

/* True if the sides may be in one process at once. */
static bool pairs(const struct iop_worker_task *t)
{
	return iop_cells_pair(t->pair.cell[IOP_BASE]->flags | t->pair.cell[IOP_CANDIDATE]->flags);
}

static int set_up_side(struct iop_worker *w, struct iop_worker_task *t, enum iop_side side)
{
	int err;

	iop_worker_say("s %d %d", t->id, side);
	err = iop_side_setup(&t->pair, &w->env, side);
	if (err)
		iop_worker_say("e %d %d %d", t->id, side, -err);
	return err;
}

static double round_cost(struct iop_worker *w, const struct iop_worker_task *t, double *base_ns)
{
	double least = INFINITY;

	for (int i = 0; i < TRIES; i++) {
		double began = iop_worker_seconds(), ns;

		iop_pair_round(&t->pair, &w->random, base_ns);
		ns = (iop_worker_seconds() - began) * 1e9;
		least = ns < least ? ns : least;
	}
	return least;
}

struct costs {
	double round_ns, setup_ns, base_ns; /* of a batch */
};

static int examine_pair(struct iop_worker *w, struct iop_worker_task *t, uint64_t multiple, struct costs *c)
{
	double began = iop_worker_seconds();
	int err = set_up(w, t);

	if (err)
		return err;
	c->setup_ns = (iop_worker_seconds() - began) * 1e9;
	calibrate(t, t->rounds * 1e3, multiple);
	c->round_ns = round_cost(w, t, &c->base_ns);
	iop_pair_teardown(&t->pair);
	return 0;
}

/* One after the other; the candidate runs as well, so that a cell that crashes does so before anything is measured. */
static int examine_sides(struct iop_worker *w, struct iop_worker_task *t, uint64_t multiple, struct costs *c)
{
	double began = iop_worker_seconds();
	int err = set_up_side(w, t, IOP_BASE), other;

	if (!err) {
		c->setup_ns = 2 * (iop_worker_seconds() - began) * 1e9;
		calibrate(t, t->rounds * 1e3, multiple);
		c->base_ns = least_ns(&t->pair);
		c->round_ns = 2 * c->base_ns;
		iop_side_teardown(&t->pair, IOP_BASE);
	}
	other = set_up_side(w, t, IOP_CANDIDATE);
	if (!other)
		iop_side_teardown(&t->pair, IOP_CANDIDATE);
	return err ? err : other;
}

/*
 * A task's rounds are the length of a batch in microseconds here, its base operations the multiple; its candidate operations are
 * 0 where a cell of the same code needs no more than that answer.
 */
static void mode_examine(struct iop_worker *w)
{
	struct iop_code *code[IOP_SIDES];
	int *same = calloc(w->count + 1, sizeof(*same));

	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		code[side] = iop_code_open(w->path[side], w->module[side]);
	/* Before any cell runs: what a cell writes must not look like a difference. */
	for (size_t i = 0; i < w->count; i++)
		same[i] = same_code(code, &w->task[i]);
	for (size_t i = 0; i < w->count; i++) {
		struct iop_worker_task *t = &w->task[i];
		uint64_t multiple = t->pair.ops[IOP_BASE];
		bool measure = same[i] != 1 || t->pair.ops[IOP_CANDIDATE];
		struct costs costs = {0};

		t->pair.ops[IOP_BASE] = t->pair.ops[IOP_CANDIDATE] = 1;
		if (!measure) {
			iop_worker_say("x %d 1 0 0 0 0 0", t->id);
			continue;
		}
		if (pairs(t) ? examine_pair(w, t, multiple, &costs) : examine_sides(w, t, multiple, &costs))
			continue;
		iop_worker_say("x %d %d %" PRIu64 " %" PRIu64 " %.0f %.4f %.0f", t->id, same[i], t->pair.ops[IOP_BASE],
			       t->pair.ops[IOP_CANDIDATE], costs.round_ns, costs.base_ns / (double)t->pair.ops[IOP_BASE],
			       costs.setup_ns);
	}
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		if (code[side])
			iop_code_close(code[side]);
	free(same);
}

static void launch_pair(struct iop_worker *w, struct iop_worker_task *t, unsigned rounds)
{
	static double ratio[ROUNDS_MOST], base[ROUNDS_MOST];
	double median, spread;

	if (set_up(w, t))
		return;
	for (unsigned i = 0; i < rounds; i++)
		ratio[i] = iop_pair_round(&t->pair, &w->random, &base[i]);
	iop_pair_teardown(&t->pair);
	median = iop_stats_median(ratio, rounds);
	spread = ratio[rounds * 3 / 4] - ratio[rounds / 4]; /* the median has sorted them */
	iop_worker_say("r %d %.9g %.9g %.6g %u", t->id, median, spread,
		       iop_stats_median(base, rounds) / (double)t->pair.ops[IOP_BASE], rounds);
}

static void launch_side(struct iop_worker *w, struct iop_worker_task *t, unsigned rounds)
{
	enum iop_side side = t->pair.cell[IOP_BASE] ? IOP_BASE : IOP_CANDIDATE;
	static double ns[ROUNDS_MOST];

	if (set_up_side(w, t, side))
		return;
	for (unsigned i = 0; i < rounds; i++)
		ns[i] = iop_pair_time(&t->pair, side);
	iop_side_teardown(&t->pair, side);
	iop_worker_say("t %d %d %.9g %u", t->id, side, iop_stats_median(ns, rounds), rounds);
}

static void launch_cell(struct iop_worker *w, struct iop_worker_task *t)
{
	unsigned rounds = t->rounds < ROUNDS_MOST ? t->rounds : ROUNDS_MOST;

	if (t->pair.cell[IOP_BASE] && t->pair.cell[IOP_CANDIDATE])
		launch_pair(w, t, rounds);
	else
		launch_side(w, t, rounds);
}

static void mode_launch(struct iop_worker *w)
{
	for (size_t i = w->count; i > 1; i--) {
		size_t j = iop_random(&w->random) % i;
		struct iop_worker_task swap = w->task[i - 1];

		w->task[i - 1] = w->task[j];
		w->task[j] = swap;
	}
	for (size_t i = 0; i < w->count; i++)
		launch_cell(w, &w->task[i]);
}

static const struct mode {
	const char *name;
	void (*run)(struct iop_worker *w);
} modes[] = {
	{"list", mode_list},	     {"examine", mode_examine}, {"launch", mode_launch}, {"accesses", iop_worker_accesses},
	{"count", iop_worker_count},
};

/* A launch stays on one CPU: moving between two costs what a regression costs. */
static void pin(uint64_t random)
{
	cpu_set_t allowed, one;
	int chosen = -1, count;

	if (sched_getaffinity(0, sizeof(allowed), &allowed))
		return;
	count = CPU_COUNT(&allowed);
	chosen = count ? (int)(random % (uint64_t)count) : -1;
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (CPU_ISSET(cpu, &allowed) && chosen-- == 0) {
			CPU_ZERO(&one);
			CPU_SET(cpu, &one);
			sched_setaffinity(0, sizeof(one), &one);
			return;
		}
}

static int load(struct iop_worker *w, char **path)
{
	bool candidate_first = iop_random(&w->random) & 1;
	struct iop_place place = {0};
	Dl_info first;

	for (int i = 0; i < IOP_SIDES; i++) {
		enum iop_side side = (i == 0) == candidate_first ? IOP_CANDIDATE : IOP_BASE;

		w->path[side] = path[side];
		if (i && dladdr(w->module[!side], &first))
			iop_place_hold(&place, path[side], first.dli_fbase, iop_random(&w->random));
		w->module[side] = iop_module_load(path[side]);
		iop_place_release(&place);
		if (!w->module[side]) {
			iop_worker_say("w cannot load the %s's module", side == IOP_BASE ? "base" : "candidate");
			return IOP_EXIT_USAGE;
		}
	}
	return 0;
}

int iop_gate_worker(int argc, char **argv)
{
	struct iop_worker w = {.env = {.size = sizeof(w.env)}};
	const struct mode *mode = NULL;
	int code;

	if (argc != 6)
		return iop_fail("gate", NULL, "--worker is for the gate's own use");
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++)
		if (strcmp(argv[1], modes[i].name) == 0)
			mode = &modes[i];
	if (!mode)
		return iop_fail("gate", NULL, "--worker: no mode '%s'", argv[1]);
	w.env.seed = strtoull(argv[5], NULL, 0) | 1;
	w.random = w.env.seed * UINT64_C(0x9E3779B97F4A7C15) | 1;
	for (int i = 0; i < 8; i++)
		iop_random(&w.random);
	w.env.colour = (uint32_t)iop_random(&w.random);
	pin(iop_random(&w.random));
	if (iop_worker_adopt_device()) {
		iop_worker_say("w cannot map the device");
		return IOP_EXIT_USAGE;
	}
	code = load(&w, &argv[2]);
	if (code)
		return code;
	if (read_plan(&w, argv[4]))
		return iop_fail("gate", NULL, "--worker: cannot read the plan");
	mode->run(&w);
	free(w.task);
	return IOP_EXIT_CLEAN;
}
