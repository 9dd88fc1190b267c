/* SPDX-License-Identifier: MIT */
/**
 * result.h - what a run measured
 *
 * A result is one cell with one value for each launch (sample/sampler.h). Everything shown or stored is computed from these: medians,
 * because a noisy machine errs in one direction and a mean follows it; and the interval in which another run's median falls
 * (host/quantile.h).
 */
#ifndef IOPATH_BENCH_STORE_RESULT_H
#define IOPATH_BENCH_STORE_RESULT_H

#include <cells/module.h>
#include <host/accesses.h>
#include <host/quantile.h>

#include <stdbool.h>

#define IOP_CODE_HASH 33

struct iop_profile;

struct iop_result {
	const struct iop_cell *cell;
	double *real_ns, *cpu_ns; /**< for one operation, one of each launch */
	double *ratio;		  /**< baseline's time / cell's time, one of each launch; NaN without a baseline */
	size_t samples, room;
	uint64_t iterations; /**< that a value rests on: the last launch's rounds and their batches */
	char *error;	     /**< NULL, or why launches are missing */
	/** Exact, of one operation; NaN: not counted. Accesses are all memory operands but those on the stack. */
	double instructions, accesses;
	bool is_its_baseline;	       /**< it runs the same instructions: whatever their times, nothing distinguishes them */
	struct iop_accesses device;    /**< those on the device side, exact */
	char code_hash[IOP_CODE_HASH]; /**< of everything the cell runs, in hexadecimal digits, or "" */
};

/** A module that cells were taken from. */
struct iop_measured_module {
	const char *file;  /**< as the user named it; of the program's own its name only */
	const char *name;  /**< that it gives itself, or NULL */
	const char *build; /**< what tells it from other builds of it */
	unsigned abi;	   /**< of what it registers; of one without a name, of its cells */
};

struct iop_results {
	struct iop_result *row;
	size_t count;
	const struct iop_cells_module *module;
	const struct iop_measured_module *part; /**< the modules that those cells are of */
	size_t parts;
	double cycles_per_ns;		   /**< from the cycle control cell; 0 if it was not measured */
	double empty_ns;		   /**< from the empty control cell; 0 likewise */
	double empty_range[2];		   /**< of its launches, without the tenth at either end */
	bool partial;			   /**< interrupted */
	const struct iop_result *crashed;  /**< a row whose cell ended its process, or NULL */
	char uncounted[128];		   /**< why counts are missing, or "" */
	const char *memory;		   /**< what the device side of the cells was, in words; never NULL once measured */
	const struct iop_profile *profile; /**< of a device, for predictions, or NULL */
	const char *context;		   /**< Google Benchmark's own JSON document about the run, or NULL */
};

/** Rows for @cells, nothing measured yet. 0 or -ENOMEM. */
int iop_results_init(struct iop_results *results, const struct iop_cells_module *module, const struct iop_cell *const *cells,
		     size_t count);
void iop_results_free(struct iop_results *results);

/** Adds a launch. 0 or -ENOMEM. */
int iop_result_add(struct iop_result *result, double real_ns, double cpu_ns, double ratio, uint64_t iterations);

/** Computes cycles_per_ns and empty_ns from the control cells; call it once after measuring. */
void iop_results_calibrate(struct iop_results *results);

double iop_result_median(const struct iop_result *result);
/** (third quartile - first) / median, or NaN below two samples. */
double iop_result_spread(const struct iop_result *result);

/** Where another run's median falls. Returns the probability, NaN below two launches. */
double iop_result_interval(const struct iop_result *result, double *low, double *high);

/** The row of the cell called @name, or NULL. */
const struct iop_result *iop_results_find(const struct iop_results *results, const char *name);

/**
 * Baseline's time / cell's time, median over the launches; above 1 is faster than the baseline. NaN without a baseline. *@low and
 * *@high, where not NULL, get the interval in which another run's falls; NaN below two launches.
 */
double iop_result_speed(const struct iop_result *result, double *low, double *high);

#endif
