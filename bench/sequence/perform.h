/* SPDX-License-Identifier: MIT */
/**
 * perform.h - the calls of a sequence, made in this process
 *
 * Both windows lie between inaccessible memory; what came of each call, and both windows after it, are written down for who judges
 * (judge.h), in this process or in another.
 */
#ifndef IOPATH_BENCH_SEQUENCE_PERFORM_H
#define IOPATH_BENCH_SEQUENCE_PERFORM_H

#include "sequence.h"

#include <judge/call.h>

#define IOP_SEQUENCE_ACCESSES ((size_t)1 << 17)

/** What a checked read's value is before: bytes behind its type must stay. */
#define IOP_SEQUENCE_UNREAD UINT64_C(0x5ba8c3d2e1f09776)

enum iop_sequence_where {
	IOP_WHERE_ELSE,
	IOP_WHERE_DEVICE,
	IOP_WHERE_MEMORY,
};

/** What came of a call. */
struct iop_sequence_outcome {
	uint64_t value;	       /**< that it yields */
	int64_t projected;     /**< a projection's place, from its base */
	int32_t result;	       /**< of a checked path; of a projection 0, or 1: NULL */
	uint32_t first, count; /**< accesses of a watched call */
	char blind[100];       /**< "", or why some may be missing */
};

struct iop_sequence_shared {
	struct iop_sequence sequence;
	uint32_t loaded; /**< the module is there */
	uint32_t done;	 /**< calls that came back */
	uint32_t accesses;
	char why[200]; /**< nothing can be called */
	/* The signal that ends the child, if it comes from an access. */
	uint32_t where; /**< enum iop_sequence_where */
	int64_t fault;	/**< the offset in that window */
	struct iop_sequence_outcome outcome[IOP_SEQUENCE_STEPS];
	unsigned char device[IOP_SEQUENCE_STEPS][IOP_SEQUENCE_WINDOW], memory[IOP_SEQUENCE_STEPS][IOP_SEQUENCE_WINDOW];
	struct iop_judge_access access[IOP_SEQUENCE_ACCESSES];
};

/**
 * Finds the functions of a module that is loaded (path NULL: of this program) and makes the windows. False: @shared->why says why not. Signal handlers
 * are the caller's.
 */
bool iop_sequence_prepare(const struct iop_sequence_module *module, struct iop_sequence_shared *shared);

/** Runs @shared->sequence; @before is called before each call. */
void iop_sequence_perform(const struct iop_sequence_module *module, void (*before)(uint32_t step));

/** SIGPROF comes after so much CPU time, unless this is called again before. */
void iop_sequence_limit(double seconds);

/** In a handler of SIGSEGV: writes down in which window @addr is, if in one. */
void iop_sequence_locate(const void *addr);

#endif
