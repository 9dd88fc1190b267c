/* SPDX-License-Identifier: MIT */
#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <string.h>

#define WALSH	 (IOP_STATS_MOST * (IOP_STATS_MOST + 1) / 2)
#define RANK_SUM (IOP_STATS_MOST * (IOP_STATS_MOST + 1))

double iop_stats_median(double *values, size_t n)
{
	if (!n)
		return NAN;
	gsl_sort(values, 1, n);
	return gsl_stats_median_from_sorted_data(values, 1, n);
}

double iop_stats_mean(const double *values, size_t n)
{
	return n ? gsl_stats_mean(values, 1, n) : NAN;
}

double iop_stats_sd(const double *values, size_t n)
{
	return n > 1 ? gsl_stats_sd(values, 1, n) : NAN;
}

/* Adds one rank to the distribution of the rank sum: it counts with probability one half. */
static size_t add_rank(double *distribution, size_t top, size_t rank)
{
	for (size_t i = top + rank + 1; i-- > 0;) {
		double without = i <= top ? distribution[i] : 0, with = i >= rank ? distribution[i - rank] : 0;

		distribution[i] = (without + with) / 2;
	}
	return top + rank;
}

double iop_stats_signed_rank(const double *values, size_t n, double centre)
{
	double far[IOP_STATS_MOST], sorted[IOP_STATS_MOST], distribution[RANK_SUM + 1] = {1}, p = 0;
	size_t m = 0, top = 0, sum = 0;

	for (size_t i = 0; i < n && m < IOP_STATS_MOST; i++)
		if (values[i] - centre != 0)
			far[m++] = values[i] - centre;
	for (size_t i = 0; i < m; i++)
		sorted[i] = fabs(far[i]);
	gsl_sort(sorted, 1, m);
	/* Ranks are doubled, so that shared ones stay whole numbers. */
	for (size_t i = 0; i < m; i++) {
		size_t first = 0, last;

		/* cppcheck-suppress uninitvar */
		while (sorted[first] < fabs(far[i]))
			first++;
		for (last = first; last + 1 < m && sorted[last + 1] <= sorted[first]; last++)
			;
		top = add_rank(distribution, top, first + last + 2);
		if (far[i] > 0)
			sum += first + last + 2;
	}
	for (size_t i = sum; i <= top; i++)
		p += distribution[i];
	return p < 1 ? p : 1;
}

double iop_stats_t(const double *values, size_t n, double centre)
{
	double sd = iop_stats_sd(values, n), far = iop_stats_mean(values, n) - centre;

	if (n < 2)
		return 1;
	if (!(sd > 0))
		return far > 0 ? 0 : 1;
	return gsl_cdf_tdist_Q(far / (sd / sqrt((double)n)), (double)(n - 1));
}

double iop_stats_centre(const double *values, size_t n, double level, double *low, double *high)
{
	double walsh[WALSH], distribution[RANK_SUM + 1] = {1}, tail = 0;
	size_t count = 0, top = 0, k = 0;

	*low = -INFINITY;
	*high = INFINITY;
	if (!n || n > IOP_STATS_MOST)
		return NAN;
	for (size_t i = 0; i < n; i++)
		for (size_t j = i; j < n; j++)
			walsh[count++] = (values[i] + values[j]) / 2;
	gsl_sort(walsh, 1, count);
	for (size_t rank = 1; rank <= n; rank++)
		top = add_rank(distribution, top, rank);
	while (k < count && tail + distribution[k] <= (1 - level) / 2)
		tail += distribution[k++];
	if (k) {
		*low = walsh[k - 1];
		*high = walsh[count - k];
	}
	return gsl_stats_median_from_sorted_data(walsh, 1, count);
}

void iop_stats_holm(const double *p, size_t n, double level, unsigned char *keep)
{
	memset(keep, 0, n);
	for (size_t done = 0; done < n; done++) {
		size_t best = n;

		for (size_t i = 0; i < n; i++)
			if (!keep[i] && (best == n || p[i] < p[best]))
				best = i;
		if (p[best] > level / (double)(n - done))
			return;
		keep[best] = 1;
	}
}

double iop_stats_upper_rate(size_t hits, size_t trials, double level)
{
	return hits >= trials ? 1 : gsl_cdf_beta_Pinv(level, (double)hits + 1, (double)(trials - hits));
}

double iop_stats_lower_rate(size_t hits, size_t trials, double level)
{
	return hits == 0 ? 0 : gsl_cdf_beta_Pinv(1 - level, (double)hits, (double)(trials - hits) + 1);
}

double iop_stats_resolution(double sd, size_t n, double margin, double alpha, double power)
{
	double z = gsl_cdf_ugaussian_Qinv(alpha) + gsl_cdf_ugaussian_Pinv(power);

	return margin + z * sd / sqrt((double)n);
}
