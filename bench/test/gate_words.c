/* SPDX-License-Identifier: MIT */
/* A run of the gate in words and as JSON: each part of each line, and which cells deserve one. */
#include <gate/words.h>

#include <host/fail.h>

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define CELLS 32
#define TEXT  400

static struct iop_gate_cell *cell;
static struct iop_gate gate;

/* Cells of which there is nothing to say. */
static int begin(void **state)
{
	(void)state;
	free(cell);
	cell = calloc(CELLS, sizeof(*cell));
	if (!cell)
		return -1;
	memset(&gate, 0, sizeof(gate));
	gate.cell = cell;
	gate.options = (struct iop_gate_options){.margin = 0.02, .fwer = 0.05, .sees = 0.05, .planted = 0.1, .time = true};
	for (size_t i = 0; i < CELLS; i++) {
		cell[i].verdict = IOP_VERDICT_NO_CHANGE;
		cell[i].resolution = INFINITY;
		cell[i].change = cell[i].low = cell[i].high = NAN;
		for (size_t side = 0; side < IOP_SIDES; side++)
			cell[i].instructions[side] = cell[i].accesses[side] = 10;
	}
	return 0;
}

void __wrap_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));
void __real_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *));

/* Every other time the other way round first: an order that was there before is none that was made. */
void __wrap_qsort(void *base, size_t n, size_t size, int (*compare)(const void *, const void *))
{
	static bool reversed;
	char *at = base;

	reversed = !reversed;
	for (size_t i = 0; reversed && i < n / 2; i++)
		for (size_t k = 0; k < size; k++) {
			const char byte = at[i * size + k];

			at[i * size + k] = at[(n - 1 - i) * size + k];
			at[(n - 1 - i) * size + k] = byte;
		}
	__real_qsort(base, n, size, compare);
}

