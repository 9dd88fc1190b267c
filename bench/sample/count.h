/* SPDX-License-Identifier: MIT */
/**
 * count.h - instructions and accesses of cells, exact: one more is one more
 *
 * Instructions are counted by callgrind, where valgrind is installed and knows them; accesses, and what callgrind cannot run, by
 * single steps; accesses to the device side by the tracer, in whose window it is put. Each cell is counted on both sides by one method.
 */
#ifndef IOPATH_BENCH_SAMPLE_COUNT_H
#define IOPATH_BENCH_SAMPLE_COUNT_H

#include "launch.h"

#include <host/accesses.h>

struct iop_count {
	const char *name;
	int index[IOP_SIDES]; /**< IOP_WORKER_NO_CELL: this side is not counted */
	bool left_out;
	uint64_t bytes;					     /**< what it moves, as far as known: smaller cells are counted first */
	double instructions[IOP_SIDES], accesses[IOP_SIDES]; /**< of one operation; NaN in and, where not counted, out */
	struct iop_accesses device[IOP_SIDES];		     /**< of one operation, on its device side */
};

enum iop_counted {
	IOP_COUNT_CODE = 1,   /**< instructions and accesses */
	IOP_COUNT_DEVICE = 2, /**< accesses to the device side */
};

struct iop_counting {
	const struct iop_launcher *launcher;
	unsigned what; /**< enum iop_counted */
	struct iop_count *cell;
	size_t count;
	double seconds; /**< for all ways, at once; and a quarter more for large cells that valgrind left */
	void (*progress)(void *user, double share);
	void *user;
	/* What came of it. */
	const char *counts_missing;   /**< why valgrind did not count, or NULL */
	const char *accesses_missing; /**< likewise */
	const char *device_missing;   /**< likewise */
	bool interrupted;
};

/** Nothing should be measured meanwhile: each way of counting is a process of its own. */
void iop_count_run(struct iop_counting *all);

#endif
