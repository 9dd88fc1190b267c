/* SPDX-License-Identifier: MIT */
/**
 * copy_trace.h - one call of a copy routine, traced and checked
 *
 * Sets both sides up with known bytes, runs the routine on a traced device side, and checks what it did to the data. A move has two
 * device sides, each with an access list of its own. A FIFO's register is memory here: it gives the same word each time, and holds
 * the last one that was written. Who asks: the command line, and the test that judges every routine at every size and place.
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

/** Does it have the function of @op? */
bool iop_copier_offers(const struct iop_copier *copier, enum iop_copy_op op);

/** Where the memory side lies. */
enum iop_copy_guard {
	IOP_GUARD_NONE,	  /**< amid other bytes, which must stay as they are */
	IOP_GUARD_BEFORE, /**< right behind inaccessible memory, so that an access before it faults */
	IOP_GUARD_AFTER,  /**< right before inaccessible memory, so that an access behind it faults */
};
#define IOP_COPY_GUARDS 3

/** Which bytes are copied: 0 any, 1 zeros, 2 ones, 3 others than 0. */
#define IOP_COPY_PATTERNS 4

/** The value of a fill that names none. */
#define IOP_COPY_VALUE 0xa5

struct iop_copy_call {
	enum iop_copy_op op;
	const struct iop_copier *copier;
	size_t n;
	unsigned io_align,
		mem_align;  /**< below 64: offset of each side from a 64-byte boundary; of a move, the source's is io_align */
	ptrdiff_t distance; /**< of a move: its destination, from its source; mem_align is not used */
	unsigned widths;    /**< that the device takes, ORed; 0: all */
	unsigned fifo;	    /**< of toio and fromio: the width of the one register that all bytes go through; 0: a copy */
	const int *value;   /**< of a fill; NULL: IOP_COPY_VALUE */
	unsigned pattern;   /**< below IOP_COPY_PATTERNS */
	enum iop_copy_guard guard; /**< but for IOP_GUARD_NONE, it decides mem_align; of a move it is not used */
	/**
	 * NULL: the copier's routine is called. Else this is, with the device side (of a move, its source) and the memory side (of a
	 * move, its destination), and what it calls is traced.
	 */
	void (*invoke)(void *arg, unsigned char *io, unsigned char *other);
	void *arg;
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
	bool data_right;    /**< all bytes arrived, and no byte beside them changed */
	ptrdiff_t wrong_at; /**< if not: the first wrong byte, from the first byte of the destination */
	bool legal;	    /**< that, and no rule is broken on any side */
	bool fewest;	    /**< no side was accessed more often than its optimum */
	bool blind;	    /**< no verdict */
};

/** The value that @call fills with. */
static inline int iop_copy_value(const struct iop_copy_call *call)
{
	return call->value ? *call->value : IOP_COPY_VALUE;
}

/** Whether @routine can be traced here: if the CPU can run it, or lacks direct stores alone, for which the tracer stands in. */
bool iop_copy_can_trace(const struct iop_routine *routine);

/** The longest call that a tracer of @window_bytes has room for, a move's distance added. */
size_t iop_copy_longest(size_t window_bytes);

/**
 * Traces @call and judges it by the rules of @tier. 0; -EINVAL if it is longer than the window, or if its operation is not offered;
 * -ENOMEM. If the data is right although some bytes have no recorded access, the list is marked blind. The lists belong to the
 * tracer and are valid until its next run.
 */
int iop_copy_trace(struct iop_copy_traced *traced, struct iop_tracer *tracer, size_t window_bytes, const struct iop_copy_call *call,
		   enum iop_tier tier);

/**
 * Judges lists that are there: of @traced, the lists, the number of sides and data_right are given, the rest is filled in. @io are
 * the addresses of the sides. @widths are those that the device takes, as for a question of rules.h.
 */
void iop_copy_judge(struct iop_copy_traced *traced, const struct iop_copy_call *call, const uintptr_t io[2], enum iop_tier tier,
		    unsigned widths);

/**
 * Whether an access to @addr faults in the inaccessible memory around the memory side of the call that is traced; then @offset is
 * the distance from its first byte.
 */
bool iop_copy_outside(const void *addr, ptrdiff_t *offset);

#endif
