/* SPDX-License-Identifier: MIT */
/**
 * path.h - judging what a module registers (iopath/cells.h) beside copies and accessors: operations, checked paths, projections
 *
 * A checked path and a projection are called with sizes, offsets and lengths, inside, at the edges, outside and wrapping around, and
 * must do what the model says: the access and nothing else, or no access at all. Of an operation there is no model: its accesses are
 * written down, for people to read once and for later runs to compare with. All of it runs in a child process with limits.
 */
#ifndef IOPATH_BENCH_JUDGE_PATH_H
#define IOPATH_BENCH_JUDGE_PATH_H

#include "child.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum iop_path_verdict {
	IOP_PATH_CANNOT, /**< nothing can be said; why says why not */
	IOP_PATH_RIGHT,
	IOP_PATH_WRONG, /**< why says at which call */
};

/** What is judged: an entry of the table of a module. */
struct iop_path {
	const char *module; /**< the file */
	unsigned kind;	    /**< enum iop_registered_kind */
	const char *name;
	unsigned width; /**< of a checked path */
};

/** Calls of an operation, one after the other: its state may change its accesses. */
#define IOP_PATH_OPERATIONS 3
#define IOP_PATH_ACCESSES   4096

struct iop_path_access {
	int64_t offset;
	uint16_t width;
	uint8_t write, unused[5];
};

struct iop_path_report {
	uint32_t verdict; /**< enum iop_path_verdict */
	uint32_t calls;
	char at[160]; /**< the call that is being made */
	char why[400];
	/* Of an operation that is right: of each call, one behind the other. */
	uint32_t count[IOP_PATH_OPERATIONS];
	struct iop_path_access access[IOP_PATH_OPERATIONS * IOP_PATH_ACCESSES];
};

/** False only for lack of memory. */
bool iop_path_judge(const struct iop_path *path, const struct iop_child_limits *limits, struct iop_path_report *report);

#endif
