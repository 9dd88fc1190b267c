/* SPDX-License-Identifier: MIT */
/* How many operations make a batch, what a round costs, and what a worker says of a task: times that are played. */
#include <sample/worker.h>
#include <sample/worker_count.h>
#include <sample/worker_say.h>

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#define TIMINGS 200

static struct iop_cell cell[IOP_SIDES];
static struct iop_worker_task task[2];
static struct iop_worker worker;

/* Of an operation of each side; what the first timings take in place of that, 0: that, below 0: nothing. */
static double op_ns[IOP_SIDES], first_ns[TIMINGS], cpu_share;
static char timed[512], set_up[256], said[4][128];
static size_t timings, sayings, rounds;
static double seconds, opening_takes;
static int64_t cpu_ns;
static int fails[IOP_SIDES];
/* Of the code: whether it is known, and what it is. */
static bool has_code[IOP_SIDES], has_hash[IOP_SIDES];
static unsigned char hash_of[IOP_SIDES];

int __wrap_clock_gettime(clockid_t id, struct timespec *t);
double __wrap_iop_worker_seconds(void);
void __wrap_iop_worker_say(const char *format, ...) __attribute__((format(printf, 1, 2)));
void __wrap_iop_worker_at(int id, int side);
struct iop_batch_time __wrap_iop_pair_time(const struct iop_pair *pair, enum iop_side side);
void __wrap_iop_pair_round(const struct iop_pair *pair, uint64_t *random, struct iop_batch_time time[IOP_SIDES]);
int __wrap_iop_pair_setup(struct iop_pair *pair, const struct iop_cell_env *env, uint64_t *random, enum iop_side *side);
void __wrap_iop_pair_teardown(struct iop_pair *pair);
void __wrap_iop_worker_open_code(struct iop_worker *w);
void __wrap_iop_worker_close_code(struct iop_worker *w);
struct iop_code *__wrap_iop_worker_code(const struct iop_worker *w, enum iop_side side, const struct iop_cell *of);
bool __wrap_iop_code_hash(struct iop_code *code, const struct iop_cell *of, struct iop_code_hash *hash);

int __wrap_clock_gettime(clockid_t id, struct timespec *t)
{
	assert_int_equal(id, CLOCK_THREAD_CPUTIME_ID);
	*t = (struct timespec){.tv_sec = (time_t)(cpu_ns / 1000000000), .tv_nsec = (long)(cpu_ns % 1000000000)};
	return 0;
}

double __wrap_iop_worker_seconds(void)
{
	return seconds;
}

void __wrap_iop_worker_say(const char *format, ...)
{
	va_list args;

	assert_true(sayings < 4);
	va_start(args, format);
	vsnprintf(said[sayings++], sizeof(said[0]), format, args);
	va_end(args);
}

static void note(const char *what)
{
	snprintf(set_up + strlen(set_up), sizeof(set_up) - strlen(set_up), "%s", what);
}

void __wrap_iop_worker_at(int id, int side)
{
	char what[32];

	snprintf(what, sizeof(what), "%d:%d ", id, side);
	note(what);
}

struct iop_batch_time __wrap_iop_pair_time(const struct iop_pair *pair, enum iop_side side)
{
	double wall = op_ns[side] * (double)pair->ops[side];

	assert_non_null(pair->cell[side]);
	if (timings >= TIMINGS)
		abort();
	if (first_ns[timings] != 0)
		wall = first_ns[timings] < 0 ? 0 : first_ns[timings];
	timings++;
	snprintf(timed + strlen(timed), sizeof(timed) - strlen(timed), "%c%ju ", "bc"[side], (uintmax_t)pair -> ops[side]);
	return (struct iop_batch_time){wall, wall * cpu_share};
}

void __wrap_iop_pair_round(const struct iop_pair *pair, uint64_t *random, struct iop_batch_time time[IOP_SIDES])
{
	static const double takes[] = {0.003, 0.002, 0.004};

	(void)pair, (void)random, (void)time;
	seconds += takes[rounds++ % 3];
}

