/* SPDX-License-Identifier: MIT */
/**
 * bench_sample.h - the sampler's values as results
 */
#ifndef IOPATH_BENCH_CLI_BENCH_SAMPLE_H
#define IOPATH_BENCH_CLI_BENCH_SAMPLE_H

#include "bench_options.h"

#include <sample/describe.h>
#include <store/result.h>

#include <signal.h>

/** Seconds that measuring @cells may take, counting included. */
double iop_bench_budget(const struct iop_bench_options *o, size_t cells);

/** What stands for the device. */
#define IOP_BENCH_MEMORY "cached memory standing in for a device: compare, do not quote"

/** One that another run will not have. */
uint64_t iop_bench_seed(void);

/** Measures the rows, and counts what is exact of them. 0, or an exit code after a message: nothing was measured. */
int iop_bench_sample(struct iop_results *results, const struct iop_modules *modules, const struct iop_bench_options *o,
		     uint64_t seed, const volatile sig_atomic_t *stop);

#endif
