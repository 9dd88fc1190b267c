/* SPDX-License-Identifier: MIT */
/* How long launches are, and how many there are. */
#include "sample_played.h"

#include <float.h>
#include <math.h>

static void rounds_share_the_time(void **state)
{
	static const struct {
		double budget;
		unsigned rounds, first, second;
	} launches[] = {
		/* 1.1 * (20 ms + 5 ms + 100 * 1 ms + 50 * 2 ms) = 247.5 ms */
		{0.248, 0, 100, 50}, {0.2474, 0, 99, 49}, {0.01, 0, 5, 5}, {100, 0, 300, 300}, {100, 7, 7, 7},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(launches) / sizeof(launches[0]); i++) {
		begin(NULL);
		sampler.count = 2;
		sampler.budget = launches[i].budget;
		sampler.rounds = launches[i].rounds;
		setup_ns[0] = 5e6;
		round_ns[1] = 2e6;
		run();
		assert_int_equal(process[1].task[0].rounds, launches[i].first);
		assert_int_equal(process[1].task[1].rounds, launches[i].second);
	}
}

/* To the last nanosecond, or nearly so where nothing is exact. */
static void what_just_fits_fits(void **state)
{
	const volatile double expected = 1.1 * (2e7 + 5 * 1e6 + 1e6);

	(void)state;
	sample_clock_set(0);
	sampler.count = 1;
	sampler.budget = expected * 1e-9;
	for (int i = 0; i < 10; i++) {
		const volatile double ns = sampler.budget * 1e9;

		sampler.budget = ns < expected	 ? nextafter(sampler.budget, 1)
				 : ns > expected ? nextafter(sampler.budget, 0)
						 : sampler.budget;
	}
	if (FLT_EVAL_METHOD)
		sampler.budget *= 1 + 1e-9;
	run();
	assert_int_equal(process[1].task[0].rounds, 6);
}

/* What the first cell's launch of a number of seconds should be, and what is learnt of how long it took. */
static unsigned planned(double seconds, double *slowness, double took)
{
	double rounds = floor((seconds / *slowness - 0.02 - setup_ns[0] * 1e-9) / (round_ns[0] * 1e-9));

	rounds = fmin(300, fmax(5, rounds));
	*slowness *= (1 + took / (*slowness * (0.02 + setup_ns[0] * 1e-9 + rounds * round_ns[0] * 1e-9))) / 2;
	return (unsigned)rounds;
}

static void plans_follow_what_launches_take(void **state)
{
	static const double took[] = {0.25, 0.1, 0.125, 0.2};
	double slowness = 1.1, spent = 0;

	(void)state;
	sampler.count = 1;
	sampler.launches = 4;
	sampler.budget = 0.61;
	memcpy(takes + 1, took, sizeof(took));
	run();
	assert_int_equal(processes, 5);
	for (size_t i = 0; i < 4; i++) {
		assert_int_equal(process[1 + i].task[0].rounds, planned((0.61 - spent) / (4 - (double)i), &slowness, took[i]));
		spent += took[i];
	}
	assert_true(near(sampler.slowness, slowness));
}

static void what_is_out_takes_no_time(void **state)
{
	(void)state;
	sampler.count = 2;
	sampler.launches = 2;
	sampler.budget = 0.5;
	setup_ns[1] = 1e9;
	play = end_so;
	ending = (struct iop_launch_end){.signal = SIGSEGV, .last = 1, .side = -1, .reason = "died"};
	run();
	assert_int_equal(processes, 3);
	assert_true(process[1].count == 2 && process[2].count == 1);
	assert_true(process[1].task[0].rounds == 5 && process[2].task[0].rounds == 300);
}

