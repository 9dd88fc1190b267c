/* SPDX-License-Identifier: MIT */
/**
 * summary.h - the tables of goals for copies, with what was measured
 *
 * How many times faster a tier's routine is than a peer, by pattern of sizes: the median over the launches of the ratio within a launch.
 * And the routine's share of what loops of nothing but loads and stores of the tier's widths reach in the same run (the cells
 * limit/none/...). The goals are ratios and shares, so that they mean the same on every machine.
 */
#ifndef IOPATH_BENCH_STORE_SUMMARY_H
#define IOPATH_BENCH_STORE_SUMMARY_H

#include "result.h"

#include <stdio.h>

/** The routine that stands for a tier on this CPU. */
struct iop_summary_tier {
	const char *tier;    /**< as the goals name it: "STRICT", "STRICT-S", ... */
	const char *routine; /**< as in the names of cells */
};

/** A filter for the cells the tables need; @text has room for @size bytes. */
void iop_summary_filter(char *text, size_t size, const struct iop_summary_tier *tiers, size_t count);

/** Prints the tables. */
void iop_summary_print(FILE *out, const struct iop_results *results, const struct iop_summary_tier *tiers, size_t count);

#endif
