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

/**
 * Bytes up to which one copy in 16 is watched, above it one in 64: an access then takes as long as a thousand bytes otherwise.
 */
#define IOP_SEQUENCE_WATCHED UINT64_C(512)

/** Sequence number @number of @seed: always the same for the same entries that are not left out, of which there must be one. */
void iop_sequence_generate(struct iop_sequence *sequence, const struct iop_sequence_module *module, uint64_t seed, uint64_t number);

/* What it is made of. */

/** A number below @n; 0 if that is 0. */
uint64_t iop_sequence_random(uint64_t *random, uint64_t n);
/** One of those that are not left out, of which there must be one. */
uint32_t iop_sequence_choose(uint64_t *random, const struct iop_sequence_module *module);
/** A call of @entry. */
void iop_sequence_generate_step(uint64_t *random, const struct iop_sequence_module *module, uint32_t entry,
				struct iop_sequence_step *step);

#endif
