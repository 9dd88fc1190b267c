/* SPDX-License-Identifier: MIT */
/** worker_count.h - the modes of a worker, and what they share */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_COUNT_H
#define IOPATH_BENCH_SAMPLE_WORKER_COUNT_H

#include "pair.h"

#include <stddef.h>

struct iop_worker_task {
	int id, index[IOP_SIDES];
	struct iop_pair pair;
	unsigned rounds;
	bool two_cells; /**< the base is another cell, not another build of the same */
};

struct iop_worker {
	const struct iop_cells_module *module[IOP_SIDES];
	const char *path[IOP_SIDES];
	struct iop_cell_env env;
	uint64_t random;
	struct iop_worker_task *task;
	size_t count;
};

/** Finds batch lengths and costs. */
void iop_worker_examine(struct iop_worker *w);
/** Measures. */
void iop_worker_launch(struct iop_worker *w);
/**
 * Sets a task up, one side or both, and says what went wrong. 0 or a negative errno.
 */
int iop_worker_set_up(struct iop_worker *w, struct iop_worker_task *t);
/** Accesses and instructions by single steps. */
void iop_worker_accesses(struct iop_worker *w);
/** Accesses to the device side, seen by the tracer: of cells that ask for device memory. */
void iop_worker_touches(struct iop_worker *w);
/** Instructions, under callgrind. */
void iop_worker_count(struct iop_worker *w);

#endif
