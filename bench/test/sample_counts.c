/* SPDX-License-Identifier: MIT */
/* What is counted, by which way, in which order and until when: ways that are played, on a clock that they move. */
#include "sample_clock.h"
#include "stored_home.h"

#include <sample/count.h>
#include <sample/worker.h>

#include <math.h>
#include <pthread.h>
#include <stdint.h>

#define CELLS	 20
#define LAUNCHES 20

/* The processes of a way: what each says, leaves behind and is given to do. */
static struct way {
	const char *mode;
	struct launch {
		const char *lines, *file;
		struct iop_launch_end end;
		double takes;
		const struct way *after; /* time passes once this one has begun */
		struct iop_task task[CELLS];
		size_t count;
		bool by_valgrind;
	} launch[LAUNCHES];
	size_t launches;
} ways[3];
static struct way *const valgrind = &ways[0], *const steps = &ways[1], *const tracer = &ways[2];

/* The one behind the last is nobody's. */
static struct iop_count cell[CELLS + 1];
static struct iop_launcher launcher;
static struct iop_counting counting;
static double told[LAUNCHES];
static size_t tellings;
static size_t fails; /* the allocation that does, counted from here; 0: none */
static pthread_mutex_t playing = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t begun = PTHREAD_COND_INITIALIZER;

void __wrap_iop_launch(const struct iop_launcher *of, const char *const *tool, const char *mode, const struct iop_task *tasks,
		       size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		       struct iop_launch_end *end);
void *__wrap_calloc(size_t n, size_t size);
void *__real_calloc(size_t n, size_t size);
void __wrap_qsort(void *all, size_t n, size_t size, int (*compare)(const void *a, const void *b));

static bool is_by_valgrind(const char *const *tool)
{
	char option[64];

	snprintf(option, sizeof(option), "--callgrind-out-file=%s/counts", home);
	if (!tool || strcmp(tool[0], "valgrind") != 0)
		return false;
	while (*tool)
		if (strcmp(*tool++, option) == 0)
			return true;
	return false;
}

void __wrap_iop_launch(const struct iop_launcher *of, const char *const *tool, const char *mode, const struct iop_task *tasks,
		       size_t count, uint64_t seed, double patience, void (*line)(void *user, char *text), void *user,
		       struct iop_launch_end *end)
{
	struct way *way = ways;
	struct launch *now;

	(void)seed;
	pthread_mutex_lock(&playing);
	while (strcmp(way->mode, mode) != 0)
		way++;
	assert_true(of == &launcher && patience > 0 && count <= CELLS && way->launches < LAUNCHES);
	now = &way->launch[way->launches++];
	memcpy(now->task, tasks, count * sizeof(*tasks));
	now->count = count;
	now->by_valgrind = is_by_valgrind(tool);
	if (now->file)
		make("counts", now->file);
	pthread_cond_broadcast(&begun);
	while (now->after && !now->after->launches)
		pthread_cond_wait(&begun, &playing);
	sample_clock_pass(now->takes);
	*end = now->end;
	pthread_mutex_unlock(&playing);
	for (const char *next = now->lines; *next; next += strcspn(next, "\n"), next += *next == '\n') {
		char text[512];

		snprintf(text, sizeof(text), "%.*s", (int)strcspn(next, "\n"), next);
		line(user, text);
	}
}

void *__wrap_calloc(size_t n, size_t size)
{
	return fails && !--fails ? NULL : __real_calloc(n, size);
}

/* What compares as equal changes places. */
void __wrap_qsort(void *all, size_t n, size_t size, int (*compare)(const void *a, const void *b))
{
	const void **item = all;

	assert_int_equal(size, sizeof(*item));
	for (size_t i = 1; i < n; i++)
		for (size_t j = i; j > 0 && compare(&item[j - 1], &item[j]) >= 0; j--) {
			const void *before = item[j - 1];

			item[j - 1] = item[j];
			item[j] = before;
		}
}

static void progress(void *user, double share)
{
	assert_ptr_equal(user, &counting);
	assert_true(share >= 0 && share <= 1);
	if (tellings < LAUNCHES)
		told[tellings++] = share;
}

