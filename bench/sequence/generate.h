/* SPDX-License-Identifier: MIT */
/**
 * generate.h - sequences from a seed
 *
 * Sizes, places and offsets are chosen where routines differ: near powers of two, at both ends of a window and of a page, with both
 * sides at the same place within a word, near sizes and near numbers that wrap around.
 */
#ifndef IOPATH_BENCH_SEQUENCE_GENERATE_H
#define IOPATH_BENCH_SEQUENCE_GENERATE_H

#include "sequence.h"

/** Sequence number @number of @seed: always the same for the same entries that are not left out, of which there must be one. */
void iop_sequence_generate(struct iop_sequence *sequence, const struct iop_sequence_module *module, uint64_t seed, uint64_t number);

#endif
