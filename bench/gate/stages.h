/* SPDX-License-Identifier: MIT */
/**
 * stages.h - what the stages of a run share: launches and what they cost, and what values of launches show
 */
#ifndef IOPATH_BENCH_GATE_STAGES_H
#define IOPATH_BENCH_GATE_STAGES_H

#include "gate.h"

#define IOP_GATE_LEAST_LAUNCHES 6    /* below that a cell has not been looked at */
#define IOP_GATE_LEAST_ROUNDS	15   /* of a launch */
#define IOP_GATE_LOOK_SHARE	0.2  /* of the error that all looks may spend together: what one spends */
#define IOP_GATE_FEW_LAUNCHES	20   /* what a cell of the confirming stage is sure to have */
#define IOP_GATE_COVERAGE	0.95 /* of the intervals that are told */
#define IOP_GATE_COUNTING_LEAST 6.0  /* seconds: time begins when the process does */

typedef bool (*iop_gate_choice)(const struct iop_gate_cell *cell);

/** Neither of same code nor of a cell that failed. */
bool iop_gate_is_measured(const struct iop_gate_cell *cell);

/** Nanoseconds of a cell's part in one launch, by what examining it has shown. */
double iop_gate_cell_ns(const struct iop_gate_cell *cell, double rounds);

/** Seconds that a launch of the @wanted cells should take, as loaded as the machine is. */
double iop_gate_launch_seconds(const struct iop_gate *gate, iop_gate_choice wanted, double rounds);

/** Whether the shortest launch of the @wanted cells would be over at @ends. */
bool iop_gate_has_time(const struct iop_gate *gate, iop_gate_choice wanted, double ends);

/** One launch of the @wanted cells, @rounds each, or as many fewer as let @launches fit into @seconds. False: there is none. */
bool iop_gate_launch_cells(struct iop_gate *gate, iop_gate_choice wanted, double rounds, double launches, double seconds);

/**
 * The smallest slowdown that a test of so many launches finds, one of @family tests, if they spread as @values do; never less than
 * what the values do not exclude. INFINITY where it would find nothing.
 */
double iop_gate_resolution_of(const struct iop_gate *gate, const double *values, size_t n, size_t family);

/** The same of a cell that was found slower: by how much is no part of what it takes. */
double iop_gate_resolution_of_found(const struct iop_gate *gate, const double *values, size_t n, size_t family);

/** Whether @n launches can be enough evidence for one of @family tests: the exact test has a smallest p. */
bool iop_gate_can_find(const struct iop_gate *gate, size_t n, size_t family);

/** Told while cells are counted; @user is the gate. */
void iop_gate_counting(void *user, double share);

/** Chooses the cells of the confirming stage, as many as there is time for. */
void iop_gate_choose_family(struct iop_gate *gate);

/** Tests of the confirming stage that a slower cell would be one of. */
size_t iop_gate_family(const struct iop_gate *gate);

#endif
