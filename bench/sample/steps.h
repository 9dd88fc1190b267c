/* SPDX-License-Identifier: MIT */
/**
 * steps.h - the memory accesses and instructions of a piece of code, counted by running it one instruction at a time
 *
 * Every memory operand counts but those on the stack of the caller: what a compiler keeps there is its own business. A string
 * instruction counts once an element. Exact and repeatable; about a microsecond an instruction.
 */
#ifndef IOPATH_BENCH_SAMPLE_STEPS_H
#define IOPATH_BENCH_SAMPLE_STEPS_H

#include <stdint.h>

struct iop_steps {
	uint64_t accesses, instructions;
};

/** Runs @code(@arg, @n) and counts. 0, or -ENOTSUP where it cannot be counted. */
int iop_steps_count(void (*code)(void *arg, uint64_t n), void *arg, uint64_t n, struct iop_steps *steps);

#endif
