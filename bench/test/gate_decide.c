/* SPDX-License-Identifier: MIT */
/* What the gate concludes from launches and counts whose values are given: each condition by itself, and at its limit. */
#include <gate/stages.h>
#include <host/fail.h>

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum {
	PLANTED,
	PINNED,
	ONE,
	TWO,
	CELLS
};
static struct iop_gate_cell *cell;
static struct iop_gate gate;

static void values(double *at, size_t n, double middle, double spread)
{
	for (size_t i = 0; i < n; i++)
		at[i] = middle + spread * ((double)(i % 3) - 1);
}

/* A run in which nothing is wrong: both controls as they should be, two cells that were measured and are quiet. */
static int begin(void **state)
{
	static char *const name[CELLS] = {"planted", "pinned", "one", "two"};

	(void)state;
	free(cell);
	cell = calloc(CELLS, sizeof(*cell));
	if (!cell)
		return -1;
	memset(&gate, 0, sizeof(gate));
	gate.options = (struct iop_gate_options){.margin = 0.02,
						 .fwer = 0.05,
						 .sees = 0.05,
						 .planted = 0.1,
						 .max_instructions = -1,
						 .max_accesses = INFINITY,
						 .time = true};
	gate.cell = cell;
	gate.count = CELLS;
	gate.screened = true;
	for (size_t i = 0; i < CELLS; i++) {
		cell[i].name = name[i];
		cell[i].resolution = INFINITY;
		cell[i].screened = IOP_GATE_SCREEN;
		values(cell[i].screen, IOP_GATE_SCREEN, 0, 0.001);
		for (size_t side = 0; side < IOP_SIDES; side++)
			cell[i].instructions[side] = cell[i].accesses[side] = 10;
	}
	cell[PLANTED].role = IOP_ROLE_PLANTED;
	cell[PLANTED].verdict = IOP_VERDICT_SLOWER;
	cell[PLANTED].confirmed = IOP_GATE_FEW_LAUNCHES;
	cell[PINNED].role = IOP_ROLE_PINNED;
	return 0;
}

static void unfit(const char *words)
{
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_UNFIT);
	if (!strstr(gate.unfit, words))
		fail_msg("'%s' does not say '%s'", gate.unfit, words);
}

static void quiet_cells_are_clean(void **state)
{
	(void)state;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	assert_int_equal(gate.changed, 2);
	assert_int_equal(gate.unresolved, 0);
	assert_int_equal(cell[ONE].verdict, IOP_VERDICT_NO_CHANGE);
	assert_int_equal(iop_gate_with(&gate, IOP_VERDICT_NO_CHANGE), 2);
	assert_int_equal(iop_gate_with(&gate, IOP_VERDICT_SLOWER), 0);
	assert_string_equal(gate.unfit, "");
}

/* Of launches that all agree: their value, wider on both sides by what reading the clock costs. */
static void what_is_told_is_what_was_launched(void **state)
{
	(void)state;
	values(cell[ONE].screen, IOP_GATE_SCREEN, 0.03, 0);
	values(cell[ONE].confirm, IOP_GATE_CONFIRM, 0.04, 0);
	for (size_t confirmed = IOP_GATE_LEAST_LAUNCHES - 1; confirmed <= IOP_GATE_LEAST_LAUNCHES; confirmed++) {
		double should = confirmed < IOP_GATE_LEAST_LAUNCHES ? 0.03 : 0.04;

		cell[ONE].confirmed = confirmed;
		iop_gate_decide(&gate);
		assert_true(fabs(cell[ONE].change - expm1(should)) < 1e-12);
		assert_true(fabs(cell[ONE].low - expm1(should - 1e-3)) < 1e-12 &&
			    fabs(cell[ONE].high - expm1(should + 1e-3)) < 1e-12);
		assert_true(isfinite(cell[ONE].resolution));
	}
	begin(NULL);
	cell[ONE].screened = IOP_GATE_LEAST_LAUNCHES - 1;
	unfit("1 of 2 changed cells are unresolved");
	assert_true(isinf(cell[ONE].resolution));
	assert_int_equal(cell[ONE].verdict, IOP_VERDICT_UNRESOLVED);
	begin(NULL);
	cell[ONE].screened = IOP_GATE_LEAST_LAUNCHES;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
}

