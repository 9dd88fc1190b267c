/* SPDX-License-Identifier: MIT */
/* How a worker interleaves the rounds of its tasks, in which groups, and what it says of them: rounds that are played. */
#include <host/quantile.h>
#include <sample/worker_count.h>
#include <sample/worker_say.h>

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define TASKS  4
#define ROUNDS 1000
#define GROUP  (UINT64_C(256) << 20)

static struct iop_cell cell[TASKS];
static struct iop_worker_task task[TASKS];
static struct iop_worker worker;

/* Rounds in the order in which they were made, and where tasks were set up meanwhile. */
static struct played {
	double ratio[ROUNDS], base[ROUNDS], wall[ROUNDS], cpu[ROUNDS];
	unsigned rounds, before[ROUNDS]; /* rounds of all before each */
	int side;			 /* that was worked on */
	unsigned set_up_at, torn_down_at;
	int fails;
	bool set_up;
} played[TASKS];
static unsigned all_rounds, stop_at;
static unsigned long done, all;
static char said[TASKS + 1][160];
static size_t sayings, mallocs_left, callocs_left; /* the last of them fails; 0: none does */
static int at;

void __wrap_iop_worker_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void __wrap_iop_worker_at(int id, int side);
void __wrap_iop_worker_progress(unsigned long now, unsigned long most);
int __wrap_iop_worker_set_up(struct iop_worker *w, struct iop_worker_task *t);
void __wrap_iop_pair_round(const struct iop_pair *pair, uint64_t *random, struct iop_batch_time time[IOP_SIDES]);
void __wrap_iop_pair_teardown(struct iop_pair *pair);
void *__wrap_malloc(size_t size);
void *__real_malloc(size_t size);
void *__wrap_calloc(size_t n, size_t size);
void *__real_calloc(size_t n, size_t size);

void __wrap_iop_worker_say(const char *format, ...)
{
	va_list args;

	assert_true(sayings <= TASKS);
	va_start(args, format);
	vsnprintf(said[sayings++], sizeof(said[0]), format, args);
	va_end(args);
}

void __wrap_iop_worker_at(int id, int side)
{
	at = id;
	played[id].side = side;
}

void __wrap_iop_worker_progress(unsigned long now, unsigned long most)
{
	assert_true(now == done + 1 && now <= most);
	done = now;
	all = most;
}

int __wrap_iop_worker_set_up(struct iop_worker *w, struct iop_worker_task *t)
{
	assert_ptr_equal(w, &worker);
	played[t->id].set_up_at = all_rounds;
	if (played[t->id].fails)
		return played[t->id].fails;
	played[t->id].set_up = true;
	return 0;
}

void __wrap_iop_pair_teardown(struct iop_pair *pair)
{
	/* Operations tell tasks from each other: they move about. */
	struct played *p = &played[pair->ops[IOP_CANDIDATE] / 100 - 1];

	assert_true(p->set_up);
	p->set_up = false;
	p->torn_down_at = all_rounds;
}

/* Times that neither go up nor down. */
void __wrap_iop_pair_round(const struct iop_pair *pair, uint64_t *random, struct iop_batch_time time[IOP_SIDES])
{
	struct played *p = &played[at];
	const unsigned k = p->rounds;
	const enum iop_side last = pair->cell[IOP_CANDIDATE] ? IOP_CANDIDATE : IOP_BASE;

	(void)random;
	assert_true(p->set_up && k < ROUNDS);
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		if (pair->cell[side])
			time[side] = (struct iop_batch_time){1000 + 7919 * (k + 1) % 1000 * (side + 1), 500 + 6007 * (k + 3) % 777};
	p->ratio[k] = iop_pair_log_ratio(time);
	p->base[k] = time[IOP_BASE].wall / (double)pair->ops[IOP_BASE];
	p->wall[k] = time[last].wall / (double)pair->ops[last];
	p->cpu[k] = time[last].cpu / (double)pair->ops[last];
	p->before[k] = all_rounds++;
	p->rounds++;
	if (stop_at && all_rounds == stop_at)
		raise(SIGTERM);
}

