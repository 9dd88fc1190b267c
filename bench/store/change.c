/* SPDX-License-Identifier: MIT */
/* Where a series changes: E-divisive, as history.h describes it. */
#include "history.h"

#include "result.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define SEED 0x9e3779b97f4a7c15u

struct cut {
	size_t at; /* first value of the right side, from the segment's begin */
	double statistic;
};

static uint64_t next(uint64_t *state)
{
	uint64_t x = *state;

	x ^= x << 13;
	x ^= x >> 7;
	x ^= x << 17;
	return *state = x;
}

/*
 * The best cut of the values v[order[0..n)], whose distances are in @distance (n by n, by value).
 * With L and R the sums of distances within the sides of l and r values and B the sum between them, the statistic is
 * lr/(l+r) * (2B/(lr) - L/(l(l-1)/2) - R/(r(r-1)/2)); moving one value from right to left changes each sum by a row's.
 */
static struct cut best_cut(const double *distance, const size_t *order, size_t n)
{
	struct cut best = {0, -1};
	double left = 0, between = 0, right = 0;

	for (size_t i = 0; i < n; i++)
		for (size_t j = i + 1; j < n; j++)
			right += distance[order[i] * n + order[j]];
	for (size_t l = 1; l < n; l++) {
		const double *row = distance + order[l - 1] * n;
		double to_left = 0, to_right = 0, dl = (double)l, dr = (double)(n - l), q;

		for (size_t i = 0; i < l - 1; i++)
			to_left += row[order[i]];
		for (size_t i = l; i < n; i++)
			to_right += row[order[i]];
		left += to_left;
		right -= to_right;
		between += to_right - to_left;
		if (l < IOP_HISTORY_SEGMENT || n - l < IOP_HISTORY_SEGMENT)
			continue;
		q = dl * dr / (dl + dr) * (2 * between / (dl * dr) - 2 * left / (dl * (dl - 1)) - 2 * right / (dr * (dr - 1)));
		if (q > best.statistic)
			best = (struct cut){l, q};
	}
	return best;
}

static void shuffle(size_t *order, size_t n, uint64_t *state)
{
	for (size_t i = n - 1; i > 0; i--) {
		size_t j = (size_t)(next(state) % (i + 1)), keep = order[i];

		order[i] = order[j];
		order[j] = keep;
	}
}

/* The share of random orders that have as good a cut; looked for no longer than it can still be small enough. */
static double permutation_p(const double *distance, size_t *order, size_t n, double statistic)
{
	const int allowed = (int)(IOP_HISTORY_P * (IOP_HISTORY_PERMUTATIONS + 1));
	uint64_t state = SEED;
	int reached = 1;

	for (int i = 0; i < IOP_HISTORY_PERMUTATIONS && reached <= allowed; i++) {
		shuffle(order, n, &state);
		/* Sums of the same numbers in another order differ in their last digits. */
		reached += best_cut(distance, order, n).statistic >= statistic * (1 - 1e-9);
	}
	return (double)reached / (IOP_HISTORY_PERMUTATIONS + 1);
}

static struct iop_change find(const double *value, size_t n)
{
	struct iop_change change = {0, 1, 1};
	double *distance = malloc(n * n * sizeof(*distance));
	size_t *order = malloc(n * sizeof(*order));
	struct cut cut;

	if (distance && order) {
		for (size_t i = 0; i < n; i++) {
			order[i] = i;
			for (size_t j = 0; j < n; j++)
				distance[i * n + j] = fabs(log(value[i]) - log(value[j]));
		}
		cut = best_cut(distance, order, n);
		if (cut.at && cut.statistic > 0) {
			change.at = cut.at;
			change.ratio = iop_quantile(value + cut.at, n - cut.at, 0.5) / iop_quantile(value, cut.at, 0.5);
			if (fabs(change.ratio - 1) >= IOP_HISTORY_STEP)
				change.p = permutation_p(distance, order, n, cut.statistic);
		}
	}
	free(distance);
	free(order);
	return change;
}

static void search(const double *value, size_t from, size_t n, struct iop_change *change, size_t room, size_t *found)
{
	struct iop_change cut;

	if (n < 2 * IOP_HISTORY_SEGMENT || *found == room)
		return;
	cut = find(value + from, n);
	if (!cut.at || cut.p > IOP_HISTORY_P)
		return;
	search(value, from, cut.at, change, room, found);
	if (*found < room) {
		change[*found] = cut;
		change[(*found)++].at += from;
	}
	search(value, from + cut.at, n - cut.at, change, room, found);
}

/* The medians beside a cut are those up to the next cuts, which were not known when it was found. */
static void settle(const double *value, size_t n, struct iop_change *change, size_t found)
{
	for (size_t i = 0; i < found; i++) {
		size_t before = i ? change[i - 1].at : 0, after = i + 1 < found ? change[i + 1].at : n;

		change[i].ratio = iop_quantile(value + change[i].at, after - change[i].at, 0.5) /
				  iop_quantile(value + before, change[i].at - before, 0.5);
	}
}

size_t iop_history_changes(const double *value, size_t n, struct iop_change *change, size_t room)
{
	size_t found = 0, skipped = n > IOP_HISTORY_LONGEST ? n - IOP_HISTORY_LONGEST : 0;

	search(value, skipped, n - skipped, change, room, &found);
	settle(value, n, change, found);
	return found;
}
