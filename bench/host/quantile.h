/* SPDX-License-Identifier: MIT */
/**
 * quantile.h - order statistics
 *
 * Times on a shared machine err in one direction, now and then by much: medians and ranks do not follow, means and standard
 * deviations do.
 */
#ifndef IOPATH_BENCH_HOST_QUANTILE_H
#define IOPATH_BENCH_HOST_QUANTILE_H

#include <stddef.h>

/** Quantile @q (0 to 1) of @n values, linearly interpolated; NaN for none. */
double iop_quantile(const double *values, size_t n, double q);

/**
 * Where the median of as many more values of the same kind falls: the narrowest symmetric pair of order statistics that holds it with
 * 95 %, or, with fewer than nine values, the smallest and the largest. Returns the probability with which they do, NaN below two
 * values. It rests on nothing but that old and new values are exchangeable: of all ways in which n and n values can lie among each
 * other, those are counted in which the new median lies outside (Fligner and Wolfe, 1976).
 */
double iop_quantile_repeats(const double *values, size_t n, double *low, double *high);

#endif