int __wrap_iop_pair_setup(struct iop_pair *pair, const struct iop_cell_env *env, uint64_t *random, enum iop_side *side)
{
	(void)env, (void)random;
	cpu_ns += 5000;
	for (*side = IOP_BASE; *side < IOP_SIDES; ++*side)
		if (pair->cell[*side] && fails[*side])
			return fails[*side];
	note(pair->cell[IOP_BASE] ? "+b " : "");
	note(pair->cell[IOP_CANDIDATE] ? "+c " : "");
	return 0;
}

void __wrap_iop_pair_teardown(struct iop_pair *pair)
{
	note(pair->cell[IOP_BASE] ? "-b " : "");
	note(pair->cell[IOP_CANDIDATE] ? "-c " : "");
}

void __wrap_iop_worker_open_code(struct iop_worker *w)
{
	assert_ptr_equal(w, &worker);
	seconds += opening_takes;
}

void __wrap_iop_worker_close_code(struct iop_worker *w)
{
	assert_ptr_equal(w, &worker);
}

struct iop_code *__wrap_iop_worker_code(const struct iop_worker *w, enum iop_side side, const struct iop_cell *of)
{
	(void)w;
	assert_ptr_equal(of, &cell[side]);
	return has_code[side] ? (struct iop_code *)&has_code[side] : NULL;
}

bool __wrap_iop_code_hash(struct iop_code *code, const struct iop_cell *of, struct iop_code_hash *hash)
{
	const enum iop_side side = of == &cell[IOP_BASE] ? IOP_BASE : IOP_CANDIDATE;

	assert_ptr_equal(code, &has_code[side]);
	memset(hash, hash_of[side], sizeof(*hash));
	return has_hash[side];
}

static int cell_set_up(const struct iop_cell *of, const struct iop_cell_env *env, void **ctx)
{
	(void)env, (void)ctx;
	note(of == &cell[IOP_BASE] ? "b " : "c ");
	return fails[of - cell];
}

static void cell_tear_down(void *ctx)
{
	(void)ctx;
	note("~ ");
}

/* A candidate alone, of 100 ns, in batches of 20 us. */
static int begin(void **state)
{
	(void)state;
	memset(cell, 0, sizeof(cell));
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		cell[side].setup = cell_set_up;
		cell[side].teardown = cell_tear_down;
		op_ns[side] = 100;
		fails[side] = 0;
		has_code[side] = has_hash[side] = true;
		hash_of[side] = 1;
	}
	for (size_t i = 0; i < 2; i++)
		task[i] = (struct iop_worker_task){.id = (int)i + 3,
						   .index = {IOP_WORKER_NO_CELL, 0},
						   .pair = {.cell = {NULL, &cell[IOP_CANDIDATE]}},
						   .rounds = 20};
	worker = (struct iop_worker){.random = 1, .task = task, .count = 1};
	memset(first_ns, 0, sizeof(first_ns));
	timed[0] = set_up[0] = '\0';
	timings = sayings = rounds = 0;
	cpu_share = 1;
	seconds = 2;
	opening_takes = 0;
	cpu_ns = 1999998000;
	return 0;
}

static void is_said(size_t i, const char *expected)
{
	assert_true(i < sayings);
	assert_string_equal(said[i], expected);
}

