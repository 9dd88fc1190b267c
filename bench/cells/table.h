/* SPDX-License-Identifier: MIT */
/**
 * table.h - how a family of cells gets into the module's table
 *
 * A family is one file with one function that adds its cells; families.c lists the functions. Names are built here, so that
 * every cell is op/backend/routine/size[/key=value...] and the harness can rely on it.
 */
#ifndef IOPATH_BENCH_CELLS_TABLE_H
#define IOPATH_BENCH_CELLS_TABLE_H

#include "module.h"

struct iop_cell_table;

/** Adds a copy of @cell; name, op, backend and routine are taken from @name, which is copied. @baseline may be NULL. */
void iop_cell_add(struct iop_cell_table *table, struct iop_cell cell, const char *baseline, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/** The same for a baseline whose name is made up: formatted, valid until the next call. */
const char *iop_cell_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

typedef void (*iop_cell_family)(struct iop_cell_table *table);

void iop_cells_control(struct iop_cell_table *table);
void iop_cells_device(struct iop_cell_table *table);
void iop_cells_access(struct iop_cell_table *table);
void iop_cells_copy(struct iop_cell_table *table);
void iop_cells_config(struct iop_cell_table *table);
void iop_cells_move(struct iop_cell_table *table);
void iop_cells_memory(struct iop_cell_table *table);
void iop_cells_revocable(struct iop_cell_table *table);
void iop_cells_register(struct iop_cell_table *table);

#endif
