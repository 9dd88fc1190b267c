/* SPDX-License-Identifier: MIT */
/**
 * table.h - how a family of cells gets into the module's table
 *
 * A family is one file with one function that adds its cells, and a line in families.def. Names are built here, so that
 * every cell is op/backend/routine/size[/key=value...] and the harness can rely on it.
 */
#ifndef IOPATH_BENCH_CELLS_TABLE_H
#define IOPATH_BENCH_CELLS_TABLE_H

#include "module.h"

struct iop_cell_table {
	struct iop_cell *cells;
	size_t count, room;
	int failed; /* out of memory once: the whole table is */
};

/** Adds a copy of @cell; name, op, backend and routine are taken from @name, which is copied. @baseline may be NULL. */
void iop_cell_add(struct iop_cell_table *table, struct iop_cell cell, const char *baseline, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/** The same for a baseline whose name is made up: formatted, valid until the next call. */
const char *iop_cell_format(const char *format, ...) __attribute__((format(printf, 1, 2)));

typedef void (*iop_cell_family)(struct iop_cell_table *table);

#define IOP_CELLS(name) void iop_cells_##name(struct iop_cell_table *table);
#include "families.def"
#undef IOP_CELLS

#endif
