/* SPDX-License-Identifier: MIT */
/**
 * evict.h - calls that find their code out of the first-level caches, and the predictors taught by others
 *
 * A walk runs through IOP_EVICT_BYTES of code that nobody else runs, each line once: 16384 branches, each taken or not by a bit of a
 * number that is new each time. It is made at the first use. What is gone afterwards, by size alone: instruction caches of up to 64 KiB
 * (eight times as much code, every set of them alike), decoded instructions (at most 9 K operations on today's cores), branch targets
 * (16384 taken branches) and the history of branches. The second-level cache, and data, are left as they are.
 */
#ifndef IOPATH_BENCH_CELLS_EVICT_H
#define IOPATH_BENCH_CELLS_EVICT_H

#include <stdint.h>

#define IOP_EVICT_BLOCK	 32 /**< bytes of code with one branch */
#define IOP_EVICT_BLOCKS 16384
#define IOP_EVICT_BYTES	 (IOP_EVICT_BLOCK * IOP_EVICT_BLOCKS)

/** Whether code can be made for this architecture. */
int iop_evict_supported(void);

/** Makes the walk, once in a process. 0, or a negative errno where memory must not be made executable. */
int iop_evict_init(void);

/** Walks. Returns how many of the branches on the number's bit were not taken; @number is odd. */
uint64_t iop_evict_walk(uint64_t number);

#endif
