/* SPDX-License-Identifier: MIT */
/* Two runs side by side: which quantities may be compared, what each row says, and how it is written. */
#include "stored_parse.h"

#include <store/compare.h>

#include <stdlib.h>

#define ON(arch, cpu)	    "\"arch\": \"" arch "\", \"cpu_model\": \"" cpu "\""
#define RUN(context, rows)  "{\"context\": {" context "}, \"benchmarks\": [" rows "]}"
#define ROW(name, ns, more) "{\"name\": \"" name "\", \"real_time\": " #ns more "}"
#define CYCLE(ns)	    ROW("control/none/cycle/0", ns, "")

static struct iop_run a, b;
static struct iop_compare c;

static void compare(const char *text_a, const char *text_b)
{
	read_run(&a, text_a);
	read_run(&b, text_b);
	assert_int_equal(iop_compare(&c, &a, &b), 0);
}

static void forget(void)
{
	iop_compare_free(&c);
	iop_run_free(&a);
	iop_run_free(&b);
}

/* What is printed; to be freed. */
static char *printed(void)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	iop_compare_print(out, &c);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void prints(const char *const *lines, size_t n)
{
	char *text = printed();

	for (size_t i = 0; i < n; i++)
		if (!strstr(text, lines[i]))
			fail_msg("no line:\n%sin\n%s", lines[i], text);
	free(text);
}

#define PRINTS(...) prints((const char *const[]){__VA_ARGS__}, sizeof((const char *const[]){__VA_ARGS__}) / sizeof(char *))