void *__wrap_malloc(size_t size)
{
	return mallocs_left && !--mallocs_left ? NULL : __real_malloc(size);
}

void *__wrap_calloc(size_t n, size_t size)
{
	return callocs_left && !--callocs_left ? NULL : __real_calloc(n, size);
}

static int begin(void **state)
{
	(void)state;
	memset(played, 0, sizeof(played));
	memset(cell, 0, sizeof(cell));
	all_rounds = stop_at = 0;
	done = all = 0;
	sayings = mallocs_left = callocs_left = 0;
	for (size_t i = 0; i < TASKS; i++)
		task[i] = (struct iop_worker_task){
			.id = (int)i, .pair = {.cell = {&cell[i], &cell[i]}, .ops = {10 * (i + 1), 100 * (i + 1)}}, .rounds = 10};
	worker = (struct iop_worker){.random = 1, .task = task, .count = TASKS};
	return 0;
}

/* What should be said of a task, with both sides or one of them. */
static void is_said(int id, bool both, enum iop_side last)
{
	const struct played *p = &played[id];
	const unsigned n = p->rounds;
	const uint64_t ops = (last == IOP_BASE ? 10 : 100) * ((uint64_t)id + 1);
	const double wall = iop_quantile(p->wall, n, 0.5), cpu = iop_quantile(p->cpu, n, 0.5);
	char expected[160];

	if (both)
		snprintf(expected, sizeof(expected), "r %d %.9g %.9g %.6g %u %.9g %.9g", id, iop_quantile(p->ratio, n, 0.5),
			 iop_quantile(p->ratio, n, 0.75) - iop_quantile(p->ratio, n, 0.25), iop_quantile(p->base, n, 0.5), n, wall,
			 cpu);
	else
		snprintf(expected, sizeof(expected), "t %d %d %.9g %u %.9g %.9g", id, last, wall * (double)ops, n, wall, cpu);
	for (size_t i = 0; i < sayings; i++)
		if (strcmp(said[i], expected) == 0)
			return;
	fail_msg("of task %d there is not: %s", id, expected);
}

static void medians_are_those_of_the_rounds(void **state)
{
	static const unsigned rounds[] = {1, 2, 9, 1000, 1001};

	(void)state;
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		begin(NULL);
		worker.count = 1;
		task[0].rounds = rounds[i];
		iop_worker_launch(&worker);
		assert_int_equal(played[0].rounds, rounds[i] < ROUNDS ? rounds[i] : ROUNDS);
		assert_int_equal(played[0].side, -1);
		assert_true(sayings == 1 && all == played[0].rounds && done == all);
		is_said(0, true, IOP_CANDIDATE);
	}
}

static void one_side_is_said_to_be_one(void **state)
{
	(void)state;
	for (unsigned two_cells = 0; two_cells < 2; two_cells++) {
		begin(NULL);
		for (size_t i = 0; i < TASKS; i++)
			task[i].two_cells = two_cells;
		task[1].pair.cell[IOP_BASE] = NULL;
		task[2].pair.cell[IOP_CANDIDATE] = NULL;
		iop_worker_launch(&worker);
		assert_int_equal(sayings, TASKS);
		is_said(0, true, IOP_CANDIDATE);
		is_said(1, two_cells, IOP_CANDIDATE);
		is_said(2, two_cells, IOP_BASE);
		assert_true(played[0].side == -1 && played[1].side == IOP_CANDIDATE && played[2].side == IOP_BASE);
	}
}

static void what_cannot_be_set_up_has_no_rounds(void **state)
{
	(void)state;
	task[1].rounds = 500;
	played[1].fails = -ENOMEM;
	iop_worker_launch(&worker);
	assert_true(sayings == TASKS - 1 && played[1].rounds == 0);
	assert_true(played[0].rounds == 10 && played[2].rounds == 10 && played[3].rounds == 10);
}

