/* SPDX-License-Identifier: MIT */
/**
 * copy_trace.h - one call of a copy routine, traced and checked
 *
 * Sets both sides up with known bytes, runs the routine on a traced device side, and checks what it did to the data. A move has two
 * device sides, each with an access list of its own. Who asks: the command line, and the test that judges every routine at every
 * size and place.
 */
#ifndef IOPATH_TRACE_COPY_TRACE_H
#define IOPATH_TRACE_COPY_TRACE_H

#include "rules.h"
#include "tracer.h"

enum iop_copy_op {
	IOP_TOIO,
	IOP_FROMIO,
	IOP_SET,
	IOP_MOVE
};
#define IOP_COPY_OPS 4

/** "toio", "fromio", "set", "move". */
const char *iop_copy_op_name(enum iop_copy_op op);

/** The routine; only the member of the requested operation is used. */
struct iop_copier {
	void (*toio)(volatile void *io, const void *src, size_t n);
	void (*fromio)(void *dst, const volatile void *io, size_t n);
	void (*set)(volatile void *io, int value, size_t n);
	void (*move)(volatile void *dst, const volatile void *src, size_t n);
};

struct iop_copy_call {
	enum iop_copy_op op;
	const struct iop_copier *copier;
	size_t n;
	unsigned io_align,
		mem_align;  /**< below 64: offset of each side from a 64-byte boundary; of a move, the source's is io_align */
	ptrdiff_t distance; /**< of a move: its destination, from its source; mem_align is not used */
};

/** The accesses to one device side, and the verdict of the rules. */
struct iop_copy_side {
	struct iop_access_list list; /**< offsets from the side's first byte */
	struct iop_question question;
	struct iop_verdict verdict;
};

struct iop_copy_traced {
	struct iop_copy_side side[2]; /**< of a move: the source, then the destination */
	unsigned sides;
	bool data_right; /**< all bytes arrived, and no byte beside them changed */
	bool legal;	 /**< that, and no rule is broken on any side */
	bool fewest;	 /**< no side was accessed more often than its optimum */
	bool blind;	 /**< no verdict */
};

/** The longest call that a tracer of @window_bytes has room for, a move's distance added. */
size_t iop_copy_longest(size_t window_bytes);

/**
 * Traces @call and judges it by the rules of @tier. 0; -EINVAL if it is longer than the window, or if its operation is not offered;
 * -ENOMEM. If the data is right although some bytes have no recorded access, the list is marked blind. The lists belong to the
 * tracer and are valid until its next run.
 */
int iop_copy_trace(struct iop_copy_traced *traced, struct iop_tracer *tracer, size_t window_bytes, const struct iop_copy_call *call,
		   enum iop_tier tier);

#endif
