/* SPDX-License-Identifier: MIT */
/* Change points: on a series everybody knows, on steps of a known size, and on noise, where there are none. */
#include <store/history.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define ROOM   8
#define SERIES 200
#define LENGTH 24

/* The flow of the Nile at Aswan, 1871 to 1970: it fell after 1898 (Cobb 1978, and most papers on change points since). */
static const double nile[] = {
	1120, 1160, 963,  1210, 1160, 1160, 813,  1230, 1370, 1140, 995,  935, 1110, 994,  1020, 960,  1180, 799,  958,	 1140,
	1100, 1210, 1150, 1250, 1260, 1220, 1030, 1100, 774,  840,  874,  694, 940,  833,  701,	 916,  692,  1020, 1050, 969,
	831,  726,  456,  824,	702,  1120, 1100, 832,	764,  821,  768,  845, 864,  862,  698,	 845,  744,  796,  1040, 759,
	781,  865,  845,  944,	984,  897,  822,  1010, 771,  676,  649,  846, 812,  742,  801,	 1040, 860,  874,  848,	 890,
	744,  749,  838,  1050, 918,  986,  797,  923,	975,  815,  1020, 906, 901,  1170, 912,	 746,  919,  718,  714,	 740,
};
#define NILE (sizeof(nile) / sizeof(nile[0]))

static double noise(uint64_t *state)
{
	double sum = 0;

	for (int i = 0; i < 12; i++) {
		*state = *state * 6364136223846793005u + 1442695040888963407u;
		sum += (double)(*state >> 11) / (double)(1ull << 53);
	}
	return sum - 6;
}

static void the_nile_fell_after_1898(void **state)
{
	struct iop_change change[ROOM];

	(void)state;
	assert_int_equal(NILE, 100);
	assert_int_equal(iop_history_changes(nile, NILE, change, ROOM), 1);
	assert_int_equal(1871 + change[0].at, 1899);
	assert_true(change[0].p <= IOP_HISTORY_P);
	/* Medians before and after: 1130 and 842.5. */
	assert_true(fabs(change[0].ratio - 842.5 / 1130) < 1e-9);
}

static void the_nile_shuffled_changes_nowhere(void **state)
{
	struct iop_change change[ROOM];
	double mixed[NILE];

	(void)state;
	/* 37 and 100 have no common divisor: every year once, from all over the century. */
	for (size_t i = 0; i < NILE; i++)
		mixed[i] = nile[i * 37 % NILE];
	assert_int_equal(iop_history_changes(mixed, NILE, change, ROOM), 0);
}

static void noise_raises_one_alarm_in_a_hundred(void **state)
{
	uint64_t seed = 1;
	size_t alarms = 0;

	(void)state;
	for (size_t s = 0; s < SERIES; s++) {
		struct iop_change change[ROOM];
		double value[LENGTH];

		for (size_t i = 0; i < LENGTH; i++)
			value[i] = exp(0.05 * noise(&seed));
		alarms += iop_history_changes(value, LENGTH, change, ROOM) > 0;
	}
	/* At a rate of 1 %, more than 8 of 200 come once in 4000 times. */
	assert_in_range(alarms, 0, 8);
}

static void a_step_is_found_where_it_is(void **state)
{
	uint64_t seed = 2;
	size_t found = 0, right = 0;

	(void)state;
	for (size_t s = 0; s < SERIES; s++) {
		struct iop_change change[ROOM];
		double value[LENGTH];
		size_t n;

		for (size_t i = 0; i < LENGTH; i++)
			value[i] = exp(0.01 * noise(&seed)) * (i < 16 ? 1 : 1.05);
		n = iop_history_changes(value, LENGTH, change, ROOM);
		found += n > 0;
		right += n > 0 && change[0].at >= 15 && change[0].at <= 17 && fabs(change[0].ratio - 1.05) < 0.02;
	}
	assert_in_range(found, SERIES * 95 / 100, SERIES);
	assert_in_range(right, SERIES * 95 / 100, SERIES);
}

static void a_single_outlier_is_no_change(void **state)
{
	struct iop_change change[ROOM];
	double value[LENGTH];
	uint64_t seed = 3;

	(void)state;
	for (size_t i = 0; i < LENGTH; i++)
		value[i] = exp(0.01 * noise(&seed)) * (i == 11 ? 3 : 1);
	assert_int_equal(iop_history_changes(value, LENGTH, change, ROOM), 0);
}

static void up_and_down_again_are_two(void **state)
{
	struct iop_change change[ROOM];
	double value[3 * LENGTH];
	uint64_t seed = 4;

	(void)state;
	for (size_t i = 0; i < 3 * LENGTH; i++)
		value[i] = exp(0.01 * noise(&seed)) * (i / LENGTH == 1 ? 1.2 : 1);
	assert_int_equal(iop_history_changes(value, 3 * LENGTH, change, ROOM), 2);
	assert_int_equal(change[0].at, LENGTH);
	assert_int_equal(change[1].at, 2 * LENGTH);
	assert_true(fabs(change[0].ratio - 1.2) < 0.01 && fabs(change[1].ratio - 1 / 1.2) < 0.01);
	/* No more than there is room for. */
	assert_int_equal(iop_history_changes(value, 3 * LENGTH, change, 1), 1);
}

