/* SPDX-License-Identifier: MIT */
/**
 * select.h - choosing cells of a module by name
 */
#ifndef IOPATH_BENCH_HOST_SELECT_H
#define IOPATH_BENCH_HOST_SELECT_H

#include "module.h"

/** A choice of cells, in the module's order. */
struct iop_selection {
	const struct iop_cell **cells;
	size_t count;
};

/**
 * Chooses the cells whose names match the extended regular expression @filter (NULL: all) and whose flags hold all of @with and
 * none of @without. If nothing matches, or the filter is invalid, prints an error with similar names and returns IOP_EXIT_USAGE;
 * else 0.
 */
int iop_select(struct iop_selection *selection, const struct iop_cells_module *module, const char *what, const char *filter,
	       uint32_t with, uint32_t without);

/** Adds a cell unless it is chosen already. 0 or -ENOMEM. */
int iop_select_also(struct iop_selection *selection, const struct iop_cell *cell);

#endif
