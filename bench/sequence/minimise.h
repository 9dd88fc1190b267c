/* SPDX-License-Identifier: MIT */
/**
 * minimise.h - the fewest calls with the simplest numbers that are wrong in the same way
 */
#ifndef IOPATH_BENCH_SEQUENCE_MINIMISE_H
#define IOPATH_BENCH_SEQUENCE_MINIMISE_H

#include "run.h"

/**
 * @list is a history whose last sequence ended with @failure. It becomes the shortest that fails like that in a new process; mostly
 * that is one sequence, and more where a call depends on what was called before. @failure becomes that of the result. False: run
 * again, nothing is wrong, and @list is as it was. Once the runner is told to stop, what was found so far is the result.
 */
bool iop_sequence_minimise(struct iop_sequence_runner *runner, struct iop_sequence_list *list,
			   struct iop_sequence_failure *failure);

#endif
