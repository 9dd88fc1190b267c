/* SPDX-License-Identifier: MIT */
/* The gate's statistics against SciPy 1.10's values, and against counting all cases. */
#include <sample/stats.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define CLOSE 1e-9

/* wilcoxon(x - centre, alternative="greater", mode="exact"), ttest_1samp(x, centre, alternative="greater"), median of the means. */
static const struct {
	size_t n;
	double centre, x[32], signed_rank, t, middle;
} scipy[] = {
	{6, 0, {0.020684, 0.047195, 0.044494, 0.009794, 0.014041, 0.009452}, 0.015625, 0.00907007439766914, 0.026973},
	{12,
	 0.02,
	 {0.041395, 0.028879, 0.044938, -0.006946, 0.061331, 0.028071, 0.043608, 0.027269, 0.022418, 0.039262, 0.04649, 0.025949},
	 0.013427734375,
	 0.00922863386996797,
	 0.03475575},
	{20,
	 0.02,
	 {0.021861, 0.00973,  0.032953, 0.030951, 0.047976, 0.000308, 0.012768, 0.009237, -0.00868, 0.028529,
	  0.036556, 0.011224, 0.053713, 0.042438, 0.038548, 0.034034, 0.045113, -0.00064, 0.038279, 0.038056},
	 0.0714530944824219,
	 0.0710698084105759,
	 0.026245},
	{32,
	 0.02,
	 {-0.010354, 0.031941, 0.019992,  0.04063,  0.016219, 0.024635,	 0.031857, 0.007475,  0.036972, 0.022901, 0.03485,
	  0.014563,  0.046724, 0.037104,  0.021439, 0.037639, 0.050195,	 0.060824, -0.006472, 0.042663, 0.034301, 0.023123,
	  0.004867,  0.050144, -0.000235, 0.036339, 0.051037, -0.006993, 0.01895,  -0.001184, 0.029881, 0.055288},
	 0.032491851830855,
	 0.0275695359511641,
	 0.027516},
};

static void near(double is, double should)
{
	if (!(fabs(is - should) <= CLOSE))
		fail_msg("%.15g instead of %.15g", is, should);
}

static void tests_agree_with_scipy(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scipy) / sizeof(scipy[0]); i++) {
		double low, high;

		near(iop_stats_signed_rank(scipy[i].x, scipy[i].n, scipy[i].centre), scipy[i].signed_rank);
		near(iop_stats_t(scipy[i].x, scipy[i].n, scipy[i].centre), scipy[i].t);
		near(iop_stats_centre(scipy[i].x, scipy[i].n, 0.95, &low, &high), scipy[i].middle);
		assert_true(low < scipy[i].middle && scipy[i].middle < high);
	}
}

/* Shared ranks: SciPy has no exact distribution for them, so all signs are tried. */
static void ties_are_exact(void **state)
{
	static const double x[] = {1, -1, 2, 2, 3, -2, 4, 4, 0};
	static const double rank[] = {1.5, 1.5, 4, 4, 6, 4, 7.5, 7.5};
	unsigned as_high = 0;
	double sum = 0;

	(void)state;
	for (unsigned i = 0; i < 8; i++)
		sum += x[i] > 0 ? rank[i] : 0;
	for (unsigned signs = 0; signs < 256; signs++) {
		double other = 0;

		for (unsigned i = 0; i < 8; i++)
			other += signs >> i & 1 ? rank[i] : 0;
		as_high += other >= sum;
	}
	near(iop_stats_signed_rank(x, 9, 0), as_high / 256.0);
}

/* What lies on the centre has no sign: ranks are those of the other four, 1 + 2 of which are above; 13 of 16 sums are as high. */
static void what_is_on_the_centre_is_left_out(void **state)
{
	static const double x[] = {0.02, 0.05, -0.02, -0.03, 0.04};

	(void)state;
	near(iop_stats_signed_rank(x, 5, 0.02), 13.0 / 16);
}

static void edges_say_nothing(void **state)
{
	static const double same[] = {0.02, 0.02, 0.02}, two[] = {1, 3};
	static double many[IOP_STATS_MOST + 1];
	double low, high;

	(void)state;
	near(iop_stats_signed_rank(same, 0, 0), 1);
	near(iop_stats_signed_rank(same, 3, 0.02), 1);
	near(iop_stats_signed_rank(same, 3, 0), 0.125);
	near(iop_stats_t(same, 1, 0), 1);
	near(iop_stats_t(same, 3, 0.05), 1);
	near(iop_stats_t(same, 3, 0.02), 1);
	near(iop_stats_t(same, 3, 0), 0);
	/* One degree of freedom: 1/2 - atan(2)/pi. */
	near(iop_stats_t(two, 2, 0), 0.147583617650433);
	assert_true(isnan(iop_stats_sd(two, 1)) && isnan(iop_stats_mean(two, 0)));
	iop_stats_centre(same, 3, 0.95, &low, &high);
	assert_true(isinf(low) && isinf(high));
	assert_true(isnan(iop_stats_centre(same, 0, 0.95, &low, &high)));
	assert_true(isnan(iop_stats_centre(many, IOP_STATS_MOST + 1, 0.95, &low, &high)) && isinf(low));
	near(iop_stats_centre(many, IOP_STATS_MOST, 0.95, &low, &high), 0);
	/* Exactly half of all signs are outside. */
	near(iop_stats_centre(two, 2, 0.5, &low, &high), 2);
	assert_true(low == 1 && high == 3);
	assert_true(isnan(iop_stats_median(NULL, 0)));
}

