/* SPDX-License-Identifier: MIT */
/**
 * verdict.h - for which mappings the routine of a cell is legal
 *
 * The verdict is that of peers/verdict.h. A cell that copies no device memory has none, nor has one whose routine is in no table.
 */
#ifndef IOPATH_BENCH_CELLS_VERDICT_H
#define IOPATH_BENCH_CELLS_VERDICT_H

#include "module.h"

/** Fills in tier and widths of a cell that copies device memory, and marks it if it is for ordinary memory only. */
void iop_cell_judge(struct iop_cell *cell);

#endif
