/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <host/module.h>

#include <math.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* One part in so many of a batch goes before it. */
#define LONG_NS 2e5 /* of a batch that others often interrupt */
#define WARM_UP 8

uint64_t iop_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * UINT64_C(0x2545F4914F6CDD1D) >> 16;
}

static void batch(const struct iop_pair *pair, enum iop_side side)
{
	const struct iop_cell *cell = pair->cell[side];

	if (!cell)
		return;
	if (cell->prepare)
		cell->prepare(pair->ctx[side], pair->ops[side]);
	cell->batch(pair->ctx[side], pair->ops[side]);
}

static int set_up(struct iop_pair *pair, const struct iop_cell_env *env, enum iop_side side)
{
	const struct iop_cell *cell = pair->cell[side];

	return cell ? iop_module_setup(cell, env, &pair->ctx[side]) : 0;
}

static void tear_down(struct iop_pair *pair, enum iop_side side)
{
	if (pair->cell[side])
		pair->cell[side]->teardown(pair->ctx[side]);
}

static enum iop_side other(enum iop_side side)
{
	return side == IOP_BASE ? IOP_CANDIDATE : IOP_BASE;
}

int iop_pair_setup(struct iop_pair *pair, const struct iop_cell_env *env, uint64_t *random, enum iop_side *side)
{
	enum iop_side first = iop_random(random) & 1 ? IOP_CANDIDATE : IOP_BASE;
	int err;

	*side = first;
	err = set_up(pair, env, first);
	if (err)
		return err;
	*side = other(first);
	err = set_up(pair, env, *side);
	if (err) {
		tear_down(pair, first);
		return err;
	}
	batch(pair, first);
	batch(pair, other(first));
	return 0;
}

void iop_pair_teardown(struct iop_pair *pair)
{
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		tear_down(pair, side);
}

/*
 * What the CPU has learnt while one batch runs can last for hundreds of them, and differ between the sides by a factor of two. An
 * instruction that waits for all others, and that traps to a hypervisor, resets it.
 */
static void forget(void)
{
#if defined(__x86_64__)
	unsigned a, b, c, d;

	__cpuid(0, a, b, c, d);
	(void)a, (void)b, (void)c, (void)d;
#endif
}

static double nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

struct iop_batch_time iop_pair_time(const struct iop_pair *pair, enum iop_side side)
{
	const struct iop_cell *cell = pair->cell[side];
	uint64_t ops = pair->ops[side], warm = cell->prepare ? 0 : ops < WARM_UP ? 1 : ops / WARM_UP;
	double wall, cpu;

	if (cell->prepare)
		cell->prepare(pair->ctx[side], ops);
	/* A system call, so what it leaves behind in the CPU is gone before the batch. */
	cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID);
	forget();
	/* The cost of starting is not part of an operation and would make every change look smaller. */
	if (warm)
		cell->batch(pair->ctx[side], warm);
	wall = nanoseconds(CLOCK_MONOTONIC);
	cell->batch(pair->ctx[side], ops);
	wall = nanoseconds(CLOCK_MONOTONIC) - wall;
	cpu = nanoseconds(CLOCK_THREAD_CPUTIME_ID) - cpu;
	return (struct iop_batch_time){wall, cpu * (double)ops / (double)(ops + warm)};
}

void iop_pair_round(const struct iop_pair *pair, uint64_t *random, struct iop_batch_time time[IOP_SIDES])
{
	/* The first side finds other caches, so each round chooses it at random. */
	enum iop_side first = iop_random(random) & 1 ? IOP_CANDIDATE : IOP_BASE;

	for (enum iop_side i = IOP_BASE, side = first; i < IOP_SIDES; i++, side = other(side))
		if (pair->cell[side])
			time[side] = iop_pair_time(pair, side);
}

double iop_pair_log_ratio(const struct iop_batch_time time[IOP_SIDES])
{
	const struct iop_batch_time *base = &time[IOP_BASE], *candidate = &time[IOP_CANDIDATE];

	/* What is paired waits for nothing, so the time that the CPU had for it is what a long batch costs, beside neighbours as well. */
	if (base->wall > LONG_NS && candidate->wall > LONG_NS && base->cpu > 0 && candidate->cpu > 0)
		return log(candidate->cpu / base->cpu);
	/* A clock that did not advance gives no information: half a nanosecond on each side is no change. */
	return log((candidate->wall + 0.5) / (base->wall + 0.5));
}
