/* SPDX-License-Identifier: MIT */
/**
 * gate_beside.h - Google Benchmark's compare.py on what the gate has just judged
 *
 * The same two modules, the same cells, the same session: its false alarms and misses beside the gate's. The work is done by
 * gate/against_compare.py, with Debian's compare.py and SciPy.
 */
#ifndef IOPATH_BENCH_CLI_GATE_BESIDE_H
#define IOPATH_BENCH_CLI_GATE_BESIDE_H

#include <gate/gate.h>

struct iop_beside {
	size_t runs, red;			  /**< red: with something called different */
	size_t cells, different, slower, noticed; /**< over all runs; slower at all, and by more than 2 % */
	double seconds;
};

/** 0, or an exit code after an error message that says what to install. */
int iop_beside_check(const char *command);

/**
 * Runs it on the cells that @gate judged and prints a line; what it said goes into @run, the run's JSON, as "compare_py". 0, or an
 * exit code after an error message.
 */
int iop_beside_run(struct iop_beside *beside, const char *command, const struct iop_gate *gate, struct json_t *run);

#endif