/* R: wilcox.test(1:10, conf.int = TRUE) has [3, 8] at 95 %. */
static void the_interval_is_the_tests(void **state)
{
	static const double x[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10};
	double low, high;

	(void)state;
	near(iop_stats_centre(x, 10, 0.95, &low, &high), 5.5);
	/* A centre just outside the interval is refused at half of the rest, one just inside is not. */
	assert_true(iop_stats_signed_rank(x, 10, low - 0.01) <= 0.025);
	assert_true(iop_stats_signed_rank(x, 10, low + 0.01) > 0.025);
	near(low + high, 11);
}

static void holm_is_between_bonferroni_and_none(void **state)
{
	/* Holm (1979): 0.01/4, 0.01/3, 0.01/2: the third stops it although the fourth alone would pass. */
	static const double p[] = {0.003, 0.0055, 0.001, 0.009};
	unsigned char keep[4];

	(void)state;
	iop_stats_holm(p, 4, 0.01, keep);
	assert_true(keep[2] && keep[0] && !keep[1] && !keep[3]);
	iop_stats_holm(p, 4, 0.05, keep);
	assert_true(keep[0] && keep[1] && keep[2] && keep[3]);
	iop_stats_holm(p, 4, 0.0001, keep);
	assert_false(keep[0] || keep[1] || keep[2] || keep[3]);
	/* At the level is within it. */
	iop_stats_holm((const double[]){0.005, 0.5}, 2, 0.01, keep);
	assert_true(keep[0] && !keep[1]);
}

/* norm.ppf(.99) + norm.ppf(.8) is 3.167969107613755: times 0.03 / 3. */
static void resolution_is_what_the_normal_distribution_says(void **state)
{
	(void)state;
	near(iop_stats_resolution(0.03, 9, 0.02, 0.01, 0.8), 0.05167969107613755);
}

/* scipy.stats.beta.ppf(.95, 1, 100), (.95, 4, 97), (.05, 3, 98). */
static void rates_agree_with_scipy(void **state)
{
	(void)state;
	near(iop_stats_upper_rate(0, 100, 0.95), 0.02951304960703993);
	near(iop_stats_upper_rate(3, 100, 0.95), 0.07571079374983004);
	near(iop_stats_lower_rate(3, 100, 0.95), 0.008225829107652688);
	near(iop_stats_upper_rate(5, 5, 0.95), 1);
	near(iop_stats_lower_rate(0, 5, 0.95), 0);
}

/* The whole rule on invented launches: how often it finds nothing where there is nothing, and something where there is. */
static double finds(double shift, unsigned *seed, unsigned runs)
{
	unsigned found = 0;

	for (unsigned run = 0; run < runs; run++) {
		double x[32];

		for (size_t i = 0; i < 32; i++) {
			x[i] = shift;
			for (unsigned k = 0; k < 12; k++)
				x[i] += 0.01 * ((double)rand_r(seed) / RAND_MAX - 0.5);
		}
		found += iop_stats_signed_rank(x, 32, 0.02) <= 0.01;
	}
	return (double)found / runs;
}

static void the_test_keeps_its_level(void **state)
{
	unsigned seed = 3;
	double at_margin = finds(0.02, &seed, 4000);

	(void)state;
	/* The seed is fixed, so this does not vary; 0.01 is what it should be. */
	assert_true(at_margin > 0.003 && at_margin < 0.017);
	assert_true(finds(0, &seed, 500) < 0.001);
	assert_true(finds(0.05, &seed, 500) > 0.99);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tests_agree_with_scipy),
		cmocka_unit_test(ties_are_exact),
		cmocka_unit_test(what_is_on_the_centre_is_left_out),
		cmocka_unit_test(resolution_is_what_the_normal_distribution_says),
		cmocka_unit_test(edges_say_nothing),
		cmocka_unit_test(the_interval_is_the_tests),
		cmocka_unit_test(holm_is_between_bonferroni_and_none),
		cmocka_unit_test(rates_agree_with_scipy),
		cmocka_unit_test(the_test_keeps_its_level),
	};

	return cmocka_run_group_tests_name("gate-stats", tests, NULL, NULL);
}