/* Whatever their order. */
static void fewer_rounds_are_spread_over_the_time(void **state)
{
	(void)state;
	for (uint64_t seed = 1; seed < 20; seed++) {
		begin(NULL);
		worker.random = seed;
		worker.count = 3;
		task[0].rounds = 100;
		task[1].rounds = 2;
		task[2].rounds = 1;
		iop_worker_launch(&worker);
		assert_true(played[0].rounds == 100 && played[1].rounds == 2 && played[2].rounds == 1);
		/* In the last of the time that each of them has, beside the one of the first in that. */
		assert_true(played[1].before[0] == 49 || played[1].before[0] == 50);
		assert_true(played[1].before[1] >= 100 && played[2].before[0] >= 100);
	}
}

/* Tasks of one group are all set up before its first round. */
static unsigned groups(void)
{
	unsigned starts = 0;

	for (size_t i = 0; i < worker.count; i++) {
		bool first = true;

		for (size_t j = 0; j < i; j++)
			first = first && played[i].set_up_at != played[j].set_up_at;
		starts += first;
	}
	return starts;
}

/* Rounds that are played prepare nothing. */
static void prepare(void *ctx, uint64_t n)
{
	(void)ctx, (void)n;
	fail();
}

static void groups_have_so_much_memory(void **state)
{
	static const struct {
		uint64_t bytes, max_batch;
		unsigned sides, groups;
		bool prepares;
	} cells[] = {
		{0, 0, 2, 1, false},
		{64, 1 << 20, 2, 1, false},
		{64, 1 << 20, 2, 4, true},
		{64, 0, 2, 1, true},
		{30 << 20, 0, 2, 2, false},
		{30 << 20, 0, 1, 1, false},
		{UINT64_C(1) << 30, 0, 2, 4, false},
		/* Two tasks of two sides, and one of them, fill it. */
		{(GROUP / 4 - 65536) / 2, 0, 2, 2, false},
		{(GROUP / 4 - 65536) / 2, 0, 1, 1, false},
		{(GROUP / 4 - 65536) / 2 + 1, 0, 2, 4, false},
		{(GROUP / 4 - 65536) / 2 + 1, 0, 1, 2, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cells) / sizeof(cells[0]); i++) {
		begin(NULL);
		for (size_t t = 0; t < TASKS; t++) {
			cell[t].bytes = cells[i].bytes;
			cell[t].max_batch = cells[i].max_batch;
			cell[t].prepare = cells[i].prepares ? prepare : NULL;
			if (cells[i].sides == 1)
				task[t].pair.cell[IOP_BASE] = NULL;
		}
		iop_worker_launch(&worker);
		assert_true(sayings == TASKS && done == 10 * TASKS);
		assert_int_equal(groups(), cells[i].groups);
		for (size_t t = 0; t < TASKS; t++)
			assert_true(!played[t].set_up && played[t].torn_down_at >= played[t].set_up_at + 10);
	}
}

static void without_memory_that_is_said(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 2 + TASKS; i++) {
		begin(NULL);
		if (i <= 2)
			callocs_left = i;
		else
			mallocs_left = i - 2;
		iop_worker_launch(&worker);
		assert_true(sayings == 1 && all_rounds == 0);
		assert_string_equal(said[0], "w out of memory");
		for (size_t t = 0; t < TASKS; t++)
			assert_false(played[t].set_up);
	}
}

/* The last of the tests: it is not taken back. */
static void an_interrupt_keeps_what_was_measured(void **state)
{
	unsigned measured = 0;

	(void)state;
	stop_at = 13;
	for (size_t t = 0; t < TASKS; t++)
		cell[t].bytes = 30 << 20;
	iop_worker_launch(&worker);
	assert_true(all_rounds == 13 && sayings == 2);
	for (int t = 0; t < TASKS; t++)
		if (played[t].rounds) {
			is_said(t, true, IOP_CANDIDATE);
			measured++;
		}
	assert_int_equal(measured, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(medians_are_those_of_the_rounds, begin),
		cmocka_unit_test_setup(one_side_is_said_to_be_one, begin),
		cmocka_unit_test_setup(what_cannot_be_set_up_has_no_rounds, begin),
		cmocka_unit_test_setup(fewer_rounds_are_spread_over_the_time, begin),
		cmocka_unit_test_setup(groups_have_so_much_memory, begin),
		cmocka_unit_test_setup(without_memory_that_is_said, begin),
		cmocka_unit_test_setup(an_interrupt_keeps_what_was_measured, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
