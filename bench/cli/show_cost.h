/* SPDX-License-Identifier: MIT */
/**
 * show_cost.h - what a recording's accesses would take on a device whose costs are known, by call site and register: a model
 *
 * Each access costs what the profile says (store/profile.h). Of a write-combining mapping's writes a line costs that is begun: one
 * that is not the line which the thread wrote to last. A profile is of one kind of mapping, and accesses to the other are not
 * predicted, and neither are those of a width that the profile lacks.
 */
#ifndef IOPATH_BENCH_CLI_SHOW_COST_H
#define IOPATH_BENCH_CLI_SHOW_COST_H

#include "show_text.h"

struct iop_cost {
	const char *site, *file;
	uint64_t offset;
	struct iop_accesses accesses;
	double ns;	  /**< predicted, of what could be */
	size_t unknown;	  /**< accesses that are not predicted */
	uint64_t here_ns; /**< as recorded */
};

struct iop_costs {
	struct iop_cost *cost; /**< sites by cost, the highest first, and the registers of each likewise */
	size_t count;
	struct iop_cost all;
};

/** Of @show, which has a profile. 0 or -ENOMEM. */
int iop_costs_of(struct iop_costs *costs, const struct iop_show *show);
void iop_costs_free(struct iop_costs *costs);

void iop_costs_print(const struct iop_costs *costs, const struct iop_show *show);
/** NULL for lack of memory. */
json_t *iop_costs_json(const struct iop_costs *costs, const struct iop_show *show);

#endif