static void what_would_not_show_is_unresolved(void **state)
{
	double shows;

	(void)state;
	iop_gate_decide(&gate);
	shows = cell[ONE].resolution;
	assert_true(shows > 0.02 && shows < 0.05);
	begin(NULL);
	gate.options.sees = shows;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	begin(NULL);
	gate.options.sees = nextafter(shows, 0);
	unfit("2 of 2 changed cells are unresolved");
	begin(NULL);
	cell[ONE].unconfirmed = true;
	unfit("1 of 2 changed");
	/* A suspect has to have been confirmed by as many launches as a test of it takes. */
	begin(NULL);
	cell[ONE].suspect = true;
	unfit("1 of 2 changed");
	begin(NULL);
	cell[ONE].suspect = true;
	cell[ONE].confirmed = 7;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	/* Half of them may be. */
	begin(NULL);
	cell[ONE].unconfirmed = true;
	gate.options.max_unresolved = 0.5;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	begin(NULL);
	cell[ONE].unconfirmed = true;
	gate.options.max_unresolved = 0.49;
	unfit("1 of 2 changed");
}

static void what_is_required_decides(void **state)
{
	(void)state;
	gate.options.max_unresolved = 1;
	cell[ONE].unconfirmed = cell[TWO].required = true;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	begin(NULL);
	gate.options.max_unresolved = 1;
	cell[ONE].unconfirmed = cell[ONE].required = true;
	unfit("one is required, but unresolved");
	begin(NULL);
	cell[TWO].required = true;
	cell[TWO].verdict = IOP_VERDICT_ABSENT;
	unfit("two is required, but not on this machine");
	/* Where no time is measured nothing is resolved. */
	begin(NULL);
	cell[ONE].unconfirmed = cell[ONE].required = true;
	gate.options.time = false;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	assert_int_equal(cell[ONE].verdict, IOP_VERDICT_PENDING);
}

static void controls_decide_first(void **state)
{
	(void)state;
	gate.screened = false;
	unfit("too short for the least launches");
	begin(NULL);
	cell[PINNED].error = cell[ONE].error = "it died";
	cell[ONE].verdict = IOP_VERDICT_ERROR;
	unfit("the control pinned: it died");
	begin(NULL);
	cell[PLANTED].verdict = IOP_VERDICT_NO_CHANGE;
	unfit("the planted slowdown of 10 % was not detected");
	begin(NULL);
	cell[PLANTED].confirmed = 6;
	unfit("no time to confirm");
	begin(NULL);
	cell[PINNED].verdict = cell[ONE].verdict = IOP_VERDICT_SLOWER;
	unfit("pinned has the same code on both sides");
	begin(NULL);
	cell[TWO].role = IOP_ROLE_NEGATIVE;
	cell[TWO].verdict = IOP_VERDICT_SLOWER;
	values(cell[TWO].screen, IOP_GATE_SCREEN, 0.25, 0);
	unfit("two has the same code on both sides but seems 28.4 % slower");
	/* The first of them is told, and without times there are none. */
	begin(NULL);
	cell[PLANTED].verdict = IOP_VERDICT_NO_CHANGE;
	cell[PINNED].verdict = IOP_VERDICT_SLOWER;
	unfit("the planted slowdown");
	gate.options.time = false;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
}

static void findings_and_errors_have_their_order(void **state)
{
	(void)state;
	cell[ONE].verdict = IOP_VERDICT_SLOWER;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_FINDING);
	assert_int_equal(iop_gate_with(&gate, IOP_VERDICT_SLOWER), 1);
	cell[TWO].error = "it died";
	cell[TWO].verdict = IOP_VERDICT_ERROR;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_FINDING);
	gate.interrupted = true;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_INTERRUPTED);
	begin(NULL);
	cell[TWO].error = "it died";
	cell[TWO].verdict = IOP_VERDICT_ERROR;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_USAGE);
	assert_int_equal(gate.changed, 1);
	/* Where no code differs there is nothing to say; where nothing is in common, neither. */
	begin(NULL);
	cell[ONE].role = cell[TWO].role = IOP_ROLE_SAME;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	assert_int_equal(cell[ONE].verdict, IOP_VERDICT_PENDING);
	begin(NULL);
	cell[ONE].role = cell[TWO].role = IOP_ROLE_NEGATIVE;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	begin(NULL);
	gate.count = 2;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_NOTHING);
}

/* The verdict of one cell that has @more instructions than its base, of which it has @base. */
static int instructions(double base, double more, double most, bool share)
{
	begin(NULL);
	cell[ONE].instructions[IOP_BASE] = base;
	cell[ONE].instructions[IOP_CANDIDATE] = base + more;
	gate.options.max_instructions = most;
	gate.options.max_is_share = share;
	return iop_gate_decide(&gate);
}