/* So many cells, for ten seconds. */
static void prepare(unsigned what, size_t count)
{
	static char name[CELLS][16];
	static const char *const modes[] = {"count", "accesses", "touches"};

	memset(ways, 0, sizeof(ways));
	for (size_t w = 0; w < 3; w++) {
		ways[w].mode = modes[w];
		for (size_t i = 0; i < LAUNCHES; i++) {
			ways[w].launch[i].lines = "";
			ways[w].launch[i].end = (struct iop_launch_end){.good = true, .last = -1, .side = -1};
		}
	}
	memset(cell, 0, sizeof(cell));
	for (size_t i = 0; i < CELLS; i++) {
		snprintf(name[i], sizeof(name[i]), "cell-%zu", i);
		cell[i].name = name[i];
		cell[i].index[IOP_BASE] = (int)i;
		cell[i].index[IOP_CANDIDATE] = (int)i + 100;
	}
	for (size_t i = 0; i <= CELLS; i++)
		for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
			cell[i].instructions[side] = cell[i].accesses[side] = NAN;
	counting = (struct iop_counting){.launcher = &launcher,
					 .what = what,
					 .cell = cell,
					 .count = count,
					 .seconds = 10,
					 .progress = progress,
					 .user = &counting};
	snprintf(launcher.folder, sizeof(launcher.folder), "%s", home);
	tellings = 0;
	sample_clock_set(5.75);
}

static bool are(const double value[IOP_SIDES], double base, double candidate)
{
	return value[IOP_BASE] == base && value[IOP_CANDIDATE] == candidate;
}

static bool is_not_counted(const double value[IOP_SIDES])
{
	return isnan(value[IOP_BASE]) && isnan(value[IOP_CANDIDATE]);
}

/* Whether the tasks of a launch are those of @ids, in that order. */
static bool is_of(const struct launch *launch, const char *ids)
{
	for (size_t i = 0; i < launch->count; i++)
		if (launch->task[i].id != ids[i] - '0')
			return false;
	return launch->count == strlen(ids);
}

static void dies(struct launch *launch, int last, const char *reason)
{
	launch->end = (struct iop_launch_end){.last = last, .side = -1};
	snprintf(launch->end.reason, sizeof(launch->end.reason), "%s", reason);
}

#define PART(id, side, ops) "desc: Trigger: Client Request: iopath " #id " " #side " " #ops "\n"
#define SUM(n)		    "summary: " #n "\n"

static void without_a_file_nothing_is_counted(void **state)
{
	(void)state;
	prepare(IOP_COUNT_CODE, 2);
	iop_count_run(&counting);
	assert_true(valgrind->launches == 1 && valgrind->launch[0].by_valgrind && !steps->launch[0].by_valgrind);
	assert_int_equal(tracer->launches, 0);
	for (size_t i = 0; i < 2; i++)
		assert_true(is_not_counted(cell[i].instructions) && is_not_counted(cell[i].accesses));
	assert_true(!counting.counts_missing && !counting.accesses_missing && !counting.device_missing && !counting.interrupted);
}

/* From two numbers of operations, or from one operation. */
static void instructions_are_those_of_one_operation(void **state)
{
	(void)state;
	prepare(IOP_COUNT_CODE, 7);
	valgrind->launch[0].file = "version: 1\n" SUM(5) "desc: I1 cache: none\n" PART(0, 0, 1) "totals: 7\n" SUM(100) SUM(7)
		PART(0, 0, 11) SUM(150) PART(0, 1, 2) SUM(10) PART(0, 1, 6) SUM(9) PART(1, 0, 1) SUM(40) PART(1, 1, 3) SUM(40)
			PART(2, 0, 1) SUM(40) PART(2, 0, 1) SUM(45) PART(2, 1, 8) SUM(40) PART(2, 1, 4) SUM(20) PART(3, 0, 1)
				SUM(10) PART(3, 0, 2) SUM(12) PART(3, 0, 3) SUM(100) PART(3, 1, 1) SUM(30) PART(3, 1, 2) SUM(33)
					PART(3, 1, 3) SUM(100) PART(7, 0, 1) SUM(1) PART(-1, 0, 1) SUM(1) PART(4, 2, 1) SUM(1)
						PART(4, -1, 1) SUM(1);
	iop_count_run(&counting);
	assert_true(are(cell[0].instructions, 5, -0.25));
	assert_true(cell[1].instructions[IOP_BASE] == 40 && isnan(cell[1].instructions[IOP_CANDIDATE]));
	assert_true(is_not_counted(cell[2].instructions));
	assert_true(are(cell[3].instructions, 2, 3));
	for (size_t i = 4; i <= 7; i++)
		assert_true(is_not_counted(cell[i].instructions));
	/* It goes with what it says. */
	assert_int_equal(access("counts", F_OK), -1);
}

