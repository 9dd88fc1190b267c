/* SPDX-License-Identifier: MIT */
/* What a run measured: what follows from its launches, the table of it, and the file that it is stored in. */
#include "stored_results.h"
#include "stored_home.h"

#include <store/reader.h>
#include <store/store.h>
#include <store/table.h>

#include <jansson.h>

static void values_follow_from_launches(void **state)
{
	static const struct iop_cell cells[] = {{.name = "a", .baseline = "b"}, {.name = "b"}};
	struct iop_results results;
	double low, high;

	(void)state;
	begin_results(&results, cells, 2);
	assert_true(isnan(iop_result_spread(results.row)) && isnan(iop_result_speed(results.row, &low, &high)) && isnan(low));
	for (size_t i = 0; i < 20; i++) {
		add_launch(&results, 0, (double)i + 1, 2);
		add_launch(&results, 1, 3, 2);
		assert_int_equal(results.row->samples, i + 1);
		assert_true(results.row->real_ns[i] == (double)i + 1 && results.row->cpu_ns[i] == ((double)i + 1) / 2);
		assert_true(iop_result_median(results.row) == ((double)i + 2) / 2);
		if (i == 0)
			assert_true(isnan(iop_result_spread(results.row)));
		if (i == 1)
			assert_true(fabs(iop_result_spread(results.row) - 0.5 / 1.5) < 1e-12);
	}
	assert_true(iop_result_speed(results.row, &low, &high) == 2 && low == 2 && high == 2);
	assert_true(iop_result_speed(results.row, NULL, NULL) == 2);
	assert_true(isnan(iop_result_speed(&results.row[1], &low, &high)) && isnan(low) && isnan(high));
	assert_ptr_equal(iop_results_find(&results, "b"), &results.row[1]);
	assert_null(iop_results_find(&results, "c"));
	iop_results_free(&results);
}

static void controls_calibrate(void **state)
{
	static const struct iop_cell cells[] = {{.name = IOP_CELL_NAME_CYCLE}, {.name = IOP_CELL_NAME_EMPTY}, {.name = "a"}};
	struct iop_results results;

	(void)state;
	begin_results(&results, cells, 3);
	iop_results_calibrate(&results);
	assert_true(results.cycles_per_ns == 0 && results.empty_ns == 0);
	for (size_t i = 0; i < 3; i++) {
		add_launch(&results, 0, 10 + (double)i, NAN);
		add_launch(&results, 1, 1 + (double)i, NAN);
	}
	iop_results_calibrate(&results);
	assert_true(results.cycles_per_ns == IOP_CELLS_CYCLES_PER_OP / 10. && results.empty_ns == 2);
	assert_true(fabs(results.empty_range[0] - 1.2) < 1e-12 && fabs(results.empty_range[1] - 2.8) < 1e-12);
	iop_results_free(&results);
	begin_results(&results, &cells[2], 1);
	iop_results_calibrate(&results);
	assert_true(results.cycles_per_ns == 0 && results.empty_ns == 0);
	iop_results_free(&results);
}

#define CELL(o, b, r, ...)                                                                   \
	{                                                                                    \
		.name = o "/" b "/" r "/1", .op = o, .backend = b, .routine = r, __VA_ARGS__ \
	}

