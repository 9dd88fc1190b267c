/* SPDX-License-Identifier: MIT */
/**
 * estimate.h - what LLVM makes of executed instructions: their text, and an estimate of the cycles that they take on a core
 *
 * llvm-mc and llvm-mca are needed, version 19 as a rule. An estimate is of a static model of a core whose memory answers at once: it
 * compares variants, and is not a measured time.
 */
#ifndef IOPATH_BENCH_FIGURES_ESTIMATE_H
#define IOPATH_BENCH_FIGURES_ESTIMATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IOP_ESTIMATES 4

struct iop_estimate {
	const char *core; /**< NULL: no more */
	double cycles;	  /**< that all the instructions once occupy it, where they wait for no earlier ones */
	double chained;	  /**< the same where each repetition begins with the registers that the one before left */
};

struct iop_estimates {
	struct iop_estimate of[IOP_ESTIMATES];
	char barriers[96]; /**< "dmb oshst, dsb st": the instructions that order accesses, in their order; "" if there is none */
	/** The same executed before the first and the last store, behind the first and the last load: one of these is the device's. */
	char before_store[2][96], behind_load[2][96];
	bool read; /**< the text of the instructions is known, so that the barriers are */
};

/** Whether LLVM's programs are here. If not, @why becomes what to install. */
bool iop_estimate_has_tools(char *why, size_t size);

/**
 * Of @code, instructions in the form of judge/call.h, of @arch as scripts/arch calls it. @folder is for files of this process. What
 * LLVM cannot read has no estimates, and neither has what executes a barrier.
 */
void iop_estimate(struct iop_estimates *estimates, const char *arch, const uint8_t *code, size_t bytes, const char *folder);

#endif
