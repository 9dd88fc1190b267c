/* SPDX-License-Identifier: MIT */
/**
 * table.h - the run as a person reads it
 */
#ifndef IOPATH_BENCH_STORE_TABLE_H
#define IOPATH_BENCH_STORE_TABLE_H

#include "result.h"
#include <host/machine.h>

#include <stdio.h>

/** Prints one line per cell, grouped by operation and backend: time, spread, rates, and the ratio to the cell's baseline. */
void iop_table_print(FILE *out, const struct iop_results *results, bool colour);

/** Prints what the figures rest on, how to read them, and the machine's warnings. */
void iop_table_context(FILE *out, const struct iop_results *results, const struct iop_machine *machine, bool colour);

#endif