/* Two operations on one backend and one on another; of every kind one. */
static const struct iop_cell cells[] = {
	CELL("toio", "mmio", "base", .bytes = 64, .tier = "STRICT", .widths = 8),
	CELL("set", "mmio", "one"),
	CELL("toio", "mmio", "faster", .bytes = 64, .baseline = "toio/mmio/base/1", .tier = "WIDE"),
	CELL("toio", "mmio", "slower", .baseline = "toio/mmio/base/1", .tier = "MEM", .flags = IOP_CELL_ILLEGAL | IOP_CELL_LATENCY),
	CELL("toio", "wc", "old", .flags = IOP_CELL_ILLEGAL),
	CELL("toio", "mmio", "checked-and-of-a-longer-name", .flags = IOP_CELL_ILLEGAL | IOP_CELL_CHECKED),
	CELL("toio", "mmio", "user", .flags = IOP_CELL_NOT_JUDGED),
	CELL("toio", "mmio", "bad", .flags = IOP_CELL_NOT_JUDGED | IOP_CELL_ILLEGAL),
	CELL("toio", "mmio", "alike", .baseline = "toio/mmio/base/1"),
	CELL("toio", "mmio", "alone", .baseline = "toio/mmio/none/1"),
	CELL("toio", "mmio", "failed"),
	CELL("toio", "mmio", "missing"),
	CELL("set", "mmio", "two"),
	CELL("set", "mmio", "three"),
	CELL("set", "mmio", "four"),
};
#define CELLS (sizeof(cells) / sizeof(cells[0]))
enum {
	BASE,
	ONE,
	FASTER,
	SLOWER,
	OLD,
	CHECKED,
	USER,
	BAD,
	ALIKE,
	ALONE,
	FAILED,
	MISSING,
	TWO,
	THREE,
	FOUR
};

