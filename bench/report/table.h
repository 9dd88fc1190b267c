/* SPDX-License-Identifier: MIT */
/**
 * table.h - the run as a person reads it
 */
#ifndef IOPATH_BENCH_TABLE_H
#define IOPATH_BENCH_TABLE_H

#include "machine.h"
#include "result.h"

#include <stdio.h>

/**
 * Prints one line per cell, grouped by operation and backend: time, spread, rates, and the ratio to the cell's baseline; then
 * what the figures rest on and the machine's warnings. Colour if @colour.
 */
void iop_table_print(FILE *out, const struct iop_results *results, const struct iop_machine *machine, bool colour);

#endif
