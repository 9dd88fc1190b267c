/* SPDX-License-Identifier: MIT */
/**
 * pattern.h - sequences of sizes, as callers of a copy have them
 *
 * A routine that is called with one size over and over is predicted perfectly, whatever its branches are. A driver's sizes change:
 * each pattern is one way in which they do. A sequence is so long that no predictor holds it, and read in order, so that the hardware
 * fetches it ahead; the cells of one seed share it, and each goes on where its last batch ended.
 */
#ifndef IOPATH_BENCH_CELLS_PATTERN_H
#define IOPATH_BENCH_CELLS_PATTERN_H

#include <stddef.h>
#include <stdint.h>

struct iop_weighted {
	uint16_t size;
	uint32_t weight;
};

/** How a sequence is made of the sizes. */
enum iop_pattern_order {
	IOP_PATTERN_CYCLE,  /**< one after the other, over and over */
	IOP_PATTERN_RUNS,   /**< each 4 to 16 times in a row, then another one */
	IOP_PATTERN_RANDOM, /**< each drawn by its weight */
};

struct iop_pattern {
	const char *name;
	const char *help; /**< of the sizes */
	enum iop_pattern_order order;
	const struct iop_weighted *sizes; /**< NULL: all from 1 to 64, equally often */
	size_t count;
	int places; /**< both sides start at random places, too */
	int quick;  /**< its cells are in the quick selection */
};

/** Ends with one that has no name. */
extern const struct iop_pattern iop_patterns[];

#define IOP_PATTERN_LOG2_LENGTH 20   /**< of a sequence, unless the name of the cell says /length= */
#define IOP_PATTERN_PLACES	1024 /**< places are below */

struct iop_sequence {
	const struct iop_pattern *pattern;
	uint64_t seed;
	size_t length;	 /**< a power of two */
	uint16_t *size;	 /**< 1 to iop_pattern_largest() */
	uint32_t *place; /**< of the device side, and of the memory side << 16; NULL if the pattern has none */
	unsigned used;	 /**< by so many contexts */
	struct iop_sequence *next;
};

/** The same sequence for all who ask for the same; NULL when out of memory. */
struct iop_sequence *iop_sequence_get(const struct iop_pattern *pattern, uint64_t seed, unsigned log2_length);
void iop_sequence_put(struct iop_sequence *sequence);

unsigned iop_pattern_smallest(const struct iop_pattern *pattern);
unsigned iop_pattern_largest(const struct iop_pattern *pattern);
/** Mean of the sizes, rounded to a whole number. */
unsigned iop_pattern_mean(const struct iop_pattern *pattern);

#endif
