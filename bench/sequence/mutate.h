/* SPDX-License-Identifier: MIT */
/**
 * mutate.h - a sequence that differs a little, for engines that keep what reaches new code
 */
#ifndef IOPATH_BENCH_SEQUENCE_MUTATE_H
#define IOPATH_BENCH_SEQUENCE_MUTATE_H

#include "sequence.h"

/** Changes @size bytes at @bytes, as an engine that has seen the module's comparisons does; they have room for @most. */
typedef size_t iop_sequence_change_bytes(uint8_t *bytes, size_t size, size_t most);

/** Another sequence that iop_sequence_takes(). @bytes: NULL, or what changes a number too. */
void iop_sequence_mutate(struct iop_sequence *sequence, const struct iop_sequence_module *module, uint64_t *random,
			 iop_sequence_change_bytes *bytes);

/** Calls of @other behind some of @sequence. */
void iop_sequence_cross(struct iop_sequence *sequence, const struct iop_sequence *other, uint64_t *random);

#endif