/* Steps count small cells at once, and large ones that valgrind could not. */
static void what_valgrind_cannot_run_is_stepped(void **state)
{
	(void)state;
	prepare(IOP_COUNT_CODE, 7);
	cell[1].left_out = true;
	cell[2].index[IOP_BASE] = IOP_WORKER_NO_CELL;
	cell[3].index[IOP_CANDIDATE] = IOP_WORKER_NO_CELL;
	/* 0 by both, 2 and 3 on their side, 4 on one of two, 5 by steps, 6 by none, and 3 not by steps. */
	valgrind->launch[0].file =
		PART(0, 0, 1) SUM(10) PART(0, 1, 1) SUM(11) PART(2, 1, 1) SUM(12) PART(3, 0, 1) SUM(13) PART(4, 0, 1) SUM(14);
	steps->launch[0].lines = "a 0 1 2 90 91\na 2 3 4 92 93\na 4 5 6 94 95\na 5 7 8 96 97\n"
				 "a 7 1 1 1 1\na -1 1 1 1 1\na 6 1 1 1\nx\n";
	steps->launch[1].lines = "a 6 9 10 98 99\n";
	iop_count_run(&counting);
	assert_true(valgrind->launches == 1 && is_of(&valgrind->launch[0], "023456"));
	assert_true(steps->launches == 2 && is_of(&steps->launch[0], "023456") && is_of(&steps->launch[1], "6"));
	assert_true(steps->launch[0].task[0].ops[IOP_BASE] == 0 && steps->launch[1].task[0].ops[IOP_BASE] == 1);
	assert_string_equal(steps->launch[1].task[0].name, "cell-6");
	assert_true(steps->launch[1].task[0].index[IOP_BASE] == 6 && steps->launch[1].task[0].index[IOP_CANDIDATE] == 106);
	assert_true(are(cell[0].instructions, 10, 11) && are(cell[0].accesses, 1, 2));
	assert_true(is_not_counted(cell[1].instructions) && is_not_counted(cell[1].accesses));
	assert_true(isnan(cell[2].instructions[IOP_BASE]) && cell[2].instructions[IOP_CANDIDATE] == 12);
	assert_true(cell[3].instructions[IOP_BASE] == 13 && isnan(cell[3].instructions[IOP_CANDIDATE]));
	assert_true(are(cell[4].instructions, 94, 95) && are(cell[4].accesses, 5, 6));
	assert_true(are(cell[5].instructions, 96, 97) && are(cell[6].instructions, 98, 99));
	assert_true(is_not_counted(cell[7].instructions) && is_not_counted(cell[7].accesses));
	/* A side that is not counted gets none from steps, either. */
	prepare(IOP_COUNT_CODE, 1);
	cell[0].index[IOP_BASE] = IOP_WORKER_NO_CELL;
	steps->launch[0].lines = "a 0 1 2 90 91\n";
	iop_count_run(&counting);
	assert_true(isnan(cell[0].instructions[IOP_BASE]) && cell[0].instructions[IOP_CANDIDATE] == 91);
}

