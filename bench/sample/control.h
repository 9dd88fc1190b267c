/* SPDX-License-Identifier: MIT */
/**
 * control.h - a kernel of the gate's own, the same on both sides
 *
 * Each run of the gate measures it twice along with the cells: once against itself, where it must stay clean, and once against
 * itself doing more operations a batch, where the difference must be found. A machine on which either fails cannot be trusted
 * with the cells. It stores and loads back through a small ring of memory, so that it waits for what the cells wait for.
 */
#ifndef IOPATH_BENCH_SAMPLE_CONTROL_H
#define IOPATH_BENCH_SAMPLE_CONTROL_H

#include <cells/module.h>

const struct iop_cell *iop_gate_control(void);

#endif
