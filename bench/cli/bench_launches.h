/* SPDX-License-Identifier: MIT */
/**
 * bench_launches.h - one run, several processes
 *
 * The layout of a process, addresses above all, stays the same for all its repetitions: identical code differs by 3 to 35 % from
 * one process to the next. Only more processes show that.
 */
#ifndef IOPATH_BENCH_CLI_BENCH_LAUNCHES_H
#define IOPATH_BENCH_CLI_BENCH_LAUNCHES_H

#include <store/result.h>

#include <signal.h>

struct iop_bench_launches {
	int argc; /**< the command line to repeat */
	char **argv;
	int launches, repetitions;
	double seconds; /**< of a repetition of a cell */
	uint64_t seed;
	const volatile sig_atomic_t *stop;
};

/**
 * Measures in processes that run this command line one after the other. 0, also when interrupted, or an exit code after a message.
 */
int iop_bench_launch(struct iop_results *results, const struct iop_bench_launches *plan);

#endif