static void fill(struct iop_results *r, size_t launches)
{
	begin_results(r, cells, CELLS);
	for (size_t i = 0; i < launches; i++) {
		const double more = (double)(i % 2);

		add_launch(r, BASE, 10 + more / 100, NAN);
		add_launch(r, ONE, 1e7, NAN);
		add_launch(r, FASTER, 5 + more / 4, 2 + more / 4);
		add_launch(r, SLOWER, 20 + 20 * more, 0.25 + more / 4);
		add_launch(r, OLD, 123456, NAN);
		add_launch(r, CHECKED, 1, NAN);
		add_launch(r, USER, 0.1, NAN);
		add_launch(r, BAD, 0.9996, NAN);
		add_launch(r, ALIKE, 10, 0.5);
		add_launch(r, ALONE, 9.95, 0.5);
		add_launch(r, TWO, 0.01, NAN);
		add_launch(r, THREE, 9999999, NAN);
	}
	add_launch(r, FOUR, 1, NAN);
	r->row[FAILED].error = strdup("why");
	r->row[BASE].instructions = 7;
	r->row[BASE].device.known = true;
	r->row[BASE].device.count[IOP_ACCESS_WRITE][3] = 8;
	r->row[ONE].instructions = 99.5;
	r->row[FASTER].instructions = 100.5;
	r->row[FASTER].error = strdup("others failed");
	r->row[ALIKE].is_its_baseline = true;
	r->row[OLD].device = (struct iop_accesses){.known = true};
	for (int d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (int w = 0; w < 5; w++)
			r->row[OLD].device.count[d][w] = 1;
}

static void a_table_has_a_row_for_each_cell(void **state)
{
	static const char expected[] =
		"device side: cached memory\n"
		"\n"
		"toio mmio\n"
		"cell                                     device    instr     ns/op    +-%  B/cycle  speed (another run's) "
		"against\n"
		"toio/mmio/base/1                           8 w8        7      10.0  0.050     3.20  \n"
		"toio/mmio/faster/1                            -      100       5.1    2.4      6.2  2.1x (2.0-2.2) base  WIDE  "
		"(12 launches: others failed)\n"
		"toio/mmio/slower/1                            -        -        30     33        -  0.4x (0.2-0.5) base  MEM\n"
		"toio/mmio/checked-and-of-a-longer-name/1      -        -      1.00  0.000        -    not as claimed\n"
		"toio/mmio/user/1                              -        -     0.100  0.000        -    not judged\n"
		"toio/mmio/bad/1                               -        -      1.00  0.000        -    MEM\n"
		"toio/mmio/alike/1                             -        -      10.0  0.000        -  = base\n"
		"toio/mmio/alone/1                             -        -      9.95  0.000        -  \n"
		"toio/mmio/failed/1                        why\n"
		"toio/mmio/missing/1                       not measured\n"
		"\n"
		"set mmio\n"
		"cell                     device    instr     ns/op    +-%  B/cycle  speed (another run's) against\n"
		"set/mmio/one/1                -    99.50  1.00e+07  0.000        -  \n"
		"set/mmio/two/1                -        -    0.0100  0.000        -  \n"
		"set/mmio/three/1              -        -  10000000  0.000        -  \n"
		"set/mmio/four/1               -        -         1      -        -  \n"
		"\n"
		"toio wc\n"
		"cell                                      device    instr     ns/op    +-%  B/cycle  speed (another run's) "
		"against\n"
		"toio/wc/old/1            1 r16 + 1 r8 + 1 r4 ...        -    123000  0.000        -    MEM\n";
	struct iop_results r;

	(void)state;
	fill(&r, 12);
	r.cycles_per_ns = 2;
	r.memory = "cached memory";
	assert_string_equal(PRINTED(iop_table_print(out, &r, false)), expected);
	iop_results_free(&r);
}

static void colours_are_for_what_another_run_would_show(void **state)
{
	struct iop_results r;
	const char *text;

	(void)state;
	fill(&r, 12);
	text = PRINTED(iop_table_print(out, &r, true));
	assert_non_null(strstr(text, "\033[32m2.1x\033[0m (2.0-2.2) base  WIDE"));
	assert_non_null(strstr(text, "\033[31m0.4x\033[0m (0.2-0.5) base  MEM"));
	iop_results_free(&r);
}

static void a_context_says_what_figures_rest_on(void **state)
{
	static const char few[] = " (too few for an interval of 95 %: 9 are enough)";
	static struct iop_machine machine = {.cpu = "Some CPU", .pinned_cpu = 3, .warnings = 1, .warning = {"busy"}};
	struct iop_results r;
	const char *text;

	(void)state;
	for (size_t launches = 8; launches < 10; launches++) {
		begin_results(&r, cells, CELLS - 1);
		for (size_t i = 0; i < launches; i++) {
			add_launch(&r, BASE, 1, NAN);
			add_launch(&r, FASTER, 1, NAN);
			add_launch(&r, SLOWER, 1, NAN);
		}
		add_launch(&r, FASTER, 1, NAN);
		text = PRINTED(iop_table_context(out, &r, &machine, false));
		assert_non_null(strstr(text, launches == 8 ? "\n3 of 14 cells measured, each in 8 launches or more, interleaved"
							   : "\n3 of 14 cells measured, each in 9 launches or more, interleaved; "
							     "Some CPU, CPU 3\ndevice:"));
		assert_int_equal(strstr(text, few) != NULL, launches == 8);
		assert_non_null(strstr(text, "\nSTRICT-S, WIDE, WIDE-M: "));
		assert_non_null(strstr(text, "\nMEM: not for devices"));
		assert_non_null(strstr(text, "\nwarning: busy\n"));
		r.partial = true;
		r.cycles_per_ns = 2;
		r.empty_ns = 0.5;
		text = PRINTED(iop_table_context(out, &r, &machine, false));
		assert_non_null(
			strstr(text, " (interrupted: partial); Some CPU, CPU 3, 2.00 cycles/ns; the empty loop costs 0.50 ns/op"));
		iop_results_free(&r);
	}
	/* What was not measured, and what is legal for every device, needs no word. */
	begin_results(&r, cells, CELLS);
	text = PRINTED(iop_table_context(out, &r, &machine, false));
	assert_non_null(strstr(text, "\n0 of 15 cells measured, each in 0 launches or more, interleaved; Some CPU"));
	add_launch(&r, BASE, 1, NAN);
	add_launch(&r, ONE, 1, NAN);
	text = PRINTED(iop_table_context(out, &r, &machine, false));
	assert_null(strstr(text, "STRICT-S"));
	assert_null(strstr(text, "MEM"));
	add_launch(&r, SLOWER, 1, NAN);
	text = PRINTED(iop_table_context(out, &r, &machine, false));
	assert_null(strstr(text, "STRICT-S"));
	iop_results_free(&r);
}

static void a_file_holds_what_was_measured(void **state)
{
	static const struct iop_machine machine = {.cpu = "Some CPU", .load_before = 1. / 3};
	static const struct iop_cell_env env = {.seed = 7};
	char program[4096] = "", text[64];
	struct iop_results r;
	struct iop_run run;
	json_t *root, *row;
	FILE *in;

	(void)state;
	fill(&r, 3);
	assert_int_equal(iop_store_write("r.json", &r, &machine, "bench", &env), 0);
	assert_int_equal(iop_run_read("r.json", &run, NULL), 0);
	/* All but the one that says nothing. */
	assert_int_equal(run.count, CELLS - 1);
	assert_true(run.dirty && !run.partial);
	assert_string_equal(run.commit, "0123456789abcdef");
	assert_true(run.cells[BASE].ns == 10 && run.cells[BASE].bytes == 64 && isnan(run.cells[BASE].cycles_per_op));
	assert_true(run.cells[BASE].launches == 3 && run.cells[BASE].interval && run.cells[BASE].low == 10 &&
		    run.cells[BASE].high == 10.01);
	assert_true(run.cells[FASTER].speed == 2 && run.cells[FASTER].speed_high == 2.25 && isnan(run.cells[ONE].bytes_per_second));
	assert_true(run.cells[SLOWER].latency && !run.cells[SLOWER].legal &&
		    run.cells[BASE].device.count[IOP_ACCESS_WRITE][3] == 8);
	assert_string_equal(run.cells[FAILED].error, "why");
	assert_string_equal(run.cells[USER].module, "mmio");
	assert_string_equal(run.cells[CHECKED].module, "mmio");
	assert_string_equal(run.cells[OLD].module, "");
	iop_run_free(&run);
	root = json_load_file("r.json", 0, NULL);
	assert_true(readlink("/proc/self/exe", program, sizeof(program) - 1) > 0);
	assert_string_equal(json_string_value(json_object_get(json_object_get(root, "context"), "executable")), program);
	row = json_object_get(root, "benchmarks");
	assert_null(json_object_get(json_array_get(row, BASE), "bytes_per_cycle"));
	assert_null(json_object_get(json_array_get(row, BASE), "cycles_per_op"));
	assert_null(json_object_get(json_array_get(row, ONE), "bytes_per_second"));
	assert_true(json_is_true(json_object_get(json_array_get(row, BASE), "legal")));
	assert_true(json_is_false(json_object_get(json_array_get(row, OLD), "legal")));
	assert_true(json_is_false(json_object_get(json_array_get(row, BAD), "legal")));
	assert_null(json_object_get(json_array_get(row, USER), "legal"));
	json_decref(root);
	/* A line for each member of the context, with ten digits. */
	in = fopen("r.json", "r");
	assert_non_null(in);
	snprintf(text, sizeof(text), "none");
	while (strcmp(text, " \"load_before\": 0.3333333333,\n") != 0)
		assert_non_null(fgets(text, sizeof(text), in));
	fclose(in);
	r.cycles_per_ns = 2;
	assert_int_equal(iop_store_write("r.json", &r, &machine, "bench", &env), 0);
	assert_int_equal(iop_run_read("r.json", &run, NULL), 0);
	assert_true(run.cells[BASE].cycles_per_op == 20 && run.cells[BASE].bytes_per_cycle == 3.2 &&
		    isnan(run.cells[ONE].bytes_per_cycle));
	iop_run_free(&run);
	iop_results_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_follow_from_launches),
		cmocka_unit_test(controls_calibrate),
		cmocka_unit_test(a_table_has_a_row_for_each_cell),
		cmocka_unit_test(colours_are_for_what_another_run_would_show),
		cmocka_unit_test(a_context_says_what_figures_rest_on),
		IN_A_FOLDER(a_file_holds_what_was_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
