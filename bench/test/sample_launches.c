/* SPDX-License-Identifier: MIT */
/* Which cells a launch is of, what is kept of what it says, and what comes of those that fail. */
#include "sample_played.h"

#include <math.h>

static void say_of_each(const struct process *now, struct iop_launch_end *ends)
{
	if (examines(now)) {
		usual(now, ends);
		return;
	}
	say("r 0 %.17g 0.01 50 21 10 9", log(2));
	say("t 1 1 50 22 20 19");
	/* No times, and nobody's. */
	say("t 2 1 50 23 0 5");
	say("t 2 1 50 23 -1 5");
	say("t 2 1 50 23 nan 5");
	say("t -1 1 50 23 7 5");
	say("t 3 1 50 23 7 5");
	say("e 3 0 12");
	say("t");
	say("t x 1 50 23 7 5");
	say("y 2 1 50 23 7 5");
	sample_clock_pass(1);
	say("p 3 0");
	say("p 3");
}

static void values_are_those_of_the_lines(void **state)
{
	(void)state;
	sampled[0].baseline = &cell[1];
	sampler.progress = progress;
	play = say_of_each;
	run();
	assert_int_equal(processes, 2);
	assert_true(sampled[0].launches == 1 && sampled[1].launches == 1 && sampled[2].launches == 0);
	assert_true(sampled[0].ns[0] == 10 && sampled[0].cpu_ns[0] == 9 && sampled[0].rounds == 21);
	assert_true(sampled[1].ns[0] == 20 && sampled[1].cpu_ns[0] == 19 && sampled[1].rounds == 22);
	assert_true(near(sampled[0].ratio[0],
			 0.5 * (double)process[1].task[0].ops[IOP_CANDIDATE] / (double)process[1].task[0].ops[IOP_BASE]));
	assert_int_equal(tellings, 0);
}

static void tasks_name_both_sides(void **state)
{
	(void)state;
	sampled[0].baseline = &cell[2];
	run();
	assert_true(examines(&process[0]) && !examines(&process[1]));
	for (size_t p = 0; p < 2; p++) {
		const struct iop_task *task = process[p].task;

		assert_int_equal(process[p].count, 3);
		assert_string_equal(task[0].name, "cell-0");
		assert_string_equal(task[0].base_name, "cell-2");
		assert_string_equal(task[1].base_name, "cell-1");
		assert_true(task[0].index[IOP_BASE] == 2 && task[0].index[IOP_CANDIDATE] == 0);
		assert_true(task[1].index[IOP_BASE] == IOP_WORKER_NO_CELL && task[1].index[IOP_CANDIDATE] == 1);
		assert_true(task[2].id == 2 && task[2].index[IOP_CANDIDATE] == 2);
	}
	assert_true(process[0].task[0].ops[IOP_BASE] == 1 && process[0].task[0].ops[IOP_CANDIDATE] == 0);
	assert_int_equal(process[0].task[0].rounds, 20);
	begin(NULL);
	sampler.batch_us = 7;
	run();
	assert_int_equal(process[0].task[0].rounds, 7);
}

/* Each launch has lengths of its own, from six tenths of the whole on. */
static void batches_vary(void **state)
{
	uint64_t least = UINT64_MAX, most = 0;

	(void)state;
	sampler.launches = 20;
	run();
	assert_int_equal(processes, 21);
	for (size_t p = 1; p < processes; p++)
		for (size_t i = 0; i < 3; i++) {
			const uint64_t *ops = process[p].task[i].ops;

			assert_true(ops[IOP_BASE] >= 600 && ops[IOP_BASE] <= 1000);
			assert_true(ops[IOP_CANDIDATE] >= 1200 && ops[IOP_CANDIDATE] <= 2000);
			least = ops[IOP_BASE] < least ? ops[IOP_BASE] : least;
			most = ops[IOP_BASE] > most ? ops[IOP_BASE] : most;
		}
	assert_true(least < 700 && most > 900);
	for (size_t p = 1; p < processes; p++)
		assert_true(process[p].seed != process[p - 1].seed);
}

static void say_twice(const struct process *now, struct iop_launch_end *ends)
{
	usual(now, ends);
	for (size_t i = 0; i < now->count; i++)
		if (!examines(now) && now->task[i].id == 1)
			say("t 1 1 50 21 10 9");
}

static void values_have_room(void **state)
{
	(void)state;
	sampler.count = 2;
	sampler.launches = 120;
	play = say_twice;
	run();
	assert_true(sampled[0].launches == IOP_SAMPLER_LAUNCHES && sampled[1].launches == IOP_SAMPLER_LAUNCHES);
	assert_true(sampled[1].cpu_ns[0] == 9);
	/* No process for nothing. */
	assert_int_equal(processes, 1 + IOP_SAMPLER_LAUNCHES);
	for (size_t p = 1; p < processes; p++)
		assert_int_equal(process[p].count, p <= 50 ? 2 : 1);
}

static void tell_often(const struct process *now, struct iop_launch_end *ends)
{
	usual(now, ends);
	if (examines(now))
		return;
	/* A fifth of a second has passed since none was told. */
	say("p 1 4");
	sample_clock_pass(0.1);
	say("p 2 4");
	sample_clock_pass(0.15);
	say("p 3 4");
}

