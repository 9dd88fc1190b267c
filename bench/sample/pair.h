/* SPDX-License-Identifier: MIT */
/**
 * pair.h - the same cell of two builds, side by side in one process
 */
#ifndef IOPATH_BENCH_SAMPLE_PAIR_H
#define IOPATH_BENCH_SAMPLE_PAIR_H

#include <cells/module.h>

#include <stdbool.h>
#include <stdint.h>

enum iop_side {
	IOP_BASE,
	IOP_CANDIDATE,
	IOP_SIDES
};

struct iop_pair {
	const struct iop_cell *cell[IOP_SIDES];
	void *ctx[IOP_SIDES];
	uint64_t ops[IOP_SIDES]; /**< in one batch */
};

/** A random number; *@state is anything but 0. */
uint64_t iop_random(uint64_t *state);

/** Sets both cells up, in random order, and runs a batch of each. 0, or the errno of the side in *@side; then nothing is set up. */
int iop_pair_setup(struct iop_pair *pair, const struct iop_cell_env *env, uint64_t *random, enum iop_side *side);
void iop_pair_teardown(struct iop_pair *pair);

/**
 * Cells that wait outside the process, in the kernel or for a device, cannot be paired: one side would affect the other there. Then
 * each side has a process of its own, and one side is set up there.
 */
static inline bool iop_cells_pair(uint32_t flags)
{
	return !(flags & IOP_CELL_SYSCALL);
}

/** Sets one side up alone, and runs a batch of it. 0 or a negative errno. */
int iop_side_setup(struct iop_pair *pair, const struct iop_cell_env *env, enum iop_side side);
void iop_side_teardown(struct iop_pair *pair, enum iop_side side);

/** Nanoseconds of one batch. */
double iop_pair_time(const struct iop_pair *pair, enum iop_side side);

/** One batch of each in random order: ln(candidate / base); the base's time in *@base_ns. */
double iop_pair_round(const struct iop_pair *pair, uint64_t *random, double *base_ns);

#endif
