/* SPDX-License-Identifier: MIT */
/* Which cells a launch is of, what it should take, and how screening divides its time: on a clock that only launches move. */
#include <gate/stages.h>
#include <sample/worker.h>

#include <float.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CELLS 6

static struct iop_gate_cell *cell;
static struct iop_gate gate;

/* What launching is here: time that passes, and the tasks there were, process by process. */
static double now, takes, sixth_takes; /* 0: as the others */
static struct {
	struct iop_task task[CELLS];
	size_t count;
} process[64];
static size_t processes;
static size_t stop_after; /* launches: then the user interrupts */

double __wrap_iop_gate_now(void);
void __wrap_iop_gate_reseed(struct iop_gate *of);
void __wrap_iop_gate_launch(struct iop_gate *of, const char *mode, const struct iop_task *tasks, size_t count, double patience,
			    struct iop_launch_end *end);

double __wrap_iop_gate_now(void)
{
	return now;
}

void __wrap_iop_gate_reseed(struct iop_gate *of)
{
	(void)of;
}

void __wrap_iop_gate_launch(struct iop_gate *of, const char *mode, const struct iop_task *tasks, size_t count, double patience,
			    struct iop_launch_end *end)
{
	(void)end;
	assert_string_equal(mode, "launch");
	assert_true(patience > 0 && count <= CELLS && processes < 64);
	memcpy(process[processes].task, tasks, count * sizeof(*tasks));
	process[processes++].count = count;
	for (size_t i = 0; i < count; i++)
		of->cell[tasks[i].id].screened++;
	now += processes == IOP_GATE_LEAST_LAUNCHES && sixth_takes > 0 ? sixth_takes : takes;
	of->interrupted = stop_after && processes >= stop_after;
}

/* Three cells of a tenth of a second for 100 rounds, in time that never ends. */
static int begin(void **state)
{
	static char *const name[CELLS] = {"a", "b", "c", "d", "e", "f"};

	(void)state;
	free(cell);
	cell = calloc(CELLS, sizeof(*cell));
	if (!cell)
		return -1;
	memset(&gate, 0, sizeof(gate));
	gate.cell = cell;
	gate.count = 3;
	gate.slowness = 1;
	gate.ends = 1e6;
	for (size_t i = 0; i < CELLS; i++) {
		cell[i].name = name[i];
		cell[i].round_ns = 1e5;
		cell[i].index[IOP_BASE] = (int)i;
		cell[i].index[IOP_CANDIDATE] = (int)i + 10;
		cell[i].ops[IOP_BASE] = i + 100;
		cell[i].ops[IOP_CANDIDATE] = i + 200;
	}
	now = takes = sixth_takes = 0;
	processes = stop_after = 0;
	return 0;
}

static bool all(const struct iop_gate_cell *of)
{
	(void)of;
	return true;
}

static bool none(const struct iop_gate_cell *of)
{
	(void)of;
	return false;
}

static bool first(const struct iop_gate_cell *of)
{
	return of == cell;
}

static bool near(double value, double expected)
{
	return fabs(value - expected) <= 1e-12 * fabs(expected);
}

static void same_code_and_failures_are_not_measured(void **state)
{
	(void)state;
	assert_true(iop_gate_is_measured(cell));
	cell->error = cell->name;
	assert_false(iop_gate_is_measured(cell));
	cell->role = IOP_ROLE_SAME;
	assert_false(iop_gate_is_measured(cell));
	cell->error = NULL;
	assert_false(iop_gate_is_measured(cell));
}

static void dear_cells_have_fewer_rounds(void **state)
{
	static const struct {
		double round_ns, rounds, expected;
	} rounds[] = {
		{1e5, 60, 60}, {1e5, 15, 15}, {1e5, 14, 15}, {1e5, 20.9, 20}, {5e5, 10, 15}, {5e5, 60, 60},
		{1e6, 60, 30}, {1e6, 8, 4},   {1e6, 6, 3},   {1e6, 5, 3},     {1e9, 60, 3},
	};

	(void)state;
	cell->setup_ns = 7;
	for (size_t i = 0; i < sizeof(rounds) / sizeof(rounds[0]); i++) {
		cell->round_ns = rounds[i].round_ns;
		assert_true(iop_gate_cell_ns(cell, rounds[i].rounds) == rounds[i].expected * rounds[i].round_ns + 7);
	}
}

