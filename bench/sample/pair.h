/* SPDX-License-Identifier: MIT */
/**
 * pair.h - two cells side by side in one process: one of two builds, or a cell and its baseline
 *
 * What is compared is timed in turns: a *round* is one short batch of each, in random order. Each batch begins afresh: what the CPU
 * has learnt from the batches before is discarded, then a few operations that are not timed bring the cell's code and memory back.
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
	const struct iop_cell *cell[IOP_SIDES]; /**< NULL: that side is not measured here */
	void *ctx[IOP_SIDES];
	uint64_t ops[IOP_SIDES]; /**< in one batch */
};

/** Nanoseconds of one batch. */
struct iop_batch_time {
	double wall, cpu;
};

/** A random number; *@state is anything but 0. */
uint64_t iop_random(uint64_t *state);

/**
 * Sets up the cells that are there, in random order, and runs a batch of each. 0, or the errno of the side in *@side; then nothing
 * is set up.
 */
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

/** One batch of one side. */
struct iop_batch_time iop_pair_time(const struct iop_pair *pair, enum iop_side side);

/** One batch of each side that is there, in random order. */
void iop_pair_round(const struct iop_pair *pair, uint64_t *random, struct iop_batch_time time[IOP_SIDES]);

/** ln(candidate / base) of two batches of a round: of their wall time, or of the CPU's if both took long. */
double iop_pair_log_ratio(const struct iop_batch_time time[IOP_SIDES]);

#endif