static void times_are_of_one_machine(void **state)
{
	static const char unnamed[] = "A is from a machine it does not name, B from a machine it does not name";
	static const char clock[] = "has CPU times, the other wall-clock times";
	static const struct {
		const char *a, *b, *why_not;
	} runs[] = {
		{ON("x", "c"), ON("x", "c"), ""},
		{ON("x", "c"), ON("x", "d"), "A is from x c, B from x d"},
		{ON("x", "c"), ON("y", "c"), "A is from x c, B from y c"},
		{ON("x", "c"), ON("x", ""), "A is from x c, B from x a machine it does not name"},
		{ON("", "c"), ON("", "c"), "A is from c, B from c"},
		{ON("x", "c"), ON("x", "c") ", \"emulator\": \"q\"", "A is from x c, B from x c under q"},
		{ON("x", "c"), ON("x", "c") ", \"hypervisor\": \"k\"", "A is from x c, B from x c"},
		{"\"host_name\": \"h\"", "\"host_name\": \"h\"", ""},
		{"\"host_name\": \"h\"", "\"host_name\": \"i\"", "A is from h, B from i"},
		{"", "", unnamed},
		{ON("x", "c"), ON("x", "c") ", \"clock\": \"cpu\"", clock},
		{ON("x", "c") ", \"clock\": \"cpu\"", ON("x", "c") ", \"clock\": \"wall\"", clock},
		{ON("x", "c") ", \"clock\": \"cpu\"", ON("x", "c") ", \"clock\": \"cpu\"", ""},
		{ON("x", "c") ", \"clock\": \"cpu\"", ON("x", "d"), "A is from x c, B from x d"},
		{ON("x", "c") ", \"host_name\": \"h\"", "\"host_name\": \"h\"", "A is from x c, B from h"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		char text[2][256];
		const char *why;

		snprintf(text[0], sizeof(text[0]), RUN("%s", ROW("a", 1, "")), runs[i].a);
		snprintf(text[1], sizeof(text[1]), RUN("%s", ROW("a", 1, "")), runs[i].b);
		compare(text[0], text[1]);
		why = c.why_not[IOP_COMPARE_TIME];
		if (runs[i].why_not == clock) {
			assert_int_equal(*why, i == 10 ? 'B' : 'A');
			why += 2;
		}
		assert_string_equal(why, runs[i].why_not);
		assert_int_equal(c.values[IOP_COMPARE_TIME], !*why);
		forget();
	}
}

static void the_reference_is_in_both(void **state)
{
	static const char without_a[] = "A did not measure it", without_b[] = "B did not measure it";
	static const struct {
		const char *a, *b, *why_not;
	} runs[] = {
		{RUN("", CYCLE(1)), RUN("", CYCLE(2)), ""},	   {RUN("", ""), RUN("", CYCLE(2)), without_a},
		{RUN("", CYCLE(1)), RUN("", ""), without_b},	   {RUN("", CYCLE(0)), RUN("", CYCLE(2)), without_a},
		{RUN("", CYCLE(1)), RUN("", CYCLE(0)), without_b}, {RUN("", ""), RUN("", ""), without_a},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		compare(runs[i].a, runs[i].b);
		assert_string_equal(c.why_not[IOP_COMPARE_REFERENCE_TIME], runs[i].why_not);
		assert_string_equal(c.why_not[IOP_COMPARE_INSTRUCTIONS],
				    "A is for an unknown architecture, B for an unknown architecture");
		forget();
	}
	compare(RUN(ON("x", "c"), ""), RUN(ON("y", "c"), ""));
	assert_string_equal(c.why_not[IOP_COMPARE_INSTRUCTIONS], "A is for x, B for y");
	forget();
	compare(RUN(ON("x", "c"), ""), RUN(ON("x", "d"), ""));
	assert_string_equal(c.why_not[IOP_COMPARE_INSTRUCTIONS], "");
	forget();
}

#define QUARTILES(low, high)  ", \"real_time_p25\": " #low ", \"real_time_p75\": " #high
#define BESIDE(of, low, high) ", \"baseline\": \"" of "\", \"speed_vs_baseline_min\": " #low ", \"speed_vs_baseline_max\": " #high

/* Touching ranges overlap, so do unknown ones. */
static void ranges_overlap_or_not(void **state)
{
	static const struct {
		const char *a, *b;
		bool times, speeds;
	} rows[] = {
		{QUARTILES(1, 2) BESIDE("s", 1, 2), QUARTILES(3, 4) BESIDE("s", 3, 4), false, false},
		{QUARTILES(3, 4) BESIDE("s", 3, 4), QUARTILES(1, 2) BESIDE("s", 1, 2), false, false},
		{QUARTILES(1, 2) BESIDE("s", 1, 2), QUARTILES(2, 4) BESIDE("s", 2, 4), true, true},
		{QUARTILES(2, 4) BESIDE("s", 2, 4), QUARTILES(1, 2) BESIDE("s", 1, 2), true, true},
		{QUARTILES(1, 4) BESIDE("s", 3, 4), QUARTILES(2, 3) BESIDE("s", 1, 2), true, false},
		{QUARTILES(2, 3) BESIDE("s", 1, 9), QUARTILES(1, 4) BESIDE("s", 3, 4), true, true},
		{"", QUARTILES(1, 4) BESIDE("s", 3, 4), true, true},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[2][1024];

		snprintf(text[0], sizeof(text[0]), RUN(ON("x", "c"), ROW("a", 1, "%s") "," CYCLE(2)), rows[i].a);
		snprintf(text[1], sizeof(text[1]), RUN(ON("x", "c"), ROW("a", 1, "%s") "," CYCLE(2)), rows[i].b);
		compare(text[0], text[1]);
		assert_int_equal(c.row[0].value[IOP_COMPARE_TIME].overlap, rows[i].times);
		assert_int_equal(c.row[0].value[IOP_COMPARE_SPEED].overlap, rows[i].speeds);
		forget();
	}
}

static void ratios_and_their_mean(void **state)
{
	static const char side_a[] =
		RUN(ON("x", "c"),
		    CYCLE(2) "," ROW("p", 1, ", \"instructions\": 0, \"accesses\": 4") "," ROW(
			    "q", 8, ", \"instructions\": 1e-300") "," ROW("r", 3,
									  ", \"baseline\": \"p\", \"speed_vs_baseline\": "
									  "2") "," ROW("s", 3, "") "," ROW("u", 0,
													   "") "," ROW("control/"
														       "none/"
														       "empty/0",
														       1, ""));
	static const char side_b[] = RUN(
		ON("x", "c"),
		ROW("q", 1, ", \"instructions\": 1e300") "," CYCLE(4) "," ROW("p", 2, ", \"instructions\": 5, \"accesses\": 0") "," ROW(
			"r", 3,
			", \"baseline\": \"q\", \"speed_vs_baseline\": 2") "," ROW("t", 1,
										   "") "," ROW("u", 1,
											       "") "," ROW("control/none/empty/0",
													   7,
													   "") "," ROW("v", 1, ""));
	const struct iop_compare_value *v;

	(void)state;
	compare(side_a, side_b);
	assert_true(c.count == 6 && c.only_a == 1 && c.only_b == 2);
	/* In A's order: the reference, p, q, r, u, the other control. */
	v = c.row[0].value;
	assert_true(v[IOP_COMPARE_TIME].ratio == 2 && isnan(v[IOP_COMPARE_REFERENCE_TIME].a));
	v = c.row[1].value;
	assert_true(v[IOP_COMPARE_TIME].a == 1 && v[IOP_COMPARE_TIME].b == 2 && v[IOP_COMPARE_TIME].ratio == 2);
	assert_true(v[IOP_COMPARE_REFERENCE_TIME].a == 0.5 && v[IOP_COMPARE_REFERENCE_TIME].b == 0.5);
	assert_true(v[IOP_COMPARE_INSTRUCTIONS].b == 5 && isnan(v[IOP_COMPARE_INSTRUCTIONS].ratio));
	assert_true(v[IOP_COMPARE_ACCESSES].ratio == 0);
	v = c.row[2].value;
	assert_true(v[IOP_COMPARE_TIME].ratio == 0.125 && v[IOP_COMPARE_INSTRUCTIONS].b == 1e300 &&
		    isnan(v[IOP_COMPARE_INSTRUCTIONS].ratio));
	/* Speeds against two baselines say nothing. */
	assert_true(isnan(c.row[3].value[IOP_COMPARE_SPEED].a));
	assert_true(isnan(c.row[4].value[IOP_COMPARE_TIME].a) && isnan(c.row[4].value[IOP_COMPARE_TIME].b));
	assert_int_equal(c.values[IOP_COMPARE_TIME], 5);
	assert_int_equal(c.values[IOP_COMPARE_SPEED], 0);
	/* 2, 1/8 and 1, without controls. */
	assert_true(fabs(c.geometric_mean[IOP_COMPARE_TIME] - cbrt(0.25)) < 1e-12);
	assert_true(isnan(c.geometric_mean[IOP_COMPARE_ACCESSES]) && isnan(c.geometric_mean[IOP_COMPARE_INSTRUCTIONS]));
	PRINTS("6 cells in both, 1 only in A, 2 only in B;", "geometric mean of B / A, ns/op: 0.630\n");
	forget();
}

static void numbers_have_their_width(void **state)
{
	static const char side_a[] = RUN(
		ON("x", "c"),
		ROW("a", 9.994, "") "," ROW("b", 10, "") "," ROW("c", 99.94, "") "," ROW("d", 100, "") "," ROW(
			"e", 999999,
			"") "," ROW("f", 1e6, "") "," ROW("g", 999e6, "") "," ROW("h", 1e9,
										  "") "," ROW("i", 0.01,
											      "") "," ROW("j", 0.009,
													  ", \"instructions\": 0"));
	static const char side_b[] = RUN(
		ON("x", "c"),
		ROW("a", 9.994, "") "," ROW("b", 100, "") "," ROW("c", 999.3, "") "," ROW("d", 1, "") "," ROW("e", 1, "") "," ROW(
			"f", 1e6, "") "," ROW("g", 999e6, "") "," ROW("h", 1e9, "") "," ROW("i", 0.01,
											    "") "," ROW("j", 0.009,
													", \"instructions\": 0"));

	(void)state;
	compare(side_a, side_b);
	PRINTS("\ncell        A        B    ns/op          A        B   instr.  \n",
	       "\na        9.99     9.99    +0.0%~         -        -        -  \n",
	       "\nb        10.0      100      10x~         -        -        -  \n", "\nc        99.9      999  +899.9%~ ",
	       "\nd         100     1.00   -99.0%~ ", "\ne      999999     1.00  -100.0%~ ", "\nf        1.0M     1.0M ",
	       "\ng      999.0M   999.0M ", "\nh    1.00e+09 1.00e+09 ", "\ni        0.01     0.01 ",
	       "\nj    9.00e-03 9.00e-03    +0.0%~      0.00     0.00        -  \n", "compared      ns/op ",
	       "compared      instr.       instructions per operation\n", "not compared  / reference  A did not measure it\n",
	       "A  no date  no commit  x c  google-benchmark\n   a.json\n");
	forget();
}

#define HASH(text) ", \"code_hash\": \"" text "\""

static void rows_say_what_is_known_of_their_code(void **state)
{
	static const char side_a[] =
		RUN("\"modules\": [{\"file\": \"a.so\", \"name\": \"same\", \"build\": \"0a\"}, {\"file\": \"b.so\","
		    " \"name\": \"other\", \"build\": \"0b\"}, {\"file\": \"c.so\", \"name\": \"mine\"}],"
		    " \"commit\": \"0123456789abcdef\", \"dirty\": true",
		    ROW("longer", 1, HASH("1")) "," ROW("q", 1, HASH("2")) "," ROW("r", 1, HASH("3")) "," ROW("s", 1, "") "," ROW(
			    "t", 0, "") "," ROW("u", 1, ""));
	static const char side_b[] =
		RUN("\"modules\": [{\"file\": \"d.so\", \"name\": \"other\", \"build\": \"0c\"}, {\"file\": \"a.so\","
		    " \"name\": \"same\", \"build\": \"0a\"}], \"compiler\": \"cc\", \"compiler_flags\": \"-O2\"",
		    ROW("longer", 1, HASH("1")) "," ROW("q", 1, HASH("9")) "," ROW("r", 1, "") "," ROW("s", 1, HASH("4")) "," ROW(
			    "t", 1, "") "," ROW("u", 0, ""));
	json_t *json, *rows;

	(void)state;
	compare(side_a, side_b);
	assert_true(c.hashed == 2 && c.same_code == 1);
	PRINTS("   module same: the same build in both, 0a\n   module other: A has 0b of b.so, B has 0c of d.so\n\nadvisory:",
	       "\nlonger =\nq     \nr     \ns     \n", "\nt      A: the file has no time above zero\n",
	       "\nu      B: the file has no time above zero\n", "= the same code on both sides (1 of 2)",
	       "A  no date  0123456789ab (changed)  ", "  cc -O2\n   a.json\n");
	json = iop_compare_json(&c);
	rows = json_object_get(json, "cells");
	assert_true(json_is_true(json_object_get(json_array_get(rows, 0), "same_code")));
	assert_true(json_is_false(json_object_get(json_array_get(rows, 1), "same_code")));
	assert_null(json_object_get(json_array_get(rows, 2), "same_code"));
	assert_null(json_object_get(json_array_get(rows, 3), "same_code"));
	json_decref(json);
	forget();
}

static void counters_stand_below(void **state)
{
	static const char side_a[] =
		RUN(ON("x", "c"), ROW("a", 1, ", \"k\": 4, \"l\": 0, \"m\": null, \"n\": null, \"o\": 1") "," ROW("b", 1, ""));
	static const char side_b[] =
		RUN(ON("x", "d"), ROW("a", 1, ", \"k\": 5, \"l\": 1, \"m\": 2, \"n\": null") "," ROW("b", 1, ""));
	json_t *json, *row;

	(void)state;
	compare(side_a, side_b);
	PRINTS("\ncell        A        B    B / A   counter\n"
	       "a        4.00     5.00   +25.0%   k\n"
	       "a        0.00     1.00        -   l\n"
	       "a           -     2.00        -   m\n"
	       "a        1.00        -        -   o\n\n2 cells in both");
	json = iop_compare_json(&c);
	row = json_array_get(json_object_get(json, "cells"), 0);
	assert_true(json_number_value(json_object_get(json_object_get(json_object_get(row, "counters"), "k"), "b")) == 5);
	assert_null(json_object_get(json_array_get(json_object_get(json, "cells"), 1), "counters"));
	json_decref(json);
	forget();
}

static void only_times_have_ranges(void **state)
{
	static const char *const keys[] = {"time_ns", "speed", "reference", "instructions", "accesses"};
	static const char side[] =
		RUN(ON("x", "c"), CYCLE(2) "," ROW("p", 1,
						   ", \"baseline\": \"control/none/cycle/0\","
						   " \"speed_vs_baseline\": 2, \"instructions\": 1, \"accesses\": 4"));
	json_t *json, *row;

	(void)state;
	compare(side, side);
	json = iop_compare_json(&c);
	row = json_array_get(json_object_get(json, "cells"), 1);
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		const json_t *value = json_object_get(row, keys[i]);

		assert_true(json_number_value(json_object_get(value, "ratio")) == 1);
		assert_int_equal(json_object_get(value, "overlap") != NULL, i < 3);
	}
	json_decref(json);
	forget();
}

