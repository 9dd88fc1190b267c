/* SPDX-License-Identifier: MIT */
/**
 * result.h - what a run measured
 *
 * A result is one cell with one time per repetition. Everything shown or stored is computed from these: medians, because a noisy
 * machine errs in one direction and a mean follows it; the spread as the range between the quartiles, relative to the median.
 */
#ifndef IOPATH_BENCH_STORE_RESULT_H
#define IOPATH_BENCH_STORE_RESULT_H

#include <cells/module.h>
#include <host/quantile.h>

#include <stdbool.h>

#define IOP_CODE_HASH 33
#define IOP_LAUNCHES  99 /* of a run, at most */

struct iop_result {
	const struct iop_cell *cell;
	double *real_ns, *cpu_ns; /**< per operation, one per repetition, in the order measured */
	size_t samples, room;
	uint64_t iterations; /**< of the last repetition */
	double *launch_ns;   /**< the median of each process, where there were several; else NULL */
	size_t launches;
	char *error; /**< NULL, or why repetitions are missing */
	/** Exact, of one operation; NaN: not counted. Accesses are all memory operands but those on the stack. */
	double instructions, accesses;
	char code_hash[IOP_CODE_HASH]; /**< of everything the cell runs, in hexadecimal digits, or "" */
};

struct iop_results {
	struct iop_result *row;
	size_t count;
	const struct iop_cells_module *module;
	double cycles_per_ns; /**< from the cycle control cell; 0 if it was not measured */
	double empty_ns;      /**< from the empty control cell; 0 likewise */
	bool partial;	      /**< interrupted */
	bool cpu_clock;	      /**< times are the CPU's, but for cells that call the kernel */
	char uncounted[128];  /**< why counts are missing, or "" */
	const char *context;  /**< Google Benchmark's own JSON document about the run, or NULL */
};

/** Rows for @cells, nothing measured yet. 0 or -ENOMEM. */
int iop_results_init(struct iop_results *results, const struct iop_cells_module *module, const struct iop_cell *const *cells,
		     size_t count);
void iop_results_free(struct iop_results *results);

/** Adds one repetition. 0 or -ENOMEM. */
int iop_result_add(struct iop_result *result, double real_ns, double cpu_ns, uint64_t iterations);

/** Computes cycles_per_ns and empty_ns from the control cells; call it once after measuring. */
void iop_results_calibrate(struct iop_results *results);

double iop_result_median(const struct iop_result *result);
/** (third quartile - first) / median, or NaN below two samples. */
double iop_result_spread(const struct iop_result *result);

/** Adds the median of one process. 0 or -ENOMEM. */
int iop_result_add_launch(struct iop_result *result, double ns);

/**
 * An interval for the median over processes: the narrowest pair of their order statistics that covers it with 95 %, or, with fewer
 * than six processes, the smallest and the largest. Returns the coverage, NaN below two processes.
 */
double iop_result_interval(const struct iop_result *result, double *low, double *high);

/** The row of the cell called @name, or NULL. */
const struct iop_result *iop_results_find(const struct iop_results *results, const char *name);

/**
 * Baseline time / cell time, median over the repetitions that both have; above 1 is faster than the baseline. NaN without a
 * baseline. *@low and *@high, where not NULL, get the smallest and largest of the repetitions' ratios.
 */
double iop_result_speed(const struct iop_results *results, const struct iop_result *result, double *low, double *high);

#endif