static void a_launch_takes_its_processes_and_its_cells(void **state)
{
	(void)state;
	gate.start_seconds = 2;
	gate.slowness = 3;
	for (size_t i = 0; i < 3; i++)
		cell[i].round_ns = 1e5 * (double)(i + 1);
	assert_true(near(iop_gate_launch_seconds(&gate, all, 100), 2 + 3 * 0.06));
	assert_true(near(iop_gate_launch_seconds(&gate, first, 100), 2 + 3 * 0.01));
	cell[1].flags = IOP_CELL_SYSCALL;
	assert_true(near(iop_gate_launch_seconds(&gate, first, 100), 2 + 3 * 0.01));
	assert_true(near(iop_gate_launch_seconds(&gate, all, 100), 6 + 3 * 0.06));
	/* In the fewest rounds, to the last moment. */
	now = 5;
	gate.slowness = 0;
	assert_true(iop_gate_has_time(&gate, all, 11) && iop_gate_has_time(&gate, all, 12));
	assert_false(iop_gate_has_time(&gate, all, 10.999));
}

static void what_cannot_be_paired_has_two_processes(void **state)
{
	(void)state;
	cell[1].flags = IOP_CELL_SYSCALL;
	cell[2].alone_ns[IOP_BASE] = cell[2].alone_ns[IOP_CANDIDATE] = 5;
	for (uint64_t seed = 0; seed < 16; seed += 2) {
		uint64_t random = seed | 1;
		const enum iop_side before = iop_random(&random) & 1;

		gate.options.seed = seed;
		processes = 0;
		assert_true(iop_gate_launch_cells(&gate, all, 40, 1, 1e6));
		assert_int_equal(processes, 3);
		assert_int_equal(process[0].count, 2);
		assert_true(process[0].task[0].id == 0 && process[0].task[1].id == 2 && process[0].task[0].rounds == 40);
		assert_string_equal(process[0].task[1].name, "c");
		assert_true(process[0].task[1].index[IOP_BASE] == 2 && process[0].task[1].index[IOP_CANDIDATE] == 12);
		assert_true(process[0].task[1].ops[IOP_BASE] == 102 && process[0].task[1].ops[IOP_CANDIDATE] == 202);
		for (size_t i = 0; i < 2; i++) {
			const struct iop_task *task = process[1 + i].task;
			const enum iop_side side = i ? !before : before;

			assert_int_equal(process[1 + i].count, 1);
			assert_int_equal(task->index[side], side == IOP_BASE ? 1 : 11);
			assert_int_equal(task->index[!side], IOP_WORKER_NO_CELL);
		}
		assert_true(cell[2].alone_ns[IOP_BASE] == 0 && cell[2].alone_ns[IOP_CANDIDATE] == 0);
	}
	processes = 0;
	assert_false(iop_gate_launch_cells(&gate, none, 40, 1, 1e6));
	assert_int_equal(processes, 0);
	/* Of an interrupted launch no more is begun. */
	stop_after = 1;
	assert_true(iop_gate_launch_cells(&gate, all, 40, 1, 1e6));
	assert_int_equal(processes, 1);
}

static void rounds_fit_into_the_time(void **state)
{
	static const struct {
		double seconds, rounds, start;
		unsigned expected;
	} launches[] = {
		/* Ten of three cells of 60 rounds take 0.18 s. */
		{1, 60, 0, 60}, {0.15, 60, 0, 48}, {0, 60, 0, 12}, {1.1, 60, 0.1, 30}, {0, 15, 0, 15},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(launches) / sizeof(launches[0]); i++) {
		begin(NULL);
		gate.start_seconds = launches[i].start;
		assert_true(iop_gate_launch_cells(&gate, all, launches[i].rounds, 10, launches[i].seconds));
		assert_int_equal(process[0].task[0].rounds, launches[i].expected < 15 ? 15 : launches[i].expected);
	}
	/* What just fits, fits. */
	begin(NULL);
	gate.start_seconds = 0.5;
	gate.slowness = 0;
	assert_true(iop_gate_launch_cells(&gate, all, 60, 10, 5));
	assert_int_equal(process[0].task[0].rounds, 60);
	/* The fewest rounds are not made fewer, which would show in dear cells. */
	begin(NULL);
	cell->round_ns = 1e6;
	assert_true(iop_gate_launch_cells(&gate, all, IOP_GATE_LEAST_ROUNDS, 10, 0));
	assert_int_equal(process[0].task[0].rounds, 7);
}

