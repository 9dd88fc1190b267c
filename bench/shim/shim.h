/* SPDX-License-Identifier: MIT */
/**
 * shim.h - Google Benchmark, from C
 *
 * Google Benchmark decides how often a batch runs, times it, shuffles the repetitions of all cells among each other, and knows
 * the machine. This header is all of it that the project sees; shim.cc is the only C++ file. The loop of a cell runs inside its
 * batch function, so the shim costs one indirect call a batch.
 *
 * Cells with prepare() are timed here, around each batch, because what prepare() does must not count and stopping Google
 * Benchmark's own timer costs as much as a short batch.
 */
#ifndef IOPATH_BENCH_SHIM_H
#define IOPATH_BENCH_SHIM_H

#include <cells/module.h>

#include <signal.h>

#ifdef __cplusplus
extern "C" {
#endif

/** One repetition of one cell, as it was measured. Times are nanoseconds for one operation. */
struct iop_shim_sample {
	size_t cell;	     /**< index into the cells of the run */
	uint64_t iterations; /**< operations that were timed */
	double real_ns;	     /**< wall time */
	double cpu_ns;	     /**< this thread's CPU time */
	const char *error;   /**< NULL, or why there is no time */
};

struct iop_shim_run {
	const struct iop_cell *const *cells;
	size_t count;
	struct iop_cell_env env;
	int argc; /**< Google Benchmark's own flags, argv[0] first; later ones win */
	char **argv;
	/** Set by a signal handler: nothing more is measured, what was is still reported. */
	const volatile sig_atomic_t *stop;
	void (*sample)(void *user, const struct iop_shim_sample *sample);
	/** After each measurement, with the wall nanoseconds it was worth; may be NULL. */
	void (*progress)(void *user, double nanoseconds);
	void *user;
};

/**
 * Measures. Returns 0; -EINVAL if Google Benchmark refuses a flag (it has said which on stderr); -ENOENT if its own filter left
 * nothing; -ENOMEM. A cell that cannot be set up costs its own samples only. Some bad flags make Google Benchmark call exit().
 */
int iop_shim_measure(const struct iop_shim_run *run);

/**
 * What Google Benchmark's JSON reporter writes for a run without benchmarks: {"context": {...}, "benchmarks": []}, as of the
 * beginning of the last run; "" before the first.
 */
const char *iop_shim_context(void);

#ifdef __cplusplus
}
#endif
#endif
