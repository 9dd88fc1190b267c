/* SPDX-License-Identifier: MIT */
/* Values of options: which text is a time, and which a list of widths. */
#include "stored_home.h"

#include <cli/budget.h>
#include <cli/width_list.h>

static void times_have_a_unit_and_a_limit(void **state)
{
	static const struct {
		const char *text;
		double seconds; /* 0: refused */
	} times[] = {
		{"60", 60}, {"60s", 60},       {"1.5m", 90}, {"2h", 7200}, {"24h", 86400}, {"86401", 0},
		{"25h", 0}, {"0.001s", 0.001}, {"0", 0},     {"-1s", 0},   {"", 0},	   {"s", 0},
		{"5x", 0},  {"5sm", 0},	       {"five", 0},  {"nan", 0},   {"inf", 0},	   {"5 s", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
		const int before = begin_to_hear(2);
		char said[256], expected[256] = "";
		double value;
		const int code = iop_cli_budget("gate", times[i].text, &value);

		hear(2, before, said, sizeof(said));
		assert_int_equal(code, times[i].seconds > 0 ? 0 : 2);
		if (code)
			snprintf(expected, sizeof(expected), "iopath: gate: --budget takes a time such as 60s or 5m, not '%s'\n",
				 times[i].text);
		else
			assert_true(value == times[i].seconds);
		assert_string_equal(said, expected);
	}
}

static void widths_are_powers_of_two(void **state)
{
	static const struct {
		const char *text;
		unsigned widths; /* 0: refused */
	} lists[] = {
		{"4", 4},  {"4,8", 12}, {"1,2,4,8", 15}, {"8,8", 8},  {"16", 0}, {"3", 0},    {"6", 0},	 {"0", 0},    {"", 0},
		{"4,", 0}, {",4", 0},	{"4;8", 0},	 {"4,8x", 0}, {"x", 0},	 {"4,,8", 0}, {"-4", 0}, {"8,16", 0},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		const int before = begin_to_hear(2);
		char said[256];
		unsigned widths;
		const int code = iop_cli_widths(&widths, "trace", lists[i].text, 8);

		hear(2, before, said, sizeof(said));
		assert_int_equal(code, lists[i].widths ? 0 : 2);
		if (code)
			assert_non_null(strstr(said, "iopath: trace: --widths takes powers of two up to 8, not '"));
		else
			assert_int_equal(widths, lists[i].widths);
		assert_int_equal(!code, !*said);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		IN_A_FOLDER(times_have_a_unit_and_a_limit),
		IN_A_FOLDER(widths_are_powers_of_two),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
