/* SPDX-License-Identifier: MIT */
/**
 * path.h - judging what a module registers (iopath/cells.h) beside copies and accesses: operations, checked paths, projections, order
 *
 * A checked path and a projection are called with sizes, offsets and lengths, inside, at the edges, outside and wrapping around, and
 * must do what the model says: the access and nothing else, or no access at all. Of an operation there is no model: its accesses are
 * written down, for people to read once and for later runs to compare with. Of an accessor it is judged whether it is ordered, as it
 * claims (path_order.c); its access is judged as copies are. All of it runs in a child process with limits.
 */
#ifndef IOPATH_BENCH_JUDGE_PATH_H
#define IOPATH_BENCH_JUDGE_PATH_H

#include "child.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iop_emulator;

enum iop_path_verdict {
	IOP_PATH_CANNOT, /**< nothing can be said; why says why not */
	IOP_PATH_RIGHT,
	IOP_PATH_WRONG,	 /**< why says at which call */
	IOP_PATH_UNSEEN, /**< of an accessor's order: the object does not show it; why says why */
};

/** What is judged: an entry of the table of a module. */
struct iop_path {
	const char *module;		     /**< the file */
	const struct iop_emulator *emulator; /**< of its CPU (emulator.h); NULL: it is for this one */
	unsigned kind;			     /**< enum iop_registered_kind */
	const char *name;
	unsigned width;	    /**< of a checked path */
	double cpu_seconds; /**< of a call in an emulator; iop_path_judge() takes it from its limits */
};

/** Calls of an operation, one after the other: its state may change its accesses. On this CPU by two processes, which must agree. */
#define IOP_PATH_OPERATIONS 16
#define IOP_PATH_ACCESSES   4096
#define IOP_PATH_CODE	    16384

/** What is known of the value that is written. */
enum iop_path_value {
	IOP_PATH_NO_VALUE, /**< it is a read, wider than 8 bytes, or seen by an emulator */
	IOP_PATH_VALUE,
	IOP_PATH_ADDRESS,     /**< it may be an address of the process, or a part of one: another in the next process */
	IOP_PATH_OTHER_VALUE, /**< it was another in the second process */
};

struct iop_path_access {
	int64_t offset;
	uint64_t value;
	uint16_t width;
	uint8_t write, valued /* enum iop_path_value */, unused[4];
};

/** Whether both are the same access, whatever their values. */
static inline bool iop_path_same_access(const struct iop_path_access *a, const struct iop_path_access *b)
{
	return a->offset == b->offset && a->width == b->width && a->write == b->write;
}

struct iop_path_report {
	uint32_t verdict; /**< enum iop_path_verdict */
	uint32_t calls;
	char at[160]; /**< the call that is being made */
	char why[400];
	/* Of an operation that is right: of each call, one behind the other. */
	uint32_t count[IOP_PATH_OPERATIONS];
	/* What an emulator tells: instructions of each call, and the code of the last (call.h). */
	uint32_t code_bytes, unused;
	uint64_t instructions[IOP_PATH_OPERATIONS];
	struct iop_path_access access[IOP_PATH_OPERATIONS * IOP_PATH_ACCESSES];
	uint8_t code[IOP_PATH_CODE];
};

/** False only for lack of memory. */
bool iop_path_judge(const struct iop_path *path, const struct iop_child_limits *limits, struct iop_path_report *report);

#endif