static void says(void (*words)(const struct iop_gate *, char *, size_t), const char *expected)
{
	char text[TEXT];

	words(&gate, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void verdict_is(enum iop_gate_verdict verdict, const char *expected)
{
	char text[64];

	cell->verdict = verdict;
	assert_string_equal(iop_gate_verdict_text(cell, text, sizeof(text)), expected);
}

static void each_verdict_has_its_words(void **state)
{
	(void)state;
	verdict_is(IOP_VERDICT_PENDING, "not measured");
	verdict_is(IOP_VERDICT_SAME_CODE, "same code");
	verdict_is(IOP_VERDICT_SLOWER, "SLOWER");
	verdict_is(IOP_VERDICT_FASTER, "faster");
	verdict_is(IOP_VERDICT_ABSENT, "not on this machine");
	verdict_is(IOP_VERDICT_ERROR, "error");
	verdict_is(IOP_VERDICT_UNRESOLVED, "unresolved");
	/* Rounded up. */
	cell->resolution = 0.0301;
	verdict_is(IOP_VERDICT_UNRESOLVED, "unresolved: sees >= 3.1 %");
	verdict_is(IOP_VERDICT_NO_CHANGE, "no change >= 3.1 %");
	cell->more_accesses = true;
	verdict_is(IOP_VERDICT_NO_CHANGE, "MORE DEVICE ACCESSES");
	verdict_is(IOP_VERDICT_SLOWER, "SLOWER");
}

static void details_are(const char *expected)
{
	char text[TEXT];

	iop_gate_details(text, sizeof(text), cell);
	assert_string_equal(text, expected);
}

static void details_name_what_differs(void **state)
{
	(void)state;
	details_are("");
	cell->change = 0.051;
	cell->low = -0.012;
	cell->high = 0.1;
	details_are("+5.1 % [-1.2, +10.0]");
	cell->instructions[IOP_CANDIDATE] = 12.5;
	details_are("+5.1 % [-1.2, +10.0]; 10 -> 12.5 instructions");
	cell->screened = 1;
	details_are("+5.1 % [-1.2, +10.0]; 10 -> 12.5 instructions; more instructions, hidden by stalls");
	cell->verdict = IOP_VERDICT_SLOWER;
	cell->change = NAN;
	details_are("10 -> 12.5 instructions");
	cell->instructions[IOP_CANDIDATE] = 10;
	details_are("same instruction count: other instructions, placement, or memory");
	cell->instructions[IOP_CANDIDATE] = 9;
	details_are("10 -> 9 instructions; same instruction count: other instructions, placement, or memory");
	cell->verdict = IOP_VERDICT_NO_CHANGE;
	cell->instructions[IOP_CANDIDATE] = 10;
	details_are("");
	cell->accesses[IOP_BASE] = 11;
	details_are("11 -> 10 accesses");
	cell->accesses[IOP_BASE] = 10 + 1e-10;
	details_are("");
	cell->accesses[IOP_BASE] = 0;
	cell->accesses[IOP_CANDIDATE] = 1e-9;
	details_are("");
	cell->accesses[IOP_CANDIDATE] = 10;
	cell->accesses[IOP_BASE] = NAN;
	details_are("");
	cell->instructions[IOP_CANDIDATE] = NAN;
	details_are("");
	cell->uncounted = true;
	details_are("instructions not counted: not verified");
	cell->instructions[IOP_CANDIDATE] = 10;
	cell->accesses[IOP_BASE] = 10;
	details_are("device accesses not counted: not verified");
	cell->error = (char *)(uintptr_t) "why";
	details_are("why");
	cell->flags = IOP_CELL_SYSCALL;
	details_are("why; one process per side");
	cell->screened = 0;
	details_are("why");
}

static void details_name_accesses_of_a_device(void **state)
{
	char text[TEXT];

	(void)state;
	cell->device[IOP_BASE] = cell->device[IOP_CANDIDATE] = (struct iop_accesses){.known = true};
	cell->device[IOP_BASE].count[IOP_ACCESS_READ][2] = 1;
	details_are("device: 1 r4 -> 0");
	cell->accesses_vary = true;
	details_are("device accesses vary from count to count");
	cell->accesses_vary = false;
	cell->device[IOP_CANDIDATE].known = false;
	details_are("");
	cell->device[IOP_CANDIDATE] = cell->device[IOP_BASE];
	details_are("");
	/* However little room there is, it ends there. */
	cell->device[IOP_CANDIDATE].count[IOP_ACCESS_READ][2] = 2;
	cell->change = 0.5;
	for (size_t size = 1; size < sizeof(text) - 1; size++) {
		memset(text, '!', sizeof(text));
		iop_gate_details(text, size, cell);
		assert_true(strlen(text) < size && text[size] == '!');
	}
	assert_string_equal(text, "+50.0 % [+nan, +nan]; device: 1 r4 -> 2 r4");
}

/* Whether the first cell has a line. */
static bool notable(void)
{
	size_t n;
	const struct iop_gate_cell **cells;

	gate.count = 1;
	cells = iop_gate_notable(&gate, &n);
	assert_non_null(cells);
	free(cells);
	return n;
}

static void what_is_new_has_a_line(void **state)
{
	static const bool expected[] = {false, false, true, true, false, true, false, true};

	(void)state;
	for (enum iop_gate_verdict v = IOP_VERDICT_PENDING; v <= IOP_VERDICT_ERROR; v++) {
		begin(NULL);
		cell->verdict = v;
		assert_int_equal(notable(), expected[v]);
		cell->required = true;
		assert_int_equal(notable(), expected[v] || v == IOP_VERDICT_ABSENT);
		/* Controls have a line of their own. */
		cell->role = IOP_ROLE_PLANTED;
		assert_false(notable());
	}
#define ALONE(change)                    \
	do {                             \
		begin(NULL);             \
		assert_false(notable()); \
		change;                  \
		assert_true(notable());  \
	} while (0)
	ALONE(cell->too_many = true);
	ALONE(cell->more_accesses = true);
	ALONE(cell->uncounted = true);
	ALONE(cell->accesses_vary = true);
	ALONE(cell->instructions[IOP_CANDIDATE] = 10.5);
	ALONE(cell->accesses[IOP_CANDIDATE] = 10.5);
	ALONE((cell->flags = IOP_CELL_SYSCALL, cell->screened = 1));
	begin(NULL);
	cell->flags = IOP_CELL_SYSCALL;
	assert_false(notable());
	cell->flags = 0;
	cell->screened = 1;
	assert_false(notable());
	/* Rounding is no growth, and fewer are none. */
	cell->instructions[IOP_CANDIDATE] = 10 + 1e-10;
	cell->accesses[IOP_CANDIDATE] = 9;
	assert_false(notable());
}

static void the_most_important_is_first(void **state)
{
	size_t n, i = 0;
	const struct iop_gate_cell **cells;

	(void)state;
	/* In the order in which they are to be; in memory the other way round. */
#define NEXT (cell[gate.count - 1 - i++])
	gate.count = 16;
	NEXT.verdict = IOP_VERDICT_ERROR;
	NEXT.verdict = IOP_VERDICT_SLOWER;
	NEXT.more_accesses = true;
	NEXT.too_many = true;
	NEXT.uncounted = true;
	cell[gate.count - 1 - i].required = true;
	NEXT.verdict = IOP_VERDICT_UNRESOLVED;
	cell[gate.count - 1 - i].required = true;
	NEXT.verdict = IOP_VERDICT_ABSENT;
	NEXT.verdict = IOP_VERDICT_UNRESOLVED;
	NEXT.accesses_vary = true;
	NEXT.instructions[IOP_CANDIDATE] = 11;
	for (size_t f = 0; f < 4; f++) {
		cell[gate.count - 1 - i].change = f == 3 ? NAN : -0.1 * (double)f;
		NEXT.verdict = IOP_VERDICT_FASTER;
	}
	NEXT.flags = IOP_CELL_SYSCALL;
	NEXT.flags = IOP_CELL_SYSCALL;
	cell[0].screened = cell[1].screened = 1;
	/* Of equals the larger change is first, else the one that was first; whatever has no change stays where it is. */
	cell[14].change = 0.1;
	cell[13].change = 0.1;
	cells = iop_gate_notable(&gate, &n);
	assert_int_equal(n, gate.count);
	assert_ptr_equal(cells[0], &cell[15]);
	/* Slower ones and those with more accesses weigh the same. */
	assert_ptr_equal(cells[1], &cell[13]);
	assert_ptr_equal(cells[2], &cell[14]);
	assert_ptr_equal(cells[3], &cell[11]);
	assert_ptr_equal(cells[4], &cell[12]);
	assert_ptr_equal(cells[5], &cell[9]);
	assert_ptr_equal(cells[6], &cell[10]);
	assert_ptr_equal(cells[7], &cell[8]);
	assert_ptr_equal(cells[8], &cell[6]);
	assert_ptr_equal(cells[9], &cell[7]);
	for (size_t f = 10; f < 14; f++)
		assert_int_equal(cells[f]->verdict, IOP_VERDICT_FASTER);
	assert_ptr_equal(cells[14], &cell[0]);
	assert_ptr_equal(cells[15], &cell[1]);
	free(cells);
	/* The largest change first, then the smaller ones. */
	gate.count = 0;
	cells = iop_gate_notable(&gate, &n);
	assert_int_equal(n, 0);
	free(cells);
	begin(NULL);
	gate.count = 3;
	for (size_t f = 0; f < 3; f++) {
		cell[f].verdict = IOP_VERDICT_SLOWER;
		cell[f].change = f == 1 ? 0.3 : 0.1;
	}
	for (size_t again = 0; again < 2; again++) {
		cells = iop_gate_notable(&gate, &n);
		assert_ptr_equal(cells[0], &cell[1]);
		assert_ptr_equal(cells[1], &cell[0]);
		assert_ptr_equal(cells[2], &cell[2]);
		free(cells);
	}
	/* However large it is, what it is decides first. */
	cell[1].verdict = IOP_VERDICT_FASTER;
	cells = iop_gate_notable(&gate, &n);
	assert_ptr_equal(cells[2], &cell[1]);
	free(cells);
}

static void concludes(int code, const char *expected)
{
	char text[TEXT];

	iop_gate_conclusion(&gate, code, text, sizeof(text));
	assert_string_equal(text, expected);
}

static void a_conclusion_for_each_code(void **state)
{
	char text[TEXT];

	(void)state;
	gate.count = 4;
	gate.changed = 5;
	concludes(IOP_EXIT_CLEAN, "PASS");
	gate.unresolved = 2;
	concludes(IOP_EXIT_CLEAN, "PASS: 3 of 5 changed cells would have shown a slowdown of 5 %, 2 are unresolved");
	gate.options.time = false;
	concludes(IOP_EXIT_CLEAN, "PASS");
	concludes(IOP_EXIT_NOTHING, "NOTHING to compare on this machine");
	concludes(IOP_EXIT_INTERRUPTED, "INTERRUPTED: no verdict; results so far");
	cell[0].verdict = IOP_VERDICT_ERROR;
	cell[1].uncounted = cell[2].uncounted = true;
	concludes(IOP_EXIT_USAGE, "ERROR: 3 cells cannot be judged");
	cell[0].verdict = IOP_VERDICT_SLOWER;
	concludes(IOP_EXIT_FINDING, "FAIL: 1 slower by more than 2 % (false alarm in 5 % of runs at most)");
	/* Too many instructions of what is slower are no news. */
	cell[0].too_many = true;
	concludes(IOP_EXIT_FINDING, "FAIL: 1 slower by more than 2 % (false alarm in 5 % of runs at most)");
	cell[1].too_many = true;
	concludes(IOP_EXIT_FINDING, "FAIL: 1 slower by more than 2 % (false alarm in 5 % of runs at most), too many instructions");
	cell[1].more_accesses = cell[2].more_accesses = true;
	concludes(IOP_EXIT_FINDING,
		  "FAIL: 1 slower by more than 2 % (false alarm in 5 % of runs at most), 2 with more device accesses, "
		  "too many instructions");
	for (size_t size = 8; size < sizeof(text) - 1; size++) {
		memset(text, '!', sizeof(text));
		iop_gate_conclusion(&gate, IOP_EXIT_FINDING, text, size);
		assert_true(strlen(text) < size && text[size] == '!');
	}
	snprintf(gate.unfit, sizeof(gate.unfit), "no");
	concludes(IOP_EXIT_UNFIT, "UNFIT: no verdict, no");
	concludes(IOP_EXIT_FINDING, "FAIL: 2 with more device accesses, too many instructions; no verdict on time: no");
	for (size_t size = 8; size < sizeof(text) - 1; size++) {
		memset(text, '!', sizeof(text));
		iop_gate_conclusion(&gate, IOP_EXIT_FINDING, text, size);
		assert_true(strlen(text) < size && text[size] == '!');
	}
	cell[1].more_accesses = cell[2].more_accesses = false;
	concludes(IOP_EXIT_FINDING, "FAIL: too many instructions; no verdict on time: no");
	cell[1].too_many = false;
	cell[1].more_accesses = true;
	concludes(IOP_EXIT_FINDING, "FAIL: 1 with more device accesses; no verdict on time: no");
}

static void resolutions_are_those_of_measured_cells(void **state)
{
	(void)state;
	gate.count = 6;
	says(iop_gate_resolution, "no cell needed measuring");
	cell[0].resolution = 0.04;
	cell[1].resolution = 0.01;
	cell[2].resolution = 0.1;
	cell[3].resolution = 0.5;
	cell[3].role = IOP_ROLE_PINNED;
	cell[2].verdict = IOP_VERDICT_UNRESOLVED;
	says(iop_gate_resolution,
	     "half of the cells would show a slowdown of 4.0 %, the least sensitive 10.0 %; 1 would not show 5 %");
}

static void placement_is_of_the_candidate_or_the_base(void **state)
{
	static const char base[] = "3 of 9 functions of the base begin at no multiple of 64 bytes,";
	char text[TEXT];

	(void)state;
	says(iop_gate_placement, "");
	gate.unaligned[IOP_BASE] = 3;
	gate.batches[IOP_BASE] = 9;
	gate.batches[IOP_CANDIDATE] = 8;
	iop_gate_placement(&gate, text, sizeof(text));
	assert_ptr_equal(strstr(text, base), text);
	gate.unaligned[IOP_CANDIDATE] = 2;
	iop_gate_placement(&gate, text, sizeof(text));
	assert_ptr_equal(strstr(text, "2 of 8 functions of the candidate begin"), text);
	gate.options.time = false;
	says(iop_gate_placement, "");
}

static void controls_are_clean_or_found(void **state)
{
	static const enum iop_gate_verdict verdicts[] = {IOP_VERDICT_NO_CHANGE, IOP_VERDICT_UNRESOLVED, IOP_VERDICT_SLOWER};

	(void)state;
	gate.count = 8;
	says(iop_gate_controls, "not measured");
	for (size_t i = 0; i < 3; i++) {
		cell[i].role = IOP_ROLE_NEGATIVE;
		cell[i + 3].role = IOP_ROLE_PINNED;
		cell[i].verdict = cell[i + 3].verdict = verdicts[i];
	}
	cell[6].role = IOP_ROLE_PLANTED;
	says(iop_gate_controls, "not measured");
	cell[6].change = 0.12;
	says(iop_gate_controls, "4 of 6 of same code clean, planted +10 % NOT DETECTED (+12.0 %)");
	cell[6].verdict = IOP_VERDICT_SLOWER;
	says(iop_gate_controls, "4 of 6 of same code clean, planted +10 % detected (+12.0 %)");
	gate.options.time = false;
	says(iop_gate_controls, "not measured");
}

static void a_summary_counts_what_there_was(void **state)
{
	char text[TEXT];

	(void)state;
	says(iop_gate_summary, "0 cells: 0 same code, 0 measured; 0.0 s");
	gate.count = 10;
	gate.seconds = 1.5;
	cell[0].verdict = IOP_VERDICT_SAME_CODE;
	cell[1].role = IOP_ROLE_NEGATIVE;
	cell[1].screened = cell[3].screened = IOP_GATE_SCREEN;
	cell[2].screened = IOP_GATE_SCREEN / 2;
	cell[4].screened = IOP_GATE_SCREEN / 2 - 1;
	says(iop_gate_summary, "8 cells: 2 same code, 2 measured; 1.5 s");
	cell[5].verdict = IOP_VERDICT_ABSENT;
	says(iop_gate_summary, "8 cells: 2 same code, 2 measured, 1 not on this machine; 1.5 s");
	gate.added = 3;
	says(iop_gate_summary, "8 cells: 2 same code, 2 measured, 1 not on this machine; 3 new, 0 gone; 1.5 s");
	gate.added = 0;
	gate.gone = 4;
	gate.skipped = 5;
	gate.unconfirmed = 6;
	says(iop_gate_summary, "8 cells: 2 same code, 2 measured, 1 not on this machine; 0 new, 4 gone, 5 not measured for lack of "
			       "time (--budget, --filter), 6 not confirmed for lack of time (--budget); 1.5 s");
	for (size_t size = 1; size < sizeof(text) - 1; size++) {
		memset(text, '!', sizeof(text));
		iop_gate_summary(&gate, text, size);
		assert_true(strlen(text) < size && text[size] == '!');
	}
}

static void the_verdict_as_json(void **state)
{
	json_t *json, *options, *cells;

	(void)state;
	gate.count = 3;
	for (int same = -1; same < 2; same++)
		cell[same + 1].same = same;
	cell[1].flags = IOP_CELL_SYSCALL;
	gate.options.module[IOP_BASE] = (struct iop_launcher_paths){{"a.so"}, 1};
	gate.options.module[IOP_CANDIDATE] = (struct iop_launcher_paths){{"b.so", "c.so"}, 2};
	json = iop_gate_json(&gate, 3);
	assert_int_equal(json_integer_value(json_object_get(json, "exit")), 3);
	options = json_object_get(json, "options");
	assert_string_equal(json_string_value(json_object_get(options, "base")), "a.so");
	assert_int_equal(json_array_size(json_object_get(options, "candidate")), 2);
	cells = json_object_get(json, "cells");
	assert_null(json_object_get(json_array_get(cells, 0), "same_code"));
	assert_true(json_is_false(json_object_get(json_array_get(cells, 1), "same_code")));
	assert_true(json_is_true(json_object_get(json_array_get(cells, 2), "same_code")));
	assert_true(json_is_false(json_object_get(json_array_get(cells, 1), "paired")));
	assert_null(json_object_get(json_array_get(cells, 0), "paired"));
	json_decref(json);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(each_verdict_has_its_words, begin),
		cmocka_unit_test_setup(details_name_what_differs, begin),
		cmocka_unit_test_setup(details_name_accesses_of_a_device, begin),
		cmocka_unit_test_setup(what_is_new_has_a_line, begin),
		cmocka_unit_test_setup(the_most_important_is_first, begin),
		cmocka_unit_test_setup(a_conclusion_for_each_code, begin),
		cmocka_unit_test_setup(resolutions_are_those_of_measured_cells, begin),
		cmocka_unit_test_setup(placement_is_of_the_candidate_or_the_base, begin),
		cmocka_unit_test_setup(controls_are_clean_or_found, begin),
		cmocka_unit_test_setup(a_summary_counts_what_there_was, begin),
		cmocka_unit_test_setup(the_verdict_as_json, begin),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