/* One whose ratios are the same, one whose times are not, and one that is lost. */
static void say_wide(const struct process *now, struct iop_launch_end *ends)
{
	if (examines(now)) {
		usual(now, ends);
		return;
	}
	for (size_t i = 0; i < now->count; i++) {
		const struct iop_task *task = &now->task[i];
		const double ns = processes % 2 ? 98 : 102;

		if (task->id == 0)
			say("r 0 %.17g 0 0 21 %.17g 9", log((double)task->ops[IOP_CANDIDATE] / (double)task->ops[IOP_BASE]), ns);
		else if (task->id == 1)
			say("t 1 1 50 21 %.17g 9", ns);
	}
	say("p 1 2");
	if (processes == 4)
		*ends = (struct iop_launch_end){.signal = SIGSEGV, .last = 2, .side = -1, .reason = "died"};
}

static void prepare_wide(double budget, size_t first, double first_takes, double rest_takes)
{
	sampler.launches = 0;
	sampler.budget = budget;
	sampler.progress = progress;
	sampled[0].baseline = &cell[2];
	play = say_wide;
	for (size_t p = 1; p < PROCESSES; p++)
		takes[p] = p <= first ? first_takes : rest_takes;
}

/* Launches of the first part take 5 or 9 hundredths. Then there are 55 or 19. */
static const struct rest {
	double takes, left[3], from[3], to[3];
	size_t launches;
} rests[] = {
	{0.05, {0.55, 0.35, 0.15}, {0.65, 0.65 + 0.55 / 3, 1}, {0.65 + 0.55 / 3, 1, 1}, 3},
	{0.09, {0.19}, {0.81}, {0.81 + 0.19 / 3}, 1},
};

static void run_wide(const struct rest *rest, double budget)
{
	end(NULL);
	begin(NULL);
	prepare_wide(budget, IOP_SAMPLER_LEAST, rest->takes * budget, 0.2 * budget);
	run();
	assert_int_equal(processes, 1 + IOP_SAMPLER_LEAST + rest->launches);
}

static void the_rest_goes_to_what_is_wide(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		run_wide(&rests[i], 1);
		for (size_t n = 0; n < IOP_SAMPLER_LEAST; n++)
			assert_int_equal(process[1 + n].count, n < 3 ? 3 : 2);
		for (size_t n = 0; n < rests[i].launches; n++) {
			const struct process *now = &process[1 + IOP_SAMPLER_LEAST + n];
			double slowness = now->slowness;

			assert_true(now->count == 1 && now->task[0].id == 1);
			assert_int_equal(now->task[0].rounds, planned(rests[i].left[n] / (double)(3 - n), &slowness, 1));
		}
		assert_true(sampled[2].crashed && sampled[1].launches == IOP_SAMPLER_LEAST + rests[i].launches);
	}
}

static void progress_is_that_of_the_whole(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rests) / sizeof(rests[0]); i++) {
		run_wide(&rests[i], 100);
		assert_int_equal(tellings, IOP_SAMPLER_LEAST + rests[i].launches);
		for (size_t n = 0; n < IOP_SAMPLER_LEAST; n++) {
			assert_true(near(told[n], 0.65 * ((double)n + 0.5) / IOP_SAMPLER_LEAST));
			assert_true(near(left[n], 100 * (1 - rests[i].takes * (double)(n + 1))));
		}
		for (size_t n = 0; n < rests[i].launches; n++)
			assert_true(near(told[IOP_SAMPLER_LEAST + n], (rests[i].from[n] + rests[i].to[n]) / 2));
	}
}

static double low_ns, high_ns;

static void say_between(const struct process *now, struct iop_launch_end *ends)
{
	const double ns = processes % 2 ? low_ns : high_ns;

	if (examines(now)) {
		usual(now, ends);
		return;
	}
	for (size_t i = 0; i < now->count; i++) {
		const struct iop_task *task = &now->task[i];
		const double ops = (double)task->ops[IOP_CANDIDATE] / (double)task->ops[IOP_BASE];

		if (sampled[0].baseline)
			say("r 0 %.17g 0 0 21 10 9", log(ops * ns));
		else
			say("t 0 1 50 21 %.17g 9", ns);
	}
}