static void what_launches_take_is_learnt(void **state)
{
	static const struct {
		double start, round_ns, took, slowness, start_then;
	} launches[] = {
		/* 100 rounds of one cell: measured 1 s, started 0.5 s. */
		{0.5, 1e7, 2.5, 1.5, 0.5},
		{0.5, 1e7, 0.5, 0.55, 0.5},
		/* Measured 0.25 s, started 1 s. */
		{1, 2.5e6, 3.25, 1, 2},
		{1, 2.5e6, 0.3, 1, 0.55},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(launches) / sizeof(launches[0]); i++) {
		begin(NULL);
		gate.start_seconds = launches[i].start;
		/* Dear: a hundredth of the rounds, or three. */
		cell->round_ns = 4e5;
		gate.slowness = launches[i].round_ns * 100 * 1e-9 / (4e5 * 100 * 1e-9);
		takes = launches[i].took;
		assert_true(iop_gate_launch_cells(&gate, first, 100, 1, 1e6));
		assert_true(near(gate.slowness / (launches[i].round_ns / 4e5), launches[i].slowness));
		assert_true(near(gate.start_seconds, launches[i].start_then));
	}
	/* Of two halves starting is the one that is learnt. */
	begin(NULL);
	gate.start_seconds = 1;
	cell->round_ns = 1e5;
	gate.slowness = 1 / (1e5 * 100 * 1e-9);
	takes = 4;
	assert_true(iop_gate_launch_cells(&gate, first, 100, 1, 1e6));
	assert_true(near(gate.start_seconds, 2) && near(gate.slowness, 1 / (1e5 * 100 * 1e-9)));
}

static void screening_launches_all_twelve_times(void **state)
{
	(void)state;
	iop_gate_screen(&gate);
	assert_true(gate.screened && processes == IOP_GATE_SCREEN && gate.skipped == 0);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(cell[i].screened, IOP_GATE_SCREEN);
	/* Half the time is enough for the least. */
	begin(NULL);
	stop_after = IOP_GATE_LEAST_LAUNCHES;
	iop_gate_screen(&gate);
	assert_false(gate.screened);
	begin(NULL);
	gate.ends = 10;
	takes = 0.85;
	gate.start_seconds = 0.85;
	iop_gate_screen(&gate);
	assert_true(gate.screened && processes == IOP_GATE_LEAST_LAUNCHES);
	/* What has its launches is not given up, however long the last of them took. */
	begin(NULL);
	gate.ends = 10;
	takes = 0.85;
	sixth_takes = 5;
	gate.start_seconds = 0.85;
	iop_gate_screen(&gate);
	assert_true(gate.screened && processes == IOP_GATE_LEAST_LAUNCHES && gate.skipped == 0);
	begin(NULL);
	gate.ends = 10;
	takes = 2.4;
	iop_gate_screen(&gate);
	assert_true(!gate.screened && processes < IOP_GATE_LEAST_LAUNCHES);
}

/* With time for half of the cells it is every second one that is looked at, beside those that must be. */
static void some_are_looked_at_well(void **state)
{
	double launch;

	(void)state;
	gate.count = 6;
	cell[1].role = IOP_ROLE_PINNED;
	cell[3].required = true;
	cell[4].error = cell[4].name;
	cell[5].round_ns = cell[0].round_ns;
	stop_after = 1;
	gate.ends = 60;
	/* A launch of all five, which is 7.5 ms of them, takes twice the time that there is for one. */
	launch = 0.55 * gate.ends / IOP_GATE_LEAST_LAUNCHES;
	gate.slowness = 2 * launch / 7.5e-3;
	/* Exactly, or a little less where nothing is exact. */
	for (int tries = 0; tries < 100; tries++) {
		const double share = launch / (gate.slowness * 7.5e6 * 1e-9);

		gate.slowness = share < 0.5   ? nextafter(gate.slowness, 0)
				: share > 0.5 ? nextafter(gate.slowness, 1e9)
					      : gate.slowness;
	}
	if (FLT_EVAL_METHOD)
		gate.slowness *= 1 - 1e-9;
	iop_gate_screen(&gate);
	assert_true(cell[0].skipped && !cell[1].skipped && !cell[2].skipped && !cell[3].skipped && !cell[4].skipped);
	assert_true(cell[5].skipped && gate.skipped == 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(same_code_and_failures_are_not_measured, begin),
		cmocka_unit_test_setup(dear_cells_have_fewer_rounds, begin),
		cmocka_unit_test_setup(a_launch_takes_its_processes_and_its_cells, begin),
		cmocka_unit_test_setup(what_cannot_be_paired_has_two_processes, begin),
		cmocka_unit_test_setup(rounds_fit_into_the_time, begin),
		cmocka_unit_test_setup(what_launches_take_is_learnt, begin),
		cmocka_unit_test_setup(screening_launches_all_twelve_times, begin),
		cmocka_unit_test_setup(some_are_looked_at_well, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
