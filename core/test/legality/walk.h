/* SPDX-License-Identifier: MIT */
/**
 * walk.h - one call of a copy routine of any size, judged without memory of that size
 *
 * Each device side is a stretch of which one segment is there (stretch.h), so the order of the segments is seen and each is compared when the
 * routine has gone on. Within a segment some pages, the islands, cannot be accessed: there each access is decoded, carried out elsewhere and
 * judged by the rules of the tier, as the tracer does.
 */
#ifndef IOPATH_TEST_WALK_H
#define IOPATH_TEST_WALK_H

#include <copy_trace.h>

#define WALK_ISLANDS 8

struct walk_call {
	enum iop_copy_op op;
	struct iop_copier copier;
	enum iop_tier tier;
	unsigned widths;
	size_t n;
	unsigned io_align, mem_align; /* below 64; of a move, mem_align is the source's */
	int value;		      /* of a set */
	bool all_islands;
	size_t island
		[WALK_ISLANDS]; /* places of pages that are islands, counted from the device side's first byte; unused ones are 0 */
};

/** NULL if the call is legal, else what is wrong. Of tiers from IOP_MEM on only the data is judged, up to the memory there is. */
const char *walk_judge(const struct walk_call *call);

#endif