static void why_something_is_missing_is_said(void **state)
{
	static const char *const elsewhere =
		"by single-stepping, as far as time allowed: valgrind is missing or cannot run the cells";
	static const char *const nowhere = "not observable on this machine";

	(void)state;
	prepare(IOP_COUNT_CODE, 1);
	dies(&valgrind->launch[0], -1, "cannot start a process");
	steps->launch[0].lines = "a 0 1 2 90 91\n";
	iop_count_run(&counting);
	assert_string_equal(counting.counts_missing, elsewhere);
	assert_null(counting.accesses_missing);
	assert_true(are(cell[0].instructions, 90, 91) && valgrind->launches == 1);
	/* Steps do not take over what time did not suffice for, and what they themselves cannot do they do not try again. */
	prepare(IOP_COUNT_CODE, 1);
	dies(&valgrind->launch[0], 0, IOP_WORKER_LATE);
	steps->launch[0].lines = "a 0 1 2 90 91\n";
	iop_count_run(&counting);
	assert_string_equal(counting.counts_missing, IOP_WORKER_LATE);
	assert_true(is_not_counted(cell[0].instructions) && are(cell[0].accesses, 1, 2));
	assert_true(valgrind->launches == 1 && steps->launches == 1);
	prepare(IOP_COUNT_CODE, 1);
	dies(&steps->launch[0], -1, "killed");
	iop_count_run(&counting);
	assert_true(!counting.counts_missing && steps->launches == 1);
	assert_string_equal(counting.accesses_missing, nowhere);
	prepare(IOP_COUNT_CODE, 1);
	dies(&steps->launch[1], -1, "killed");
	iop_count_run(&counting);
	assert_string_equal(counting.accesses_missing, nowhere);
	prepare(IOP_COUNT_DEVICE, 1);
	dies(&tracer->launch[0], -1, "killed");
	iop_count_run(&counting);
	assert_string_equal(counting.device_missing, nowhere);
	assert_true(!counting.counts_missing && !counting.accesses_missing);
	assert_true(tracer->launches == 1 && !steps->launches && !valgrind->launches);
}

static void an_interrupt_ends_it(void **state)
{
	(void)state;
	for (size_t w = 0; w < 3; w++) {
		prepare(IOP_COUNT_CODE | IOP_COUNT_DEVICE, 1);
		ways[w].launch[0].end = (struct iop_launch_end){.stopped = true, .last = 0};
		iop_count_run(&counting);
		assert_true(counting.interrupted && !counting.accesses_missing && !counting.device_missing);
		for (size_t i = 0; i < 3; i++)
			assert_int_equal(ways[i].launches, 1);
	}
}

static void what_ends_its_process_is_left_out(void **state)
{
	(void)state;
	prepare(IOP_COUNT_DEVICE, 5);
	dies(&tracer->launch[0], 1, "killed");
	dies(&tracer->launch[1], 2, "killed");
	iop_count_run(&counting);
	assert_int_equal(tracer->launches, 3);
	assert_true(is_of(&tracer->launch[1], "234") && is_of(&tracer->launch[2], "34"));
	assert_null(counting.device_missing);
	/* The first, the last, and one that had its turn. */
	prepare(IOP_COUNT_DEVICE, 3);
	dies(&tracer->launch[0], 0, "killed");
	dies(&tracer->launch[1], 2, "killed");
	iop_count_run(&counting);
	assert_true(tracer->launches == 2 && is_of(&tracer->launch[1], "12") && !counting.device_missing);
	prepare(IOP_COUNT_DEVICE, 3);
	dies(&tracer->launch[0], 0, "killed");
	dies(&tracer->launch[1], 0, "killed");
	iop_count_run(&counting);
	assert_int_equal(tracer->launches, 2);
	assert_string_equal(counting.device_missing, "not observable on this machine");
	/* Sixteen of them, and more. */
	for (size_t count = 15; count <= 18; count++) {
		prepare(IOP_COUNT_DEVICE, count);
		for (size_t i = 0; i < LAUNCHES; i++)
			dies(&tracer->launch[i], (int)i, "killed");
		iop_count_run(&counting);
		assert_int_equal(tracer->launches, count < 16 ? count : 16);
		if (count > 16)
			assert_string_equal(counting.device_missing, "too many cells ended their processes");
		else
			assert_null(counting.device_missing);
	}
}

static void time_is_over_when_it_is(void **state)
{
	static const struct {
		double takes;
		size_t launches;
	} times[] = {{9.5, 2}, {10, 1}, {11, 1}};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		prepare(IOP_COUNT_DEVICE, 2);
		dies(&tracer->launch[0], 0, "killed");
		tracer->launch[0].takes = times[i].takes;
		iop_count_run(&counting);
		assert_int_equal(tracer->launches, times[i].launches);
		assert_int_equal(tracer->launch[0].task[0].rounds, 16);
		if (times[i].launches == 1)
			assert_string_equal(counting.device_missing, IOP_WORKER_LATE);
		else
			assert_null(counting.device_missing);
	}
}

