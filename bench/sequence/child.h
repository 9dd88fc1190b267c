/* SPDX-License-Identifier: MIT */
/** child.h - the child's side of run.h: question and answer, in shared memory */
#ifndef IOPATH_BENCH_SEQUENCE_CHILD_H
#define IOPATH_BENCH_SEQUENCE_CHILD_H

#include "sequence.h"

#include <judge/call.h>

#define IOP_SEQUENCE_ACCESSES ((size_t)1 << 16)

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

struct iop_sequence_served {
	const struct iop_sequence_module *module;
	double cpu_seconds;
};

/** Body of the child (judge/child.h); @arg is a struct iop_sequence_served. */
void iop_sequence_serve(const struct iop_child_seat *seat, void *arg);

#endif
