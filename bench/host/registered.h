/* SPDX-License-Identifier: MIT */
/**
 * registered.h - the cells of what a module registers (iopath/cells.h)
 *
 * The module has a batch for each line; sizes, memory and baselines are decided here, and are those of this program's own cells, so
 * that both can stand in one table.
 */
#ifndef IOPATH_BENCH_HOST_REGISTERED_H
#define IOPATH_BENCH_HOST_REGISTERED_H

#include "module_cells.h"

struct iop_registered;
struct iop_registered_table;

/** Adds the cells of all that is registered. False after a message: the table is not what the header says. */
bool iop_registered_cells(struct iop_module_cells *cells, const struct iop_registered_table *table);

/** "toio", "checked-read": the operation of a kind, or NULL: no such kind. */
const char *iop_registered_op(unsigned kind);
/** The same with the width of an accessor, as check and trace name it: "read32". */
const char *iop_registered_op_of(char text[16], unsigned kind, unsigned width);

#endif