/* What is left, but a quarter at least. */
static void large_cells_have_time_of_their_own(void **state)
{
	static const struct {
		double takes;
		unsigned ends;
	} times[] = {{0, 16}, {4, 16}, {9, 18}, {20, 29}};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		prepare(IOP_COUNT_CODE, 1);
		steps->launch[0].takes = times[i].takes;
		steps->launch[0].after = valgrind;
		iop_count_run(&counting);
		assert_int_equal(steps->launches, 2);
		assert_int_equal(steps->launch[1].task[0].rounds, times[i].ends);
	}
}

static void small_cells_come_first(void **state)
{
	static const uint64_t bytes[] = {4, 8, 4, 8, 1, 8, 4};

	(void)state;
	prepare(IOP_COUNT_DEVICE, sizeof(bytes) / sizeof(bytes[0]));
	for (size_t i = 0; i < counting.count; i++)
		cell[i].bytes = bytes[i];
	iop_count_run(&counting);
	assert_true(is_of(&tracer->launch[0], "4026135"));
}

static void accesses_have_a_direction_and_a_width(void **state)
{
	(void)state;
	prepare(IOP_COUNT_DEVICE, 3);
	tracer->launch[0].lines = "d 0 0 1.5 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n"
				  "d 0 1 0 1 2 3 4 5 6 7 8 9 10 11 12 13\n"
				  "d 1 1 0 1 2 3 4 5 6 7 8 9 10 11 12 13 x\n"
				  "d 1 2 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n"
				  "d 1 -1 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n"
				  "d 3 0 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n"
				  "d -1 0 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14\n"
				  "d 1 0\n";
	iop_count_run(&counting);
	assert_true(cell[0].device[IOP_BASE].known && cell[0].device[IOP_BASE].lines == 1.5);
	for (unsigned i = 0; i < IOP_ACCESS_DIRECTIONS * IOP_ACCESS_WIDTHS; i++)
		assert_true(cell[0].device[IOP_BASE].count[i / IOP_ACCESS_WIDTHS][i % IOP_ACCESS_WIDTHS] == i + 1);
	assert_false(cell[0].device[IOP_CANDIDATE].known);
	for (size_t i = 1; i <= 3; i++)
		assert_true(!cell[i].device[IOP_BASE].known && !cell[i].device[IOP_CANDIDATE].known);
}

static void progress_is_the_mean_of_the_ways(void **state)
{
	(void)state;
	prepare(IOP_COUNT_DEVICE, 1);
	tracer->launch[0].lines = "p 1 4\np 3 4\np 1 0\n";
	iop_count_run(&counting);
	assert_int_equal(tellings, 4);
	assert_true(told[0] == 0.25 && told[1] == 0.75 && told[2] == 0 && told[3] == 1);
	/* Of three, one of which may be behind the others. */
	prepare(IOP_COUNT_CODE | IOP_COUNT_DEVICE, 1);
	dies(&steps->launch[0], -1, "killed");
	iop_count_run(&counting);
	assert_int_equal(tellings, 3);
	for (size_t i = 0; i < 3; i++)
		assert_true(fabs(told[i] - (double)(i + 1) / 3) < 1e-9);
}

static void without_memory_nothing_is_counted(void **state)
{
	(void)state;
	for (size_t i = 1; i <= 4; i++) {
		prepare(IOP_COUNT_DEVICE, 2);
		fails = i;
		iop_count_run(&counting);
		assert_int_equal(fails, 0);
		assert_int_equal(tracer->launches, 0);
		assert_string_equal(counting.device_missing, "out of memory");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(without_a_file_nothing_is_counted),
		IN_A_FOLDER(instructions_are_those_of_one_operation),
		IN_A_FOLDER(what_valgrind_cannot_run_is_stepped),
		IN_A_FOLDER(why_something_is_missing_is_said),
		IN_A_FOLDER(an_interrupt_ends_it),
		IN_A_FOLDER(what_ends_its_process_is_left_out),
		IN_A_FOLDER(time_is_over_when_it_is),
		IN_A_FOLDER(large_cells_have_time_of_their_own),
		IN_A_FOLDER(small_cells_come_first),
		IN_A_FOLDER(accesses_have_a_direction_and_a_width),
		IN_A_FOLDER(progress_is_the_mean_of_the_ways),
		IN_A_FOLDER(without_memory_nothing_is_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