/* Batches of one side: what is timed until their length is known, and that. */
static void batches_have_their_length(void **state)
{
	static const struct {
		const char *timed; /* before the three of the batch itself */
		double op_ns, cpu_share;
		uint64_t multiple, max_batch, ops;
		unsigned us;
	} batches[] = {
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 0, 0, 200, 20},
		/* A batch of 15 us tells enough, one of a 16th of that asks for twice as many. */
		{"c1 c1 c1 c1 ", 15000, 1, 0, 0, 1, 20},
		{"c1 c2 c2 c2 c2 ", 14999, 1, 0, 0, 1, 20},
		{"c1 c2 c4 c8 c16 c16 c16 c16 ", 937.5, 1, 0, 0, 21, 20},
		{"c1 c8 c16 c32 c32 c32 c32 ", 937, 1, 0, 0, 21, 20},
		/* From 1.5 ms on one is enough, but of what was not interrupted. */
		{"c1 c1 c1 c1 ", 1499999, 1, 0, 0, 1, 20},
		{"c1 ", 1500000, 1, 0, 0, 1, 20},
		{"c1 ", 2000000, 0.5, 0, 0, 1, 20},
		{"c1 c1 c1 c1 ", 2000000, 0.499, 0, 0, 1, 20},
		{"c1 ", 2000000, 1, 0, 0, 10, 20000},
		/* No more than there may be. */
		{"c1 c8 c8 c8 c8 ", 100, 1, 0, 8, 8, 20},
		{"c1 c7 c7 c7 c7 ", 100, 1, 0, 7, 7, 20},
		{"c1 c8 c64 c100 c100 c100 c100 ", 100, 1, 0, 100, 100, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 0, 100000, 200, 20},
		{"c1 c1 c1 c1 ", 100, 1, 0, 1, 1, 20},
		/* In multiples, up to four times as long for one. */
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 1, 0, 200, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 30, 0, 180, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 200, 0, 200, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 201, 0, 201, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 799, 0, 799, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 800, 0, 800, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 1000, 0, 800, 20},
		/* One more in each must fit, too. */
		{"c1 c8 c64 c128 c205 c205 c205 c205 ", 100, 1, 20, 205, 180, 20},
		{"c1 c8 c64 c128 c210 c210 c210 c210 ", 100, 1, 20, 210, 200, 20},
		{"c1 c8 c64 c128 c209 c209 c209 c209 ", 100, 1, 20, 209, 200, 20},
		{"c1 c8 c64 c128 c256 c256 c256 c256 ", 100, 1, 20, 300, 200, 20},
		{"c1 c8 c64 c100 c100 c100 c100 ", 100, 1, 150, 100, 100, 20},
		{"c1 c8 c64 c100 c100 c100 c100 ", 100, 1, 4, 100, 80, 20},
		{"c1 c8 c64 c103 c103 c103 c103 ", 100, 1, 2, 103, 68, 20},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(batches) / sizeof(batches[0]); i++) {
		char expected[256];

		begin(NULL);
		op_ns[IOP_CANDIDATE] = batches[i].op_ns;
		cpu_share = batches[i].cpu_share;
		cell[IOP_CANDIDATE].max_batch = batches[i].max_batch;
		task[0].pair.ops[IOP_BASE] = batches[i].multiple;
		task[0].rounds = batches[i].us;
		iop_worker_examine(&worker);
		snprintf(expected, sizeof(expected), "x 3 -1 %ju %ju 2000000 %.4f 5000", (uintmax_t)batches[i].ops,
			 (uintmax_t)batches[i].ops, batches[i].op_ns);
		is_said(0, expected);
		snprintf(expected, sizeof(expected), "%sc%ju c%ju c%ju ", batches[i].timed, (uintmax_t)batches[i].ops,
			 (uintmax_t)batches[i].ops, (uintmax_t)batches[i].ops);
		assert_string_equal(timed, expected);
		assert_string_equal(set_up, "3:1 +c -c ");
		assert_true(sayings == 1 && rounds == 3);
	}
}