static void what_is_narrow_is_settled(void **state)
{
	static const struct {
		double low, high;
		bool ratio, narrow;
	} spreads[] = {
		/* A hundredth, exactly, and 4 thousandths. */
		{99, 101, false, true},	 {98.9, 101.1, false, false}, {98, 102, false, false}, {1, 1, false, true},
		{997, 1003, true, true}, {995, 1005, true, false},    {1, 2, true, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spreads) / sizeof(spreads[0]); i++) {
		begin(NULL);
		sampler.count = 1;
		sampler.launches = 0;
		sampler.budget = 12;
		sampled[0].baseline = spreads[i].ratio ? &cell[1] : NULL;
		low_ns = spreads[i].low;
		high_ns = spreads[i].high;
		play = say_between;
		for (size_t p = 1; p < PROCESSES; p++)
			takes[p] = 1;
		run();
		assert_int_equal(processes, 1 + IOP_SAMPLER_LEAST + (spreads[i].narrow ? 0 : 3));
		/* What follows has time for the fewest rounds, at least. */
		assert_true(process[processes - 1].task[0].rounds >= 5);
	}
}

/* Before the last of the first launches is planned anew: there is time for one, exactly, or nearly so where nothing is exact. */
static void fit_exactly(const struct process *now, struct iop_launch_end *ends)
{
	say_between(now, ends);
	if (processes != 1 + IOP_SAMPLER_LEAST)
		return;
	sampler.slowness = 2; /* and 1 for a launch that took no time */
	sampler.ends = 3e7 * 1e-9;
	if (FLT_EVAL_METHOD)
		sampler.ends *= 1 + 1e-9;
}

static void a_launch_that_just_fits_is_made(void **state)
{
	(void)state;
	sample_clock_set(0);
	sampler.count = 1;
	sampler.launches = 0;
	round_ns[0] = 2e6;
	low_ns = 1;
	high_ns = 2;
	play = fit_exactly;
	run();
	assert_int_equal(processes, 1 + IOP_SAMPLER_LAUNCHES);
}

static void interlude(void *user)
{
	sample_clock_pass(*(const double *)user);
}

static void what_is_between_takes_time_from_the_rest(void **state)
{
	static const struct {
		double takes, rest;
	} between[] = {{0.3, 0.65}, {0.54, 0.41}, {0.56, 0.4}, {0.9, 0.4}};

	(void)state;
	for (size_t i = 0; i < sizeof(between) / sizeof(between[0]); i++) {
		double time = between[i].takes, slowness = 1.1;

		begin(NULL);
		prepare_wide(1, PROCESSES, 0.03, 0);
		sampler.count = 1;
		sampled[0].baseline = NULL;
		sampler.between = interlude;
		sampler.between_user = &time;
		takes[0] = 0.05;
		low_ns = 1;
		high_ns = 2;
		play = say_between;
		run();
		assert_true(near(sampler.budget, between[i].rest));
		assert_true(near(sampler.began, 5.75 + 0.05 + time) && near(sampler.ends, sampler.began + between[i].rest));
		assert_int_equal(process[1].task[0].rounds, planned(0.65 * between[i].rest / IOP_SAMPLER_LEAST, &slowness, 1));
		assert_true(processes > 1 + IOP_SAMPLER_LEAST);
	}
}

int sample_plans(void)
{
	const struct CMUnitTest tests[] = {
		PLAYED(rounds_share_the_time),
		PLAYED(what_just_fits_fits),
		PLAYED(plans_follow_what_launches_take),
		PLAYED(what_is_out_takes_no_time),
		PLAYED(the_rest_goes_to_what_is_wide),
		PLAYED(progress_is_that_of_the_whole),
		PLAYED(what_is_narrow_is_settled),
		PLAYED(a_launch_that_just_fits_is_made),
		PLAYED(what_is_between_takes_time_from_the_rest),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
