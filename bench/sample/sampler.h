/* SPDX-License-Identifier: MIT */
/**
 * sampler.h - measuring the cells of one module, each against its baseline
 *
 * Many launches (worker.h), each a fresh process with a memory layout of its own: repetitions inside one process share its luck. In a
 * launch the rounds of all cells are interleaved; a round is a short batch of the cell and one of its baseline, one right after the
 * other, so that what disturbs the machine meets both, and the median of the rounds' ratios is the launch's value. The gate measures
 * the same way; there the base is another build.
 *
 * First every cell has the same launches. What time is left then goes to those whose values still spread.
 */
#ifndef IOPATH_BENCH_SAMPLE_SAMPLER_H
#define IOPATH_BENCH_SAMPLE_SAMPLER_H

#include "launch.h"

#include <cells/module.h>

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>

/** Values of a cell, at most. */
#define IOP_SAMPLER_LAUNCHES 99

struct iop_sampled {
	const struct iop_cell *cell;
	const struct iop_cell *baseline; /**< NULL: none */
	/* Of each launch, medians over its rounds, for one operation. */
	double ns[IOP_SAMPLER_LAUNCHES], cpu_ns[IOP_SAMPLER_LAUNCHES];
	double ratio[IOP_SAMPLER_LAUNCHES]; /**< baseline's time / cell's time: above 1 is faster; only with a baseline */
	size_t launches;
	uint64_t ops[IOP_SIDES]; /**< of a batch, in the last launch */
	unsigned rounds;	 /**< of the last launch */
	bool crashed;		 /**< it ended its process */
	char *error;		 /**< NULL, or why launches are missing */

	/* private */
	uint64_t batch[IOP_SIDES];
	double round_ns, setup_ns;
	int setup_error;
	bool examined, settled;
};

struct iop_sampler {
	const struct iop_cells_module *module;
	const char *const *paths; /**< of the files that have its cells */
	size_t path_count;
	const char *command;	  /**< for messages */
	struct iop_sampled *cell; /**< the caller's; zero but for cell and baseline */
	size_t count;
	double budget;	   /**< seconds, about, of which @between may take a part */
	unsigned launches; /**< that every cell gets; 0: IOP_SAMPLER_LEAST, and more while there is time */
	unsigned rounds;   /**< of a launch; 0: as many as there is time for */
	double batch_us;   /**< length of a batch; 0: 20 */
	uint64_t seed;
	const volatile sig_atomic_t *stop;
	void (*between)(void *user); /**< called when it is known which cells can run, before they are measured; or NULL */
	void (*after)(void *user);   /**< called when a process has ended, however it did; or NULL */
	void (*progress)(void *user, double done, double seconds_left); /**< or NULL */
	void *user, *between_user, *after_user;
	bool on_device;	       /**< SIGBUS is the device's end, and that of measuring */
	const char *bus_fault; /**< set: the cell in which that was */

	/* private */
	struct iop_launcher launcher;
	double began, ends, slowness;
	uint64_t random;
	double from, to; /* shares of the whole that this launch takes, for the progress */
	double told;
};

/** Launches with which a 95 % interval can be stated (host/quantile.h). */
#define IOP_SAMPLER_LEAST 9

/** The cells' launches, until the time is over or the user stops it. 0, or an exit code after a message: nothing was measured. */
int iop_sampler_run(struct iop_sampler *sampler);

#endif
