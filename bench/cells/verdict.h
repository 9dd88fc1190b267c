/* SPDX-License-Identifier: MIT */
/**
 * verdict.h - for which mappings the routine of a cell is legal
 *
 * The verdict is what `iopath check` finds, and the same wherever it is shown: the strictest tier for which all operations of the
 * routine are legal, and the widths of its accesses.
 */
#ifndef IOPATH_BENCH_CELLS_VERDICT_H
#define IOPATH_BENCH_CELLS_VERDICT_H

#include "module.h"

/** Fills in tier and widths of a cell that copies device memory, and marks it if it is for ordinary memory only. */
void iop_cell_judge(struct iop_cell *cell);

#endif
