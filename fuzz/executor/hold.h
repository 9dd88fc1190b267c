/* SPDX-License-Identifier: MIT */
/* hold.h - the owners of mappings, for files that move them */
#ifndef IOPATH_FUZZ_EXECUTOR_HOLD_H
#define IOPATH_FUZZ_EXECUTOR_HOLD_H

#include "core.h"

#include <iopath/iomem.h>

/* Whatever kind and least size it has, as iop_any_mapping_drop() sees it. */
typedef IOP_IOMEM(0) fuzz_held;

fuzz_held *fuzz_hold_at(unsigned number);

/* What their bus counted, and in which order it was unmapped. */
struct fuzz_hold_counts {
	uint32_t mapped, unmapped, requested, released;
	uint16_t trail;
};
extern struct fuzz_hold_counts fuzz_hold_counts;

#endif
