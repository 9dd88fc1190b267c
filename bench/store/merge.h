/* SPDX-License-Identifier: MIT */
/**
 * merge.h - the repetitions of several files as one run
 *
 * Repetitions are often spread over processes, each with a file. Cells are matched by their names, wherever they stand; a cell that
 * only some files have is kept.
 */
#ifndef IOPATH_BENCH_STORE_MERGE_H
#define IOPATH_BENCH_STORE_MERGE_H

#include "reader.h"

/**
 * Why the two cannot be of one machine, or are not known to be: one printable line in @error and a negative errno; else 0. A CPU
 * model that both name is enough where neither names its host.
 */
int iop_run_same_machine(const struct iop_run *a, const struct iop_run *b, struct iop_run_error *error);

/** Adds the repetitions of @from to @into. 0 or a negative errno with @error; @into can only be freed, then. */
int iop_run_merge(struct iop_run *into, const struct iop_run *from, struct iop_run_error *error);

#endif