static void progress_is_told_now_and_then(void **state)
{
	(void)state;
	sample_clock_set(0);
	takes[0] = 0.2;
	sampler.progress = progress;
	sampler.budget = 0.4;
	play = tell_often;
	run();
	assert_int_equal(tellings, 2);
	assert_true(told[0] == 0.25 && told[1] == 0.75);
	assert_true(near(left[0], 0.2) && left[1] == 0);
	/* To nobody. */
	begin(NULL);
	play = tell_often;
	run();
	assert_int_equal(tellings, 0);
}

static void fail_in_turn(const struct process *now, struct iop_launch_end *ends)
{
	if (processes > 1) {
		usual(now, ends);
		return;
	}
	examined(0);
	say("e 1 1 12");
	*ends = (struct iop_launch_end){.signal = SIGSEGV, .last = 2, .side = IOP_BASE, .reason = "killed"};
}

static void what_fails_is_left_out(void **state)
{
	(void)state;
	sampler.count = 4;
	play = fail_in_turn;
	run();
	assert_int_equal(processes, 3);
	assert_true(examines(&process[1]) && process[1].count == 1 && process[1].task[0].id == 3);
	assert_true(process[2].count == 2 && process[2].task[0].id == 0 && process[2].task[1].id == 3);
	assert_true(!sampled[0].error && !sampled[3].error);
	assert_string_equal(sampled[1].error, "set-up failed: Cannot allocate memory");
	assert_string_equal(sampled[2].error, "its baseline: killed");
	assert_true(sampled[2].crashed && !sampled[1].crashed);
}

static void crash_always(const struct process *now, struct iop_launch_end *ends)
{
	*ends = (struct iop_launch_end){.signal = SIGSEGV, .last = now->task[0].id, .side = -1, .reason = "killed"};
}

static void stop_at_once(const struct process *now, struct iop_launch_end *ends)
{
	(void)now;
	stop = 1;
	*ends = (struct iop_launch_end){.stopped = true, .last = -1};
}

static void what_was_not_reached_says_so(void **state)
{
	(void)state;
	sampler.count = CELLS;
	play = crash_always;
	run();
	assert_int_equal(processes, 32);
	assert_string_equal(sampled[31].error, "killed");
	assert_string_equal(sampled[32].error, "too many others ended their processes");
	assert_string_equal(sampled[CELLS - 1].error, "too many others ended their processes");
	/* By the user is no failure. */
	end(NULL);
	begin(NULL);
	play = stop_at_once;
	run();
	assert_int_equal(processes, 1);
	assert_null(sampled[0].error);
}

/* With a cell that is none of the sampler's nothing can be done. */
static void an_end_is_that_of_its_cell(void **state)
{
	static const struct {
		const char *bus_fault, *error;
		int signal, last, code;
		bool on_device;
	} ends[] = {
		{"cell-0", NULL, SIGBUS, 0, 0, true},  {"cell-2", NULL, SIGBUS, 2, 0, true}, {"no cell", NULL, SIGBUS, -1, 0, true},
		{"no cell", NULL, SIGBUS, 3, 0, true}, {NULL, "died", SIGBUS, 0, 0, false},  {NULL, "died", SIGSEGV, 0, 0, true},
		{NULL, NULL, SIGSEGV, -1, 0, false},   {NULL, NULL, SIGSEGV, 3, 0, false},   {NULL, NULL, SIGUSR1, -1, 2, false},
		{NULL, NULL, SIGUSR1, 3, 2, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++) {
		begin(NULL);
		play = end_so;
		sampler.launches = 2;
		sampler.on_device = ends[i].on_device;
		ending = (struct iop_launch_end){.signal = ends[i].signal, .last = ends[i].last, .side = -1, .reason = "died"};
		assert_int_equal(iop_sampler_run(&sampler), ends[i].code);
		assert_int_equal(closings, 1);
		assert_int_equal(processes, ends[i].code ? 1 : ends[i].error ? 3 : 2);
		assert_true(!sampler.bus_fault == !ends[i].bus_fault);
		if (ends[i].bus_fault)
			assert_string_equal(sampler.bus_fault, ends[i].bus_fault);
		assert_true(!sampled[0].error == !ends[i].error);
		if (ends[i].error)
			assert_string_equal(sampled[0].error, ends[i].error);
		assert_true(!sampled[3].error && !sampled[3].crashed);
		end(NULL);
	}
}

static void what_cannot_be_opened_is_not_measured(void **state)
{
	(void)state;
	opening = IOP_EXIT_USAGE;
	assert_int_equal(iop_sampler_run(&sampler), IOP_EXIT_USAGE);
	assert_true(processes == 0 && closings == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		PLAYED(values_are_those_of_the_lines),
		PLAYED(tasks_name_both_sides),
		PLAYED(batches_vary),
		PLAYED(values_have_room),
		PLAYED(progress_is_told_now_and_then),
		PLAYED(what_fails_is_left_out),
		PLAYED(what_was_not_reached_says_so),
		PLAYED(an_end_is_that_of_its_cell),
		PLAYED(what_cannot_be_opened_is_not_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL) + sample_plans() ? 1 : 0;
}
