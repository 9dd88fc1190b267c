/* SPDX-License-Identifier: MIT */
/**
 * module.h - loading modules of cells
 *
 * Loading runs code of the module, and what it says of itself is not to be believed: processes that only start others do not do it
 * (sample/describe.h).
 */
#ifndef IOPATH_BENCH_HOST_MODULE_H
#define IOPATH_BENCH_HOST_MODULE_H

#include <cells/module.h>

#include <stddef.h>

struct iop_registered_table;

/** A loaded module, of any earlier form, in the form of this program. */
struct iop_module {
	struct iop_cells_module cells;		       /**< those that it has, and those of what it registers */
	const struct iop_registered_table *registered; /**< iopath/cells.h; NULL: nothing */
};

/**
 * Loads @path. Its table has been read from end to end: sizes, names and texts are what the ABI says. NULL after an error message.
 * Modules stay loaded.
 */
const struct iop_module *iop_module_load(const char *path);

/** The module of this build: libiopath-cells.so next to this program, or where it is installed. Valid until the next call. */
const char *iop_module_default(void);

/** A cell's setup(), given the cell that it knows. */
static inline int iop_module_setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	return cell->setup(cell->own ? cell->own : cell, env, ctx);
}

/** Cell @i of a module, by its stride. */
const struct iop_cell *iop_module_cell(const struct iop_cells_module *module, size_t i);

/**
 * The verdict on a cell's routine, "STRICT" and so on, or NULL. A module that was built before there were verdicts has none. @widths
 * become those of its accesses, ORed; 0 if they are not known.
 */
const char *iop_module_tier(const struct iop_cells_module *module, const struct iop_cell *cell, unsigned *widths);

/**
 * Adds the cells of @from, of which @all has room: but those that an earlier module has, too, which keeps them. Returns how many.
 */
size_t iop_module_join(struct iop_cells_module *all, const struct iop_cells_module *from);

/** The cell called @name, or NULL. */
const struct iop_cell *iop_module_find(const struct iop_cells_module *module, const char *name);

#endif
