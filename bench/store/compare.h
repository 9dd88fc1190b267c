/* SPDX-License-Identifier: MIT */
/**
 * compare.h - two stored runs side by side
 *
 * Two runs that were not interleaved differ by more than their code: by the memory layout of one process, by the clock, by the
 * neighbours; absolute times drift by 3 to 35 % between launches of the same program. So a comparison of stored runs is advisory,
 * never a verdict (that is the gate's), and of each quantity it says whether it may be compared at all:
 *
 *  - times: on one machine model only;
 *  - speed against the cell's own baseline, measured in the same run: everywhere, if both runs name the same baseline;
 *  - time in units of the frozen reference kernel, measured in the same run: everywhere;
 *  - instructions: on one architecture only;
 *  - accesses to the device: everywhere, as they follow from the routine and not from the machine.
 */
#ifndef IOPATH_BENCH_STORE_COMPARE_H
#define IOPATH_BENCH_STORE_COMPARE_H

#include "reader.h"

#include <jansson.h>
#include <stdio.h>

/** The kernel whose code never changes: the chain of additions that every run of iopath bench measures. */
#define IOP_COMPARE_REFERENCE "control/none/cycle/0"

enum iop_compare_quantity {
	IOP_COMPARE_TIME,
	IOP_COMPARE_SPEED,
	IOP_COMPARE_REFERENCE_TIME,
	IOP_COMPARE_INSTRUCTIONS,
	IOP_COMPARE_ACCESSES,
	IOP_COMPARE_QUANTITIES
};

/** One quantity of one cell; NaN where a side lacks it or it may not be compared. */
struct iop_compare_value {
	double a, b;
	double ratio; /**< b / a */
	bool overlap; /**< the ranges of the two overlap: no difference can be seen */
};

struct iop_compare_row {
	const struct iop_run_cell *a, *b;
	struct iop_compare_value value[IOP_COMPARE_QUANTITIES];
};

struct iop_compare {
	const struct iop_run *a, *b;
	const struct iop_run_cell *reference_a, *reference_b; /**< the frozen kernel's, or NULL */
	struct iop_compare_row *row;			      /**< cells that both runs hold, in A's order */
	size_t count;
	size_t only_a, only_b;
	size_t hashed, same_code;		       /**< rows whose code both runs identify; where it is the same */
	size_t values[IOP_COMPARE_QUANTITIES];	       /**< rows that hold the quantity */
	double geometric_mean[IOP_COMPARE_QUANTITIES]; /**< of the ratios; NaN for none */
	char why_not[IOP_COMPARE_QUANTITIES][2 * IOP_RUN_TEXT + 128]; /**< "" where the quantity may be compared */
};

/** Compares; @a and @b must outlive it. 0 or -ENOMEM. */
int iop_compare(struct iop_compare *compare, const struct iop_run *a, const struct iop_run *b);
void iop_compare_free(struct iop_compare *compare);

void iop_compare_print(FILE *out, const struct iop_compare *compare);
/** The same as JSON. NULL when out of memory. */
json_t *iop_compare_json(const struct iop_compare *compare);

#endif
