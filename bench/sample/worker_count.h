/* SPDX-License-Identifier: MIT */
/** worker_count.h - the modes of a worker, and what they share */
#ifndef IOPATH_BENCH_SAMPLE_WORKER_COUNT_H
#define IOPATH_BENCH_SAMPLE_WORKER_COUNT_H

#include "identity.h"
#include "launch.h"

#include <stddef.h>

struct iop_worker_task {
	int id, index[IOP_SIDES];
	struct iop_pair pair;
	unsigned rounds;
	bool two_cells; /**< the base is another cell, not another build of the same */
};

/** A file of a side. */
struct iop_worker_part {
	const char *path;
	struct iop_cells_module cells; /**< those of the side's that it has */
	struct iop_code *code;	       /**< once iop_worker_open_code() has looked */
};

struct iop_worker {
	const struct iop_cells_module *module[IOP_SIDES]; /**< all files of it */
	struct iop_worker_part *part[IOP_SIDES];	  /**< one array where both are the same files */
	size_t parts[IOP_SIDES];
	struct iop_cell_env env;
	uint64_t random;
	struct iop_worker_task *task;
	size_t count;
};

/** Before any cell runs: what a cell writes must not look like a difference. */
void iop_worker_open_code(struct iop_worker *w);
void iop_worker_close_code(struct iop_worker *w);
/** The code of the file that has @cell, or NULL: not known. */
struct iop_code *iop_worker_code(const struct iop_worker *w, enum iop_side side, const struct iop_cell *cell);

/** Loads both sides. 0, or an exit code after it has been said why not. */
int iop_worker_load(struct iop_worker *w, char *const paths[IOP_SIDES]);
/** Loads one module, with limits, and says what it has. An exit code. */
int iop_worker_describe(const char *path);
/** Says what the code of cells is, and whether it is that of their baselines. */
void iop_worker_identify(struct iop_worker *w);
/** Finds batch lengths and costs. */
void iop_worker_examine(struct iop_worker *w);
/** Measures. */
void iop_worker_launch(struct iop_worker *w);
/**
 * Sets a task up, one side or both, and says what went wrong. 0 or a negative errno.
 */
int iop_worker_set_up(struct iop_worker *w, struct iop_worker_task *t);
/**
 * Goes on to task @i of a mode that counts: a task's rounds are the second of the clock that only goes forward by which all are to be
 * done, so that starting under valgrind counts, too. False, and said, if it is over.
 */
bool iop_worker_next(const struct iop_worker *w, size_t i);
/** Accesses and instructions by single steps. */
void iop_worker_accesses(struct iop_worker *w);
/** Accesses to the device side, seen by the tracer: of cells that ask for device memory. */
void iop_worker_touches(struct iop_worker *w);
/** Instructions, under callgrind. */
void iop_worker_count(struct iop_worker *w);

#endif
