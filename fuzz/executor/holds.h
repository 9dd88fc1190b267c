/* SPDX-License-Identifier: MIT */
/* holds.h - owners of mappings, and the bus that they are on */
#ifndef IOPATH_FUZZ_HOLDS_H
#define IOPATH_FUZZ_HOLDS_H

#include "world.h"

#include <iopath/bar.h>
#include <iopath/iomem.h>

/* Whatever kind and least size it has, as iop_any_mapping_drop() sees it. */
typedef IOP_IOMEM(0) fuzz_held;

union fuzz_hold_of_any {
	fuzz_held iomem;
	IOP_IOMEM(42) iomem42;
	IOP_EXCLUSIVE_IOMEM(0) exclusive;
	IOP_EXCLUSIVE_IOMEM(42) exclusive42;
	IOP_BAR(0) bar;
	IOP_BAR(42) bar42;
};

extern union fuzz_hold_of_any fuzz_holds[FUZZ_HOLDS];
extern struct iop_bus fuzz_hold_bus;
extern const struct fuzz_call *fuzz_hold_opening; /* says what the bus refuses, of opening or of a reset */

/* What the bus counted, and in which order it was unmapped. */
struct fuzz_hold_counts {
	uint32_t mapped, unmapped, requested, released;
	uint16_t trail;
};
extern struct fuzz_hold_counts fuzz_hold_counts;

void fuzz_holds_start(void);

/* Resets the function as @c says. */
int fuzz_hold_reset(const struct fuzz_call *c);

#endif
