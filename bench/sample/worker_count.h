/* SPDX-License-Identifier: MIT */
/** worker_count.h - the worker's modes that count, and what they share with those that measure */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_COUNT_H
#define IOPATH_BENCH_SAMPLE_WORKER_COUNT_H

#include "pair.h"

#include <stddef.h>

struct iop_worker_task {
	int id, index[IOP_SIDES];
	struct iop_pair pair;
	unsigned rounds;
};

struct iop_worker {
	const struct iop_cells_module *module[IOP_SIDES];
	const char *path[IOP_SIDES];
	struct iop_cell_env env;
	uint64_t random;
	struct iop_worker_task *task;
	size_t count;
};

/** Accesses and instructions by single steps. */
void iop_worker_accesses(struct iop_worker *w);
/** Instructions, under callgrind. */
void iop_worker_count(struct iop_worker *w);

#endif
