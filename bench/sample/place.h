/* SPDX-License-Identifier: MIT */
/**
 * place.h - where the second module lies
 *
 * Identical code at two addresses runs at two speeds: branch predictors find their entries by the lower bits of an address. With
 * modules left where the system puts them, one cell in three differs by more than 3 % from launch to launch (standard deviation);
 * with the same lower bits on both sides, one in seven, and fewer with batches that begin afresh (pair.c).
 */
#ifndef IOPATH_BENCH_SAMPLE_PLACE_H
#define IOPATH_BENCH_SAMPLE_PLACE_H

#include <stddef.h>
#include <stdint.h>

/** Modules lie a multiple of this apart; distances up to 4 MiB were measured. */
#define IOP_PLACE_GRANULE ((uintptr_t)256 << 10)

/** A function that begins at a multiple of it stays in the same lines of the cache, wherever it is moved. */
#define IOP_PLACE_LINE 64

#define IOP_PLACE_FILLERS 64

struct iop_place {
	void *filler[IOP_PLACE_FILLERS];
	size_t size[IOP_PLACE_FILLERS];
	unsigned count;
};

/**
 * Makes the next dlopen() of @path put it such a distance below the module that is loaded at @first; which, @random decides. If
 * that is impossible, it is placed as usual.
 */
void iop_place_hold(struct iop_place *place, const char *path, const void *first, uint64_t random);
void iop_place_release(struct iop_place *place);

#endif
