/* SPDX-License-Identifier: MIT */
/**
 * shim.h - Google Benchmark, from C
 *
 * What people know of Google Benchmark stays as it is: each cell is a registered benchmark, its flags choose and format, its
 * reporters print, its JSON is what other tools read. The times come from the sampler (sample/sampler.h), which times pairs of short
 * batches in many processes; here each launch becomes one repetition, reported as manual time, so that the mean, median and deviation
 * that Google Benchmark computes are over values that are independent of each other. This header is all of Google Benchmark that the
 * project sees; shim.cc is the only C++ file.
 */
#ifndef IOPATH_BENCH_SHIM_H
#define IOPATH_BENCH_SHIM_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One benchmark. Times are nanoseconds for one operation, one a repetition. */
struct iop_shim_row {
	const char *name;
	const double *real_ns, *cpu_ns;
	size_t repetitions;
	uint64_t iterations; /**< operations that each time is the mean of */
	uint64_t bytes;	     /**< that an operation moves; 0: no rate */
	const char *error;   /**< why there is no repetition, or NULL */
	double instructions; /**< of an operation; NaN: not known */
};

/**
 * Takes Google Benchmark's own flags, argv[0] first. 0, or -EINVAL after it has said on stderr which one it refuses. Some bad values
 * make it call exit().
 */
int iop_shim_begin(int argc, char **argv);

/**
 * What its JSON reporter writes for a run without benchmarks, now: {"context": {...}, "benchmarks": []}. Valid until the next call;
 * "" when out of memory.
 */
const char *iop_shim_context(void);

/**
 * Runs the rows as benchmarks. The file of --benchmark_out is written; *@console becomes what its reporter prints, in the format of
 * --benchmark_format, to be freed, or stays NULL without that flag. 0; -ENOMEM.
 */
int iop_shim_report(const struct iop_shim_row *rows, size_t count, char **console);

#ifdef __cplusplus
}
#endif
#endif
