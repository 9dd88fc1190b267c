/* SPDX-License-Identifier: MIT */
/* Two cells side by side: which is set up and timed when, for how long, and what their ratio is, on clocks that only cells move. */
#include <sample/pair.h>

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define SECOND INT64_C(1000000000)

static int64_t wall_ns, cpu_ns;
/* What was done, a word each: letters of what and of the side, and how many operations. */
static char done[256];
static enum iop_side failing; /* to set up; IOP_SIDES: none */

int __wrap_clock_gettime(clockid_t id, struct timespec *t);

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	const int64_t ns = id == CLOCK_MONOTONIC ? wall_ns : cpu_ns;

	assert_true(id == CLOCK_MONOTONIC || id == CLOCK_THREAD_CPUTIME_ID);
	*t = (struct timespec){.tv_sec = (time_t)(ns / SECOND), .tv_nsec = (long)(ns % SECOND)};
	return 0;
}

static void say(char what, const void *ctx, uint64_t ops)
{
	const size_t used = strlen(done);

	snprintf(done + used, sizeof(done) - used, "%c%c%ju ", what, *(const char *)ctx, (uintmax_t)ops);
}

static int set_up(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	static char side[IOP_SIDES] = {'b', 'c'};

	(void)env;
	*ctx = &side[cell->param[0]];
	say('s', *ctx, 0);
	return cell->param[0] == failing ? -ENOMEM : 0;
}

static void tear_down(void *ctx)
{
	say('t', ctx, 0);
}

static void prepare(void *ctx, uint64_t n)
{
	say('p', ctx, n);
	wall_ns += 1000000;
}

/* 300 ns an operation of the base, 100 more of the candidate; neighbours had the CPU for half of it. */
static void batch(void *ctx, uint64_t n)
{
	const int64_t ns = (*(const char *)ctx == 'b' ? 300 : 400) * (int64_t)n;

	say('b', ctx, n);
	wall_ns += ns;
	cpu_ns += ns / 2;
}

static struct iop_cell cell[IOP_SIDES];
static struct iop_pair pair;

static int begin(void **state)
{
	(void)state;
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		cell[side] = (struct iop_cell){.param = {side}, .setup = set_up, .batch = batch, .teardown = tear_down};
	pair = (struct iop_pair){.cell = {&cell[IOP_BASE], &cell[IOP_CANDIDATE]}, .ops = {16, 7}};
	failing = IOP_SIDES;
	done[0] = '\0';
	/* Neither are whole seconds. */
	wall_ns = 5750000000;
	cpu_ns = 1250000000;
	return 0;
}

/* A seed whose first number chooses @first to be the first side. */
static uint64_t choosing(enum iop_side first)
{
	for (uint64_t seed = 1;; seed++) {
		uint64_t random = seed;

		if ((enum iop_side)(iop_random(&random) & 1) == first)
			return seed;
	}
}

static void both_sides_are_set_up_in_any_order(void **state)
{
	static const char *const orders[IOP_SIDES] = {"sb0 sc0 bb16 bc7 ", "sc0 sb0 bc7 bb16 "};

	(void)state;
	for (enum iop_side first = IOP_BASE; first < IOP_SIDES; first++) {
		uint64_t random = choosing(first);
		enum iop_side side;

		begin(NULL);
		assert_int_equal(iop_pair_setup(&pair, NULL, &random, &side), 0);
		assert_string_equal(done, orders[first]);
		done[0] = '\0';
		iop_pair_teardown(&pair);
		assert_string_equal(done, "tb0 tc0 ");
		/* One side alone. */
		begin(NULL);
		pair.cell[IOP_BASE] = NULL;
		random = choosing(first);
		cell[IOP_CANDIDATE].prepare = prepare;
		assert_int_equal(iop_pair_setup(&pair, NULL, &random, &side), 0);
		iop_pair_teardown(&pair);
		assert_string_equal(done, "sc0 pc7 bc7 tc0 ");
	}
}

static void what_fails_leaves_nothing(void **state)
{
	static const char *const orders[IOP_SIDES][IOP_SIDES] = {{"sb0 ", "sb0 sc0 tb0 "}, {"sc0 sb0 tc0 ", "sc0 "}};

	(void)state;
	for (enum iop_side first = IOP_BASE; first < IOP_SIDES; first++)
		for (enum iop_side fails = IOP_BASE; fails < IOP_SIDES; fails++) {
			uint64_t random = choosing(first);
			enum iop_side side = IOP_SIDES;

			begin(NULL);
			failing = fails;
			assert_int_equal(iop_pair_setup(&pair, NULL, &random, &side), -ENOMEM);
			assert_int_equal(side, fails);
			assert_string_equal(done, orders[first][fails]);
		}
}

