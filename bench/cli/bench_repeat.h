/* SPDX-License-Identifier: MIT */
/**
 * bench_repeat.h - do runs agree?
 *
 * A benchmark's figures are worth what a second run says of them. Several runs, one after the other, are compared cell by cell: the
 * spread of a figure is its largest value / its smallest - 1, and each run's stated interval either holds another run's value or does
 * not.
 */
#ifndef IOPATH_BENCH_CLI_BENCH_REPEAT_H
#define IOPATH_BENCH_CLI_BENCH_REPEAT_H

#include "bench_options.h"

#include <sample/describe.h>
#include <store/result.h>

#include <signal.h>

/** Measures the rows o->repeatability times and prints the table. An exit code. @results stay without values. */
int iop_bench_repeat(const struct iop_results *results, const struct iop_modules *modules, const struct iop_bench_options *o,
		     uint64_t seed, const volatile sig_atomic_t *stop);

#endif