static void instructions_are_limited_exactly(void **state)
{
	(void)state;
	assert_int_equal(instructions(10, 0, 0, false), IOP_EXIT_CLEAN);
	assert_int_equal(instructions(10, -5, 0, false), IOP_EXIT_CLEAN);
	assert_int_equal(instructions(10, 1, 0, false), IOP_EXIT_FINDING);
	assert_int_equal(instructions(10, 1, 1, false), IOP_EXIT_CLEAN);
	assert_int_equal(instructions(10, 2, 1, false), IOP_EXIT_FINDING);
	assert_int_equal(instructions(10, 5, -1, false), IOP_EXIT_CLEAN);
	assert_int_equal(instructions(100, 10, 0.1, true), IOP_EXIT_CLEAN);
	assert_int_equal(instructions(100, 11, 0.1, true), IOP_EXIT_FINDING);
	/* A mean of many is not exact to the last digit. */
	assert_int_equal(instructions(0, 1e-9, 0, false), IOP_EXIT_CLEAN);
	assert_int_equal(instructions(0, 3e-9, 0, false), IOP_EXIT_FINDING);
	assert_int_equal(instructions(10, NAN, 0, false), IOP_EXIT_USAGE);
	assert_true(cell[ONE].uncounted && !cell[TWO].uncounted);
	assert_int_equal(instructions(10, NAN, -1, false), IOP_EXIT_CLEAN);
	/* An unfit machine hides nothing that is counted. */
	instructions(10, 1, 0, false);
	cell[PLANTED].verdict = IOP_VERDICT_NO_CHANGE;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_FINDING);
	/* Controls, and what did not run, need no count. */
	begin(NULL);
	gate.options.max_instructions = 0;
	cell[PINNED].instructions[IOP_BASE] = NAN;
	cell[ONE].role = IOP_ROLE_SAME;
	cell[ONE].instructions[IOP_CANDIDATE] = NAN;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	begin(NULL);
	gate.options.accesses_wanted = true;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_USAGE);
	assert_true(cell[ONE].uncounted);
	for (size_t side = 0; side < IOP_SIDES; side++)
		cell[ONE].device[side].known = cell[TWO].device[side].known = true;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_CLEAN);
	cell[TWO].device[IOP_BASE].known = false;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_USAGE);
	cell[TWO].device[IOP_BASE].known = cell[TWO].accesses_vary = true;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_USAGE);
	cell[TWO].accesses_vary = false;
	cell[TWO].more_accesses = true;
	assert_int_equal(iop_gate_decide(&gate), IOP_EXIT_FINDING);
}

/* Of a share of 0.2 of the level: exactly 2^-7 is enough for one test of seven launches. */
static void a_test_has_a_smallest_p(void **state)
{
	(void)state;
	gate.options.fwer = 5.0 / 128;
	assert_true(iop_gate_can_find(&gate, 7, 1) && iop_gate_can_find(&gate, 7, 0));
	assert_true(!iop_gate_can_find(&gate, 6, 1) && !iop_gate_can_find(&gate, 7, 2) && iop_gate_can_find(&gate, 8, 2));
	gate.suspects = 2;
	gate.wide = 3;
	assert_int_equal(iop_gate_family(&gate), 5);
}

static void resolution_is_that_of_the_interval(void **state)
{
	double x[20], low, high, sees;

	(void)state;
	values(x, 20, 0.001, 0.01);
	iop_stats_centre(x, 20, IOP_GATE_COVERAGE, &low, &high);
	sees = iop_stats_resolution((high - low) / 2 / 1.96 * sqrt(20), 20, log1p(0.02), 0.2 * 0.05 / 3, 0.95);
	assert_true(sees > high);
	assert_true(fabs(iop_gate_resolution_of(&gate, x, 20, 3) - expm1(sees)) < 1e-12);
	assert_true(fabs(iop_gate_resolution_of_found(&gate, x, 20, 3) - expm1(sees)) < 1e-12);
	/* What the values do not exclude has not been seen; of what was found that is no part. */
	for (size_t i = 0; i < 20; i++)
		x[i] += 0.5;
	assert_true(fabs(iop_gate_resolution_of(&gate, x, 20, 3) - expm1(high + 0.5)) < 1e-12);
	assert_true(fabs(iop_gate_resolution_of_found(&gate, x, 20, 3) - expm1(sees)) < 1e-12);
	assert_true(isinf(iop_gate_resolution_of(&gate, x, IOP_GATE_LEAST_LAUNCHES - 1, 3)));
	assert_true(isfinite(iop_gate_resolution_of(&gate, x, IOP_GATE_LEAST_LAUNCHES, 3)));
}

/* Linked with --wrap: what the second count of the accesses gives. */
void __real_iop_count_run(struct iop_counting *counting);
void __wrap_iop_count_run(struct iop_counting *counting);
static double again[CELLS];
static unsigned counts;

