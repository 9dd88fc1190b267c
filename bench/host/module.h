/* SPDX-License-Identifier: MIT */
/**
 * module.h - loading modules of cells
 */
#ifndef IOPATH_BENCH_HOST_MODULE_H
#define IOPATH_BENCH_HOST_MODULE_H

#include <cells/module.h>

/**
 * Loads a module of cells: @path, or iop_module_default(). NULL after an error message. Modules stay loaded.
 */
const struct iop_cells_module *iop_module_load(const char *path);

/** The module of this build: libiopath-cells.so next to this program, or where it is installed. Valid until the next call. */
const char *iop_module_default(void);

/** Cell @i of a module, by its stride. */
const struct iop_cell *iop_module_cell(const struct iop_cells_module *module, size_t i);

/**
 * The verdict on a cell's routine, "STRICT" and so on, or NULL. A module that was built before there were verdicts has none. @widths
 * become those of its accesses, ORed; 0 if they are not known.
 */
const char *iop_module_tier(const struct iop_cells_module *module, const struct iop_cell *cell, unsigned *widths);

/** The cell called @name, or NULL. */
const struct iop_cell *iop_module_find(const struct iop_cells_module *module, const char *name);

#endif
