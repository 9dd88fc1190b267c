/* SPDX-License-Identifier: MIT */
/**
 * stats.h - the tests that a verdict rests on
 *
 * A value is the median log-ratio of one launch: launches are independent, rounds inside a launch are not, so nothing here is
 * ever given rounds. The exact signed-rank test decides; Student's t only chooses what is looked at again. Distributions that
 * GSL has come from GSL.
 */
#ifndef IOPATH_BENCH_SAMPLE_STATS_H
#define IOPATH_BENCH_SAMPLE_STATS_H

#include <stddef.h>

/** Most values that the exact tests take. */
#define IOP_STATS_MOST 128

/** Median of @n values; NaN for none. Sorts @values. */
double iop_stats_median(double *values, size_t n);

double iop_stats_mean(const double *values, size_t n);

/** Standard deviation of a sample; NaN below two values. */
double iop_stats_sd(const double *values, size_t n);

/**
 * Wilcoxon's signed-rank test, exact and one-sided: the probability of ranks as high as these if @values were spread evenly
 * around @centre. Values equal to @centre are left out; equal distances share their ranks, and the distribution is the exact one
 * given those. 1 for no values. @n <= IOP_STATS_MOST.
 */
double iop_stats_signed_rank(const double *values, size_t n, double centre);

/** Student's one-sided t test of the same hypothesis. 1 below two values. */
double iop_stats_t(const double *values, size_t n, double centre);

/**
 * Hodges and Lehmann's estimate of the centre, and the interval that belongs to the signed-rank test: it covers the centre with
 * probability @level at least. With too few values for that the interval is infinite.
 */
double iop_stats_centre(const double *values, size_t n, double level, double *low, double *high);

/** Holm's step-down rule: keep[i] = 1 where p[i] is significant, the family-wise error of all being @level. */
void iop_stats_holm(const double *p, size_t n, double level, unsigned char *keep);

/** Clopper and Pearson: the largest rate that @hits of @trials does not refute at @level, one-sided. */
double iop_stats_upper_rate(size_t hits, size_t trials, double level);

/** The same downwards. */
double iop_stats_lower_rate(size_t hits, size_t trials, double level);

/** The change that a test at @alpha of @n launches against @margin finds with probability @power, if launches spread by @sd. */
double iop_stats_resolution(double sd, size_t n, double margin, double alpha, double power);

#endif