void __wrap_iop_count_run(struct iop_counting *counting)
{
	counts++;
	for (size_t i = 0; i < counting->count; i++)
		if (!counting->cell[i].left_out) {
			memcpy(counting->cell[i].device, cell[i].device, sizeof(cell[i].device));
			counting->cell[i].device[IOP_CANDIDATE].count[IOP_ACCESS_WRITE][2] = again[i];
		}
}

static void accesses(size_t i, double reads, double more_reads, double writes, double more_writes)
{
	for (size_t side = 0; side < IOP_SIDES; side++) {
		cell[i].device[side].known = true;
		/* Of two widths: their number is what counts. */
		cell[i].device[side].count[IOP_ACCESS_READ][0] = reads / 2 + (side == IOP_CANDIDATE ? more_reads : 0);
		cell[i].device[side].count[IOP_ACCESS_READ][IOP_ACCESS_WIDTHS - 1] = reads / 2;
		cell[i].device[side].count[IOP_ACCESS_WRITE][2] = writes + (side == IOP_CANDIDATE ? more_writes : 0);
	}
	again[i] = writes + more_writes;
}

static void accesses_of_each_direction_are_limited(void **state)
{
	static const struct {
		double reads, more_reads, writes, more_writes, most;
		bool share, found;
	} cases[] = {
		{4, 0, 4, 0, 0, false, false},	   {4, 1, 4, 0, 0, false, true},	 {4, 0, 4, 1, 0, false, true},
		{4, 1, 4, -3, 0, false, true},	   {4, -3, 4, 1, 0, false, true},	 {4, 1, 4, 0, 1, false, false},
		{4, 2, 4, 0, 1, false, true},	   {4, 0, 4, 2, 1, false, true},	 {10, 1, 10, 1, 0.1, true, false},
		{10, 1.1, 10, 0, 0.1, true, true}, {4, 1, 4, 1, INFINITY, false, false}, {4, 0, 4, 5e-7, 0, false, false},
		{4, 0, 4, 2e-6, 0, false, true},   {0, 1e-6, 4, 0, 0, false, false},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		begin(NULL);
		gate.options.max_accesses = cases[i].most;
		gate.options.accesses_are_share = cases[i].share;
		accesses(ONE, cases[i].reads, cases[i].more_reads, cases[i].writes, cases[i].more_writes);
		counts = 0;
		iop_gate_count_again(&gate);
		if (cell[ONE].more_accesses != cases[i].found || counts != cases[i].found || cell[ONE].accesses_vary)
			fail_msg("case %zu: %d, counted again %u times", i, cell[ONE].more_accesses, counts);
	}
}

static void what_is_not_there_the_second_time_varies(void **state)
{
	(void)state;
	gate.options.max_accesses = 0;
	accesses(ONE, 4, 0, 4, 1);
	accesses(TWO, 4, 0, 4, 1);
	again[ONE] = 4;
	iop_gate_count_again(&gate);
	assert_true(!cell[ONE].more_accesses && cell[ONE].accesses_vary && cell[TWO].more_accesses && !cell[TWO].accesses_vary);
	assert_true(!iop_gate_knows_accesses(&cell[ONE]) && iop_gate_knows_accesses(&cell[TWO]));
	/* What one side's are not known of did not grow. */
	for (size_t side = 0; side < IOP_SIDES; side++) {
		begin(NULL);
		gate.options.max_accesses = 0;
		accesses(ONE, 4, 0, 4, 1);
		cell[ONE].device[side].known = false;
		iop_gate_count_again(&gate);
		assert_true(!cell[ONE].more_accesses && !iop_gate_knows_accesses(&cell[ONE]));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(quiet_cells_are_clean, begin),
		cmocka_unit_test_setup(what_is_told_is_what_was_launched, begin),
		cmocka_unit_test_setup(what_would_not_show_is_unresolved, begin),
		cmocka_unit_test_setup(what_is_required_decides, begin),
		cmocka_unit_test_setup(controls_decide_first, begin),
		cmocka_unit_test_setup(findings_and_errors_have_their_order, begin),
		cmocka_unit_test_setup(instructions_are_limited_exactly, begin),
		cmocka_unit_test_setup(a_test_has_a_smallest_p, begin),
		cmocka_unit_test_setup(resolution_is_that_of_the_interval, begin),
		cmocka_unit_test_setup(accesses_of_each_direction_are_limited, begin),
		cmocka_unit_test_setup(what_is_not_there_the_second_time_varies, begin),
	};

	return cmocka_run_group_tests_name("gate-decide", tests, NULL, NULL);
}