/* An eighth before it is not timed, nor is what prepares. */
static void a_batch_takes_what_its_operations_take(void **state)
{
	static const struct {
		const char *done;
		uint64_t ops;
		bool prepares;
	} batches[] = {
		{"bb1 bb7 ", 7, false},	  {"bb1 bb8 ", 8, false},   {"bb2 bb16 ", 16, false},
		{"bb2 bb23 ", 23, false}, {"pb16 bb16 ", 16, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		struct iop_batch_time time;
		uint64_t random = choosing(IOP_BASE);
		enum iop_side side;

		begin(NULL);
		assert_int_equal(iop_pair_setup(&pair, NULL, &random, &side), 0);
		pair.ops[IOP_BASE] = batches[i].ops;
		cell[IOP_BASE].prepare = batches[i].prepares ? prepare : NULL;
		done[0] = '\0';
		time = iop_pair_time(&pair, IOP_BASE);
		assert_string_equal(done, batches[i].done);
		assert_true(time.wall == 300 * (double)batches[i].ops && fabs(time.cpu - time.wall / 2) < 1e-6);
	}
}

static void a_round_is_a_batch_of_each(void **state)
{
	static const char *const orders[IOP_SIDES] = {"bb2 bb16 bc1 bc7 ", "bc1 bc7 bb2 bb16 "};

	(void)state;
	for (enum iop_side first = IOP_BASE; first < IOP_SIDES; first++) {
		struct iop_batch_time time[IOP_SIDES] = {{0}};
		uint64_t random = 1;
		enum iop_side side;

		begin(NULL);
		assert_int_equal(iop_pair_setup(&pair, NULL, &random, &side), 0);
		done[0] = '\0';
		random = choosing(first);
		iop_pair_round(&pair, &random, time);
		assert_string_equal(done, orders[first]);
		assert_true(time[IOP_BASE].wall == 4800 && time[IOP_CANDIDATE].wall == 2800);
		pair.cell[IOP_BASE] = NULL;
		done[0] = '\0';
		time[IOP_BASE].wall = 1;
		random = choosing(first);
		iop_pair_round(&pair, &random, time);
		assert_string_equal(done, "bc1 bc7 ");
		assert_true(time[IOP_BASE].wall == 1);
	}
}

/* Of what the CPU took, where both are longer than 0.2 ms and it took some; else of the clock, half a nanosecond later. */
static void ratios_are_those_of_the_right_clock(void **state)
{
	static const struct {
		struct iop_batch_time time[IOP_SIDES];
		double ratio;
	} rounds[] = {
		{{{3e5, 1e5}, {4e5, 2e5}}, 2},
		{{{3e5, 2e5}, {4e5, 1e5}}, 0.5},
		{{{2e5, 1e5}, {4e5, 3e5}}, 400000.5 / 200000.5},
		{{{4e5, 1e5}, {2e5, 3e5}}, 200000.5 / 400000.5},
		{{{1e5, 1e5}, {4e5, 3e5}}, 400000.5 / 100000.5},
		{{{4e5, 1e5}, {1e5, 3e5}}, 100000.5 / 400000.5},
		{{{4e5, 0}, {3e5, 3e5}}, 300000.5 / 400000.5},
		{{{4e5, 3e5}, {3e5, 0}}, 300000.5 / 400000.5},
		{{{4e5, 3e5}, {3e5, -1}}, 300000.5 / 400000.5},
		{{{1e3, 2e3}, {3e3, 1e3}}, 3000.5 / 1000.5},
		{{{0, 0}, {0, 0}}, 1},
		{{{0, 5}, {1, 5}}, 3},
		{{{1, 5}, {0, 5}}, 1.0 / 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++)
		assert_true(fabs(iop_pair_log_ratio(rounds[i].time) - log(rounds[i].ratio)) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(both_sides_are_set_up_in_any_order, begin),
		cmocka_unit_test_setup(what_fails_leaves_nothing, begin),
		cmocka_unit_test_setup(a_batch_takes_what_its_operations_take, begin),
		cmocka_unit_test_setup(a_round_is_a_batch_of_each, begin),
		cmocka_unit_test_setup(ratios_are_those_of_the_right_clock, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