static void baselines_have_no_times(void **state)
{
	static const char side[] =
		"{\"arch\": \"%s\", \"copies\": [{\"op\": \"o\", \"routine\": \"r\", \"size\": \"1\", \"instructions\": %d,"
		" \"calls\": 9, \"illegal\": %d, \"blind\": %d}], \"barriers\": {\"read_mmio_u32\": [\"dmb\"]},"
		" \"estimates\": [{\"core\": \"k\", \"block\": \"l\", \"cycles_per_byte\": 0.5}, {\"core\": \"n\"}]}";
	char text[2][1024];

	(void)state;
	snprintf(text[0], sizeof(text[0]), side, "x", 4, 0, 3);
	snprintf(text[1], sizeof(text[1]), side, "y", 6, 2, 0);
	compare(text[0], text[1]);
	assert_string_equal(c.why_not[IOP_COMPARE_TIME], "baselines have no times");
	assert_string_equal(c.why_not[IOP_COMPARE_REFERENCE_TIME], "baselines have no times");
	assert_string_equal(c.why_not[IOP_COMPARE_INSTRUCTIONS], "");
	PRINTS("exact counts of compiled code under an emulator; none of them is a time\nnot compared  ns/op        baselines have "
	       "no times\n"
	       "not compared  / reference  baselines have no times\n\ncell",
	       "o/device/r/1     4.00     6.00   +50.0%   A: 3 of 9 calls unseen B: 2 of 9 calls illegal\n",
	       "A  barriers of an ordered read: dmb; of a write: none\n"
	       "   estimate of llvm-mca, not a measurement: k, l: 0.5000 cycles a byte\nB  barriers",
	       "A  no date  no commit  x without hardware,  baseline\n");
	forget();
	compare(RUN("", ROW("a", 1, "")), RUN("", ROW("a", 1, "")));
	{
		char *said = printed();

		assert_null(strstr(said, "barriers"));
		assert_null(strstr(said, "counter"));
		free(said);
	}
	forget();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(times_are_of_one_machine), cmocka_unit_test(the_reference_is_in_both),
		cmocka_unit_test(ranges_overlap_or_not),    cmocka_unit_test(ratios_and_their_mean),
		cmocka_unit_test(numbers_have_their_width), cmocka_unit_test(rows_say_what_is_known_of_their_code),
		cmocka_unit_test(counters_stand_below),	    cmocka_unit_test(only_times_have_ranges),
		cmocka_unit_test(baselines_have_no_times),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
