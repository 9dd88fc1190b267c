/* SPDX-License-Identifier: MIT */
/**
 * words.h - the parts of a gate's report, as text
 */
#ifndef IOPATH_BENCH_GATE_WORDS_H
#define IOPATH_BENCH_GATE_WORDS_H

#include "gate.h"

/** Cells that deserve a line without being asked for, the most important first; free it. NULL when out of memory. */
const struct iop_gate_cell **iop_gate_notable(const struct iop_gate *gate, size_t *count);

/** The result of a cell: change, interval, counts, explanation. */
void iop_gate_details(char *text, size_t size, const struct iop_gate_cell *cell);

/** The verdict of the run that returned @code. */
void iop_gate_conclusion(const struct iop_gate *gate, int code, char *text, size_t size);

/** How many cells were measured, skipped, of same code. */
void iop_gate_summary(const struct iop_gate *gate, char *text, size_t size);

/** The smallest slowdowns that the measured cells would have shown. */
void iop_gate_resolution(const struct iop_gate *gate, char *text, size_t size);

/** A warning of functions whose time depends on where they are put, or "". */
void iop_gate_placement(const struct iop_gate *gate, char *text, size_t size);

/** The results of the run's controls. */
void iop_gate_controls(const struct iop_gate *gate, char *text, size_t size);

#endif
