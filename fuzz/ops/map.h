/* SPDX-License-Identifier: MIT */
/**
 * map.h - what the operations on the C iosys_map have in common
 */
#ifndef IOPATH_FUZZ_OPS_MAP_H
#define IOPATH_FUZZ_OPS_MAP_H

#ifdef FUZZ_MODEL_SIDE
#include <model/model.h>

#include <stdio.h>

/** The map that a record names, or the next that is not null, and an offset inside its owner; NULL: all maps are null. */
const struct fuzz_map *fuzz_map_inside(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m);

/** What lies behind @offset of the map. */
uint64_t fuzz_map_room(const struct fuzz_model *m, const struct fuzz_map *map, uint64_t offset);

void fuzz_explain_map(FILE *out, const struct fuzz_call *c);
#else
extern struct iop_kernel_iosys_map fuzz_maps[FUZZ_MAPS];
#endif

#endif
