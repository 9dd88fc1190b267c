/* SPDX-License-Identifier: MIT */
/**
 * legality.h - for which mappings a routine may be used, in words
 *
 * One wording, wherever a verdict on a routine is shown. The verdict itself is in peers/verdict.h, in cells, and in results.
 */
#ifndef IOPATH_BENCH_HOST_LEGALITY_H
#define IOPATH_BENCH_HOST_LEGALITY_H

#define IOP_LEGALITY_TEXT 96

/** "1, 2, 4 and 8" */
const char *iop_widths_words(unsigned widths, char text[32]);

/**
 * What the strictest @tier for which all calls of a routine are legal means to who has a mapping: "legal for STRICT", "legal on
 * write-combining mappings (WIDE)", "not for devices"; and, unless @widths is 0, ", by accesses of 1, 2, 4 and 8 bytes". "not judged"
 * without a tier, NULL or "": that is no verdict.
 */
const char *iop_legality_words(char text[IOP_LEGALITY_TEXT], const char *tier, unsigned widths);

#endif
