/* SPDX-License-Identifier: MIT */
/* What launches show: the slowdown that would have been found, and when there are enough of them. */
#include "stages.h"

#include <math.h>

#define POWER 0.95

size_t iop_gate_family(const struct iop_gate *gate)
{
	return gate->suspects + gate->wide;
}

static double level_of(const struct iop_gate *gate, size_t family)
{
	return IOP_GATE_LOOK_SHARE * gate->options.fwer / (double)(family ? family : 1);
}

bool iop_gate_can_find(const struct iop_gate *gate, size_t n, size_t family)
{
	return ldexp(1, -(int)n) <= level_of(gate, family);
}

/* The spread of one launch as the signed-rank interval saw it: one launch that lies does not blow it up. */
static double spread_of(double low, double high, size_t n)
{
	return isfinite(high - low) ? (high - low) / 2 * sqrt((double)n) / 1.96 : INFINITY;
}

static double sees_of(const struct iop_gate *gate, const double *values, size_t n, size_t family, double *high)
{
	double low;

	*high = INFINITY;
	if (n < IOP_GATE_LEAST_LAUNCHES)
		return INFINITY;
	iop_stats_centre(values, n, IOP_GATE_COVERAGE, &low, high);
	return iop_stats_resolution(spread_of(low, *high, n), n, log1p(gate->options.margin), level_of(gate, family), POWER);
}

double iop_gate_resolution_of(const struct iop_gate *gate, const double *values, size_t n, size_t family)
{
	double high, sees = sees_of(gate, values, n, family, &high);

	return expm1(fmax(sees, high));
}

double iop_gate_resolution_of_found(const struct iop_gate *gate, const double *values, size_t n, size_t family)
{
	double high;

	return expm1(sees_of(gate, values, n, family, &high));
}
