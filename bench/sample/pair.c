/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <math.h>
#include <time.h>
#if defined(__x86_64__)
#include <cpuid.h>
#endif

/* One part in so many of a batch goes before it. */
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

	if (cell->prepare)
		cell->prepare(pair->ctx[side], pair->ops[side]);
	cell->batch(pair->ctx[side], pair->ops[side]);
}

int iop_pair_setup(struct iop_pair *pair, const struct iop_cell_env *env, uint64_t *random, enum iop_side *side)
{
	enum iop_side first = iop_random(random) & 1 ? IOP_CANDIDATE : IOP_BASE,
		      second = first == IOP_BASE ? IOP_CANDIDATE : IOP_BASE;
	int err;

	*side = first;
	err = pair->cell[first]->setup(pair->cell[first], env, &pair->ctx[first]);
	if (err)
		return err;
	*side = second;
	err = pair->cell[second]->setup(pair->cell[second], env, &pair->ctx[second]);
	if (err) {
		pair->cell[first]->teardown(pair->ctx[first]);
		return err;
	}
	batch(pair, first);
	batch(pair, second);
	return 0;
}

void iop_pair_teardown(struct iop_pair *pair)
{
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		iop_side_teardown(pair, side);
}

int iop_side_setup(struct iop_pair *pair, const struct iop_cell_env *env, enum iop_side side)
{
	int err = pair->cell[side]->setup(pair->cell[side], env, &pair->ctx[side]);

	if (!err)
		batch(pair, side);
	return err;
}

void iop_side_teardown(struct iop_pair *pair, enum iop_side side)
{
	pair->cell[side]->teardown(pair->ctx[side]);
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

double iop_pair_time(const struct iop_pair *pair, enum iop_side side)
{
	const struct iop_cell *cell = pair->cell[side];
	struct timespec from, to;

	if (cell->prepare)
		cell->prepare(pair->ctx[side], pair->ops[side]);
	forget();
	/* The cost of starting is not part of an operation and would make every change look smaller. */
	if (!cell->prepare && pair->ops[side] >= WARM_UP)
		cell->batch(pair->ctx[side], pair->ops[side] / WARM_UP);
	clock_gettime(CLOCK_MONOTONIC, &from);
	cell->batch(pair->ctx[side], pair->ops[side]);
	clock_gettime(CLOCK_MONOTONIC, &to);
	return (double)(to.tv_sec - from.tv_sec) * 1e9 + (double)(to.tv_nsec - from.tv_nsec);
}

double iop_pair_round(const struct iop_pair *pair, uint64_t *random, double *base_ns)
{
	double candidate_ns;

	/* The first side finds other caches, so each round chooses it at random. */
	if (iop_random(random) & 1) {
		*base_ns = iop_pair_time(pair, IOP_BASE);
		candidate_ns = iop_pair_time(pair, IOP_CANDIDATE);
	} else {
		candidate_ns = iop_pair_time(pair, IOP_CANDIDATE);
		*base_ns = iop_pair_time(pair, IOP_BASE);
	}
	/* A clock that did not advance gives no information: half a nanosecond on each side is no change. */
	return log((candidate_ns + 0.5) / (*base_ns + 0.5));
}