/* As history.h describes it, by the definition: sums over all pairs. */
static size_t best_of_all(const double *value, size_t n)
{
	size_t best = 0;
	double most = -1;

	for (size_t l = IOP_HISTORY_SEGMENT; n - l >= IOP_HISTORY_SEGMENT; l++) {
		double left = 0, right = 0, between = 0, dl = (double)l, dr = (double)(n - l), q;

		for (size_t i = 0; i < n; i++)
			for (size_t j = i + 1; j < n; j++)
				*(j < l ? &left : i >= l ? &right : &between) += fabs(log(value[i] / value[j]));
		q = dl * dr / (dl + dr) * (2 * between / (dl * dr) - left / (dl * (dl - 1) / 2) - right / (dr * (dr - 1) / 2));
		if (q > most + 1e-9) {
			most = q;
			best = l;
		}
	}
	return best;
}

/* Steps in noise, where the weights of the sums decide where the cut is. Some are just sure enough. */
static void the_cut_is_the_best_of_all(void **state)
{
	uint64_t seed = 5;
	size_t found = 0, at_the_limit = 0;

	(void)state;
	for (size_t s = 0; s < SERIES; s++) {
		struct iop_change change[1];
		double value[LENGTH];

		for (size_t i = 0; i < LENGTH; i++)
			value[i] = exp(0.06 * noise(&seed)) * (i < 3 + s % 19 ? 1 : 1.1);
		/* With room for one it is the first in the order of time: compared where there is no other. */
		if (iop_history_changes(value, LENGTH, (struct iop_change[ROOM]){{0}}, ROOM) != 1)
			continue;
		assert_int_equal(iop_history_changes(value, LENGTH, change, 1), 1);
		assert_int_equal(change[0].at, best_of_all(value, LENGTH));
		found++;
		at_the_limit += change[0].p == IOP_HISTORY_P;
	}
	assert_true(found > SERIES / 4);
	assert_true(at_the_limit > 0);
}

/* Three values are a side. */
static void a_step_may_be_near_the_edge(void **state)
{
	struct iop_change change[ROOM];
	double value[LENGTH];
	uint64_t seed = 6;

	(void)state;
	for (size_t at = IOP_HISTORY_SEGMENT; at <= LENGTH - IOP_HISTORY_SEGMENT; at += LENGTH - 2 * IOP_HISTORY_SEGMENT) {
		for (size_t i = 0; i < LENGTH; i++)
			value[i] = exp(0.001 * noise(&seed)) * (i < at ? 1 : 1.2);
		assert_int_equal(iop_history_changes(value, LENGTH, change, ROOM), 1);
		assert_int_equal(change[0].at, at);
		/* No random order has such a cut, and this one counts. */
		assert_true(change[0].p < 0.01);
	}
	for (size_t i = 0; i < LENGTH; i++)
		value[i] = exp(0.001 * noise(&seed)) * (i < LENGTH / 2 ? 1 : 1.2);
	assert_int_equal(iop_history_changes(value, LENGTH, change, ROOM), 1);
	assert_true(change[0].p == 1.0 / (IOP_HISTORY_PERMUTATIONS + 1));
}

/* From 0.8 to 1.25, and half of the smallest step at 10; nothing behind the series counts. */
static void how_far_the_median_moves_is_a_ratio(void **state)
{
	struct iop_change change[ROOM];
	double value[3 * LENGTH];
	uint64_t seed = 7;

	(void)state;
	for (size_t i = 0; i < LENGTH; i++)
		value[i] = exp(0.001 * noise(&seed)) * (i < LENGTH / 2 ? 0.8 : 1.25);
	for (size_t i = LENGTH; i < 3 * LENGTH; i++)
		value[i] = 0.8;
	assert_int_equal(iop_history_changes(value, LENGTH, change, ROOM), 1);
	assert_true(fabs(change[0].ratio - 1.25 / 0.8) < 0.01);
	for (size_t i = 0; i < LENGTH; i++)
		value[i] = exp(0.0001 * noise(&seed)) * (i < LENGTH / 2 ? 10 : 10 * (1 + IOP_HISTORY_STEP / 2));
	assert_int_equal(iop_history_changes(value, LENGTH, change, ROOM), 0);
	/* The second cut is found first, and the room is for one. */
	for (size_t i = 0; i < 3 * LENGTH; i++)
		value[i] = exp(0.001 * noise(&seed)) * (i < LENGTH ? 1 : i < 2 * LENGTH ? 1.05 : 3);
	assert_int_equal(iop_history_changes(value, 3 * LENGTH, change, 1), 1);
	assert_int_equal(change[0].at, LENGTH);
	assert_int_equal(iop_history_changes(value, 3 * LENGTH, change, ROOM), 2);
}

static void short_and_constant_series_have_none(void **state)
{
	const double steps[] = {1, 1, 1, 2, 2, 2}, same[LENGTH] = {[0 ... LENGTH - 1] = 7};
	struct iop_change change[ROOM];

	(void)state;
	assert_int_equal(iop_history_changes(steps, 0, change, ROOM), 0);
	assert_int_equal(iop_history_changes(steps, 5, change, ROOM), 0);
	/* Two of twenty orders of three and three look like this one. */
	assert_int_equal(iop_history_changes(steps, 6, change, ROOM), 0);
	assert_int_equal(iop_history_changes(same, LENGTH, change, ROOM), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_nile_fell_after_1898),
		cmocka_unit_test(the_nile_shuffled_changes_nowhere),
		cmocka_unit_test(noise_raises_one_alarm_in_a_hundred),
		cmocka_unit_test(a_step_is_found_where_it_is),
		cmocka_unit_test(a_single_outlier_is_no_change),
		cmocka_unit_test(up_and_down_again_are_two),
		cmocka_unit_test(the_cut_is_the_best_of_all),
		cmocka_unit_test(a_step_may_be_near_the_edge),
		cmocka_unit_test(how_far_the_median_moves_is_a_ratio),
		cmocka_unit_test(short_and_constant_series_have_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
