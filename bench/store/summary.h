/* SPDX-License-Identifier: MIT */
/**
 * summary.h - the table of goals for copies, with what was measured
 *
 * One line for each tier and peer, one column for each band of sizes: how many times faster the tier's routine is than the peer, as the
 * geometric mean over the sizes of the band, each the best of its repetitions, all cells interleaved in one run. The goal stands beside it.
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

/** A filter for the cells the table needs; @text has room for @size bytes. */
void iop_summary_filter(char *text, size_t size, const struct iop_summary_tier *tiers, size_t count);

/** Prints the table. */
void iop_summary_print(FILE *out, const struct iop_results *results, const struct iop_summary_tier *tiers, size_t count);

#endif
