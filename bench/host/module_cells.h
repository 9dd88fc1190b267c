/* SPDX-License-Identifier: MIT */
/**
 * module_cells.h - the cells of a module being loaded, and whether they are what the ABI says
 */
#ifndef IOPATH_BENCH_HOST_MODULE_CELLS_H
#define IOPATH_BENCH_HOST_MODULE_CELLS_H

#include <cells/module.h>

#include <stdbool.h>
#include <stddef.h>

struct iop_module_cells {
	struct iop_cell *cell;
	size_t count, room;
};

/** Adds a cell after a look at it: its name has its four parts, its texts are texts. False after a message. */
bool iop_module_cells_add(struct iop_module_cells *cells, const struct iop_cell *cell);

/** Adds all cells of a module of this ABI, whatever its cell_size. False after a message. */
bool iop_module_cells_take(struct iop_module_cells *cells, const struct iop_cells_module *module);

/** Whether no name is there twice. False after a message. */
bool iop_module_cells_unique(const struct iop_module_cells *cells);

#endif
