/* SPDX-License-Identifier: MIT */
#include "quantile.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COVERAGE 0.95

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double at_quantile(const double *sorted, size_t n, double q)
{
	double at = q * (double)(n - 1);
	size_t low = (size_t)at;

	return low + 1 < n ? sorted[low] + (at - (double)low) * (sorted[low + 1] - sorted[low]) : sorted[low];
}

static double *sorted_copy(const double *values, size_t n)
{
	double *sorted = n ? malloc(n * sizeof(*sorted)) : NULL;

	if (!sorted)
		return NULL;
	memcpy(sorted, values, n * sizeof(*sorted));
	qsort(sorted, n, sizeof(*sorted), ascending);
	return sorted;
}

double iop_quantile(const double *values, size_t n, double q)
{
	double *sorted = sorted_copy(values, n), value;

	if (!sorted)
		return NAN;
	value = at_quantile(sorted, n, q);
	free(sorted);
	return value;
}

static double log_choose(size_t n, size_t k)
{
	return lgamma((double)n + 1) - lgamma((double)k + 1) - lgamma((double)(n - k) + 1);
}

/* That just @below of n old values lie below the @rank-th of n new ones. */
static double below_new(size_t n, size_t rank, size_t below)
{
	return exp(log_choose(below + rank - 1, below) + log_choose(2 * n - below - rank, n - below) - log_choose(2 * n, n));
}

double iop_quantile_repeats(const double *values, size_t n, double *low, double *high)
{
	/* The lower middle one of an even number is the harder one to hold from below; from above likewise. */
	size_t rank = (n + 1) / 2, k = 0;
	double *sorted = n > 1 ? sorted_copy(values, n) : NULL, miss;

	if (!sorted)
		return NAN;
	miss = below_new(n, rank, 0);
	while (k + 1 < n / 2 && 1 - 2 * (miss + below_new(n, rank, k + 1)) >= COVERAGE)
		miss += below_new(n, rank, ++k);
	*low = sorted[k];
	*high = sorted[n - 1 - k];
	free(sorted);
	return 1 - 2 * miss;
}