/* The least of three after the first; a clock that stood still meanwhile says nothing. */
static void a_disturbed_batch_does_not_count(void **state)
{
	(void)state;
	first_ns[0] = 20000;
	first_ns[1] = 400;
	first_ns[2] = 100;
	first_ns[3] = 500;
	iop_worker_examine(&worker);
	is_said(0, "x 3 -1 200 200 2000000 100.0000 5000");
	begin(NULL);
	first_ns[0] = 20000;
	first_ns[1] = -1;
	iop_worker_examine(&worker);
	is_said(0, "x 3 -1 1 1 2000000 100.0000 5000");
	begin(NULL);
	op_ns[IOP_CANDIDATE] = 0;
	iop_worker_examine(&worker);
	is_said(0, "x 3 -1 1099511627776 1099511627776 2000000 0.0000 5000");
}

static void two_sides(unsigned i, bool two_cells)
{
	task[i].pair.cell[IOP_BASE] = &cell[IOP_BASE];
	task[i].index[IOP_BASE] = 0;
	task[i].two_cells = two_cells;
}

static void two_builds_have_one_length_and_two_cells_have_two(void **state)
{
	static const struct {
		uint64_t max_batch[IOP_SIDES];
		bool two_cells;
		const char *said;
	} limits[] = {
		{{0, 0}, false, "x 3 1 200 200 2000000 100.0000 5000"}, {{50, 0}, false, "x 3 1 50 50 2000000 100.0000 5000"},
		{{0, 50}, false, "x 3 1 50 50 2000000 100.0000 5000"},	{{60, 50}, false, "x 3 1 50 50 2000000 100.0000 5000"},
		{{50, 60}, false, "x 3 1 50 50 2000000 100.0000 5000"}, {{0, 0}, true, "x 3 1 200 400 2000000 100.0000 5000"},
		{{50, 0}, true, "x 3 1 50 400 2000000 100.0000 5000"},	{{0, 50}, true, "x 3 1 200 50 2000000 100.0000 5000"},
		{{60, 50}, true, "x 3 1 60 50 2000000 100.0000 5000"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++) {
		begin(NULL);
		two_sides(0, limits[i].two_cells);
		op_ns[IOP_CANDIDATE] = 50;
		task[0].pair.ops[IOP_BASE] = 1;
		for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
			cell[side].max_batch = limits[i].max_batch[side];
		iop_worker_examine(&worker);
		is_said(0, limits[i].said);
		assert_string_equal(set_up, "3:-1 +b +c -b -c ");
	}
}

/* One after the other: the candidate, too, so that it is known whether it can run. */
static void what_cannot_be_paired_is_examined_alone(void **state)
{
	(void)state;
	two_sides(0, false);
	cell[IOP_CANDIDATE].flags = IOP_CELL_SYSCALL;
	task[0].pair.ops[IOP_BASE] = 1;
	iop_worker_examine(&worker);
	is_said(0, "x 3 1 200 200 4000000 100.0000 10000");
	assert_string_equal(set_up, "3:0 +b -b 3:1 +c -c ");
	begin(NULL);
	two_sides(0, false);
	cell[IOP_BASE].flags = IOP_CELL_SYSCALL;
	task[0].pair.ops[IOP_BASE] = 1;
	fails[IOP_CANDIDATE] = -ENODEV;
	iop_worker_examine(&worker);
	assert_int_equal(sayings, 1);
	is_said(0, "e 3 1 19");
	/* Two cells are of one process all the same. */
	begin(NULL);
	two_sides(0, true);
	cell[IOP_BASE].flags = IOP_CELL_SYSCALL;
	task[0].pair.ops[IOP_BASE] = 1;
	iop_worker_examine(&worker);
	assert_string_equal(set_up, "3:-1 +b +c -b -c ");
}

static void what_fails_is_said_of_each_side(void **state)
{
	static const struct {
		int base, candidate;
		const char *set_up, *said[2];
	} failures[] = {
		{-ENODEV, 0, "3:-1 c ~ ", {"e 3 0 19", NULL}},
		{0, -ENODEV, "3:-1 b ~ ", {"e 3 1 19", NULL}},
		{-ENODEV, -ENODEV, "3:-1 c ", {"e 3 0 19", "e 3 1 19"}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
		begin(NULL);
		two_sides(0, false);
		task[0].pair.ops[IOP_BASE] = 1;
		fails[IOP_BASE] = failures[i].base;
		fails[IOP_CANDIDATE] = failures[i].candidate;
		iop_worker_examine(&worker);
		assert_int_equal(sayings, failures[i].said[1] ? 2 : 1);
		for (size_t s = 0; s < sayings; s++)
			is_said(s, failures[i].said[s]);
		assert_string_equal(set_up, failures[i].set_up);
	}
}

static void code_is_the_same_or_not_or_not_known(void **state)
{
	static const struct {
		int index, same;
		bool has_code[IOP_SIDES], has_hash[IOP_SIDES];
		unsigned char hash[IOP_SIDES];
	} codes[] = {
		{0, 1, {true, true}, {true, true}, {1, 1}},
		{0, 0, {true, true}, {true, true}, {1, 2}},
		{0, -1, {false, true}, {true, true}, {1, 1}},
		{0, -1, {true, false}, {true, true}, {1, 1}},
		{0, -1, {true, true}, {false, true}, {1, 1}},
		{0, -1, {true, true}, {true, false}, {1, 1}},
		{-1, 1, {true, true}, {true, true}, {1, 1}}, /* the gate's own */
		{IOP_WORKER_NO_CELL, -1, {true, true}, {true, true}, {1, 1}},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		/* What is the same need not be run, if it is not asked for. */
		for (uint64_t multiple = 0; multiple < 2; multiple++) {
			char expected[128];

			begin(NULL);
			two_sides(0, false);
			task[0].index[IOP_BASE] = task[0].index[IOP_CANDIDATE] = codes[i].index;
			task[0].pair.ops[IOP_BASE] = multiple;
			memcpy(has_code, codes[i].has_code, sizeof(has_code));
			memcpy(has_hash, codes[i].has_hash, sizeof(has_hash));
			memcpy(hash_of, codes[i].hash, sizeof(hash_of));
			iop_worker_examine(&worker);
			snprintf(expected, sizeof(expected), "x 3 %d %s", codes[i].same,
				 codes[i].same == 1 && !multiple ? "0 0 0 0 0" : "200 200 2000000 100.0000 5000");
			is_said(0, expected);
		}
}

static void when_time_is_over_only_the_code_is_said(void **state)
{
	static const struct {
		uint64_t limit_ms;
		double opening_takes;
		bool examined;
	} times[] = {{0, 5, true}, {1000, 0, true}, {1000, 1, true}, {1000, 1.5, false}, {2000, 1.5, true}, {6000, 5, true}};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		begin(NULL);
		worker.count = 2;
		for (unsigned t = 0; t < 2; t++) {
			task[t].pair.ops[IOP_BASE] = 1;
			/* The second has plenty of it. */
			task[t].pair.ops[IOP_CANDIDATE] = t ? 1000000 : times[i].limit_ms;
		}
		opening_takes = times[i].opening_takes;
		iop_worker_examine(&worker);
		assert_int_equal(sayings, 2);
		is_said(0, times[i].examined ? "x 3 -1 200 200 2000000 100.0000 5000" : "x 3 -1 0 0 0 0 0");
		is_said(1, "x 4 -1 200 200 2000000 100.0000 5000");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(batches_have_their_length, begin),
		cmocka_unit_test_setup(a_disturbed_batch_does_not_count, begin),
		cmocka_unit_test_setup(two_builds_have_one_length_and_two_cells_have_two, begin),
		cmocka_unit_test_setup(what_cannot_be_paired_is_examined_alone, begin),
		cmocka_unit_test_setup(what_fails_is_said_of_each_side, begin),
		cmocka_unit_test_setup(code_is_the_same_or_not_or_not_known, begin),
		cmocka_unit_test_setup(when_time_is_over_only_the_code_is_said, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
