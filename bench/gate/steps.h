/* SPDX-License-Identifier: MIT */
/**
 * steps.h - the memory accesses of a piece of code, counted by running it one instruction at a time
 *
 * Every memory operand counts but those on the stack of the caller: what a compiler keeps there is its own business. A string
 * instruction counts once an element. Exact and repeatable; about a microsecond an instruction.
 */
#ifndef IOPATH_BENCH_GATE_STEPS_H
#define IOPATH_BENCH_GATE_STEPS_H

#include <stdint.h>

/** Runs @code(@arg, @n) and counts into *@accesses. 0, or -ENOTSUP where it cannot be counted. */
int iop_steps_accesses(void (*code)(void *arg, uint64_t n), void *arg, uint64_t n, uint64_t *accesses);

#endif
