/* SPDX-License-Identifier: MIT */
/* The tables of goals: which launches a ratio is of, which goals are reached, and which cells they need. */
#include "stored_results.h"

#include <store/summary.h>

#define COUNT(of) (sizeof(of) / sizeof((of)[0]))

static const struct iop_summary_tier tiers[] = {{"STRICT", "strict"}, {"MEM", "glibc"}};

#define TIMES(...)          \
	{                   \
		__VA_ARGS__ \
	}
#define SAME(x)         \
	{               \
		x, x, x \
	}

/* Up to four launches each; 0 ends them. */
static const struct measured {
	const char *name, *baseline;
	double ns[4], ratio[4];
	uint64_t bytes;
} rows[] = {
	/* Against the cell's own baseline: what ran beside it. */
	{"toio/mmio/kernel-generic/16", NULL, SAME(30), SAME(NAN), 0},
	{"toio/mmio/strict/16", "toio/mmio/kernel-generic/16", SAME(10), TIMES(2, 2.125, 2.25), 0},
	{"toio/mmio/kernel-x86/16", NULL, SAME(8), SAME(NAN), 0},
	{"toio/mmio/strict-portable/16", NULL, TIMES(5, 10, 20), SAME(NAN), 0},
	/* Through a baseline that both have. */
	{"toio/mmio/glibc/64", NULL, SAME(8), SAME(NAN), 0},
	{"toio/mmio/kernel-generic/64", "toio/mmio/glibc/64", SAME(1), SAME(0.5), 0},
	{"toio/mmio/strict/64", "toio/mmio/glibc/64", SAME(1), SAME(2), 0},
	/* By times: of two baselines, of one without a ratio on either side, of none. */
	{"toio/mmio/kernel-generic/16-64/pattern=alternate", "a", SAME(6), SAME(7), 0},
	{"toio/mmio/strict/16-64/pattern=alternate", "b", SAME(2), SAME(5), 0},
	{"toio/mmio/kernel-generic/8-64/pattern=cycle", "a", SAME(5), SAME(NAN), 0},
	{"toio/mmio/strict/8-64/pattern=cycle", "a", SAME(2), SAME(2), 0},
	{"toio/mmio/kernel-generic/8-64/pattern=runs", "a", SAME(9), SAME(2), 0},
	{"toio/mmio/strict/8-64/pattern=runs", "a", SAME(6), SAME(NAN), 0},
	{"toio/mmio/kernel-generic/8-64/pattern=mix", NULL, TIMES(4, 4, 4, 100), TIMES(NAN, NAN, NAN, NAN), 0},
	{"toio/mmio/strict/8-64/pattern=mix", "a", SAME(1), SAME(9), 0},
	{"toio/mmio/strict/1-64/pattern=uniform", NULL, SAME(1), SAME(NAN), 0},
	{"toio/mmio/kernel-generic/1-64/pattern=uniform", NULL, TIMES(0), TIMES(0), 0},
	{"toio/mmio/kernel-generic/1-64/pattern=uniform-places", NULL, SAME(1), SAME(NAN), 0},
	{"toio/mmio/kernel-generic/2-1152/pattern=spec2017", NULL, TIMES(1), TIMES(NAN), 0},
	{"toio/mmio/strict/2-1152/pattern=spec2017", NULL, SAME(2), SAME(NAN), 0},
	{"toio/mmio/kernel-generic/40-1500/pattern=imix", NULL, SAME(100), SAME(NAN), 0},
	{"toio/mmio/strict/40-1500/pattern=imix", NULL, SAME(8), SAME(NAN), 0},
	/* The mean is of what is small: of this it is none. */
	{"fromio/mmio/kernel-generic/40-1500/pattern=imix", NULL, SAME(5), SAME(NAN), 0},
	{"fromio/mmio/strict/40-1500/pattern=imix", NULL, SAME(4), SAME(NAN), 0},
	/* No goal at all. */
	{"set/mmio/glibc/16", NULL, SAME(3), SAME(NAN), 0},
	{"set/mmio/strict/16", NULL, SAME(2), SAME(NAN), 0},
	/* Two limits of one median; a wider one that is faster, which only MEM may use. */
	{"limit/none/copy-4/1024", NULL, TIMES(1, 3), TIMES(NAN, NAN), 1024},
	{"limit/none/copy-8/1024", NULL, TIMES(2, 2), TIMES(NAN, NAN), 1024},
	{"limit/none/copy-16/1024", NULL, TIMES(0.5, 0.5), TIMES(NAN, NAN), 1024},
	{"toio/mmio/strict/1024", NULL, TIMES(1, 4), TIMES(NAN, NAN), 1024},
	{"toio/mmio/glibc/1024", NULL, TIMES(1, 1), TIMES(NAN, NAN), 1024},
	{"limit/none/copy-4/4096", NULL, SAME(8), SAME(NAN), 4096},
	{"limit/none/copy-8/4096", NULL, SAME(4), SAME(NAN), 4096},
	{"toio/mmio/strict/4096", NULL, SAME(4), SAME(NAN), 4096},
	/* A limit that was not measured is none. */
	{"limit/none/copy-4/16384", NULL, TIMES(0), TIMES(0), 16384},
	{"limit/none/copy-8/16384", NULL, SAME(5), SAME(NAN), 16384},
	{"toio/mmio/strict/16384", NULL, SAME(10), SAME(NAN), 16384},
	{"limit/none/store-8/4096", NULL, SAME(2), SAME(NAN), 4096},
	{"set/mmio/strict/4096", NULL, SAME(3), SAME(NAN), 4096},
};

static void fill(struct iop_results *results)
{
	static struct iop_cell cells[COUNT(rows)];

	for (size_t i = 0; i < COUNT(rows); i++)
		cells[i] = (struct iop_cell){.name = rows[i].name, .baseline = rows[i].baseline, .bytes = rows[i].bytes};
	begin_results(results, cells, COUNT(rows));
	for (size_t i = 0; i < COUNT(rows); i++)
		for (size_t k = 0; k < 4 && rows[i].ns[k] > 0; k++)
			add_launch(results, i, rows[i].ns[k], rows[i].ratio[k]);
}

static const char *tables(const struct iop_results *results, const struct iop_summary_tier *of, size_t n)
{
	return PRINTED(iop_summary_print(out, results, of, n));
}

static void ratios_and_shares(void **state)
{
	static const char expected[] =
		"\n"
		"patterns of sizes: peer's time / ours, above 1 is faster; median over the launches; mean: geometric, of the first "
		"nine;\n"
		"~: another run's may be 20 % off\n"
		"\n"
		"op      routine          against                16        64 alternate     cycle      runs       mix   uniform    "
		"places  spec2017      imix      mean\n"
		"toio    strict           kernel-generic        2.1      4.00      3.00      2.50      1.50      4.00         -    "
		"     -      0.50      12.5      2.12\n"
		"                         goal              ok 1.25   ok 1.25   ok 1.25   ok 1.25   ok 1.25   ok 1.25              "
		"        NOT 1.25   ok 1.25   ok 1.70\n"
		"toio    strict           kernel-x86           0.80         -         -         -         -         -         -    "
		"     -         -         -      0.80\n"
		"                         goal             NOT 1.00                                                                "
		"                                   -\n"
		"toio    strict           strict-portable      ~1.0         -         -         -         -         -         -    "
		"     -         -         -      1.00\n"
		"                         goal              ok 1.00                                                                "
		"                                   -\n"
		"toio    strict           glibc                   -      2.00         -         -         -         -         -    "
		"     -         -         -      2.00\n"
		"                         goal                    -         -         -         -         -         -         -    "
		"     -         -         -   ok 1.10\n"
		"fromio  strict           kernel-generic          -         -         -         -         -         -         -    "
		"     -         -      1.25         -\n"
		"                         goal                                                                                     "
		"                   ok 1.25          \n"
		"set     strict           glibc                1.50         -         -         -         -         -         -    "
		"     -         -         -      1.50\n"
		"\n"
		"shares of the limit: time of the fastest loop of loads and stores of the tier's widths, in this run, / ours; "
		"above 100 %:\n"
		"string instructions, or wider loads than stores\n"
		"\n"
		"op      routine          limit               1 KiB     4 KiB    16 KiB    64 KiB   256 KiB     1 MiB    16 MiB\n"
		"limit   store-8          B/cycle                 -    1024.0         -         -         -         -         -\n"
		"limit   copy-4           B/cycle             256.0     256.0         -         -         -         -         -\n"
		"limit   copy-8           B/cycle             256.0     512.0    1638.4         -         -         -         -\n"
		"limit   copy-16          B/cycle            1024.0         -         -         -         -         -         -\n"
		"toio    strict           copy, to 8 B         88 %     100 %      50 %         -         -         -         -\n"
		"                         goal             NOT 95 %   ok 95 %  NOT 95 %                                        \n"
		"toio    glibc            copy, to 64 B        50 %         -         -         -         -         -         -\n"
		"set     strict           store, to 8 B           -      67 %         -         -         -         -         -\n"
		"                         goal                       NOT 97 %                                                  \n"
		"STRICT-S: not run: not supported by this CPU\n"
		"WIDE: not run: not supported by this CPU\n"
		"WIDE-M: not run: not supported by this CPU\n"
		"\n"
		"12 of 17 goals reached\n";
	struct iop_results results;

	(void)state;
	fill(&results);
	results.cycles_per_ns = 2;
	assert_string_equal(tables(&results, tiers, COUNT(tiers)), expected);
	iop_results_free(&results);
}

static void without_cycles_limits_have_no_rate(void **state)
{
	struct iop_results results;
	const char *text;

	(void)state;
	fill(&results);
	results.partial = true;
	text = tables(&results, tiers, 1);
	assert_null(strstr(text, "B/cycle"));
	assert_non_null(strstr(text, "\nMEM: not run: not supported by this CPU\n"));
	assert_non_null(strstr(text, " goals reached (interrupted: partial)\n"));
	iop_results_free(&results);
}

static void a_filter_names_what_the_tables_need(void **state)
{
	static const char whole[] = "^((toio|fromio|set)/mmio/(glibc|kernel-generic|kernel-x86|strict-portable|strict|glibc)/"
				    "([0-9]+-[0-9]+/pattern=[a-z0-9-]+|16|64|1024|4096|16384|65536|262144|1048576|16777216)|"
				    "limit/none/(store|copy)-[0-9]+/[0-9]+)$";
	char text[2 * sizeof(whole)];

	(void)state;
	/* Whatever room there is, it is filled to its end and no further. */
	for (size_t size = 1; size < sizeof(text); size++) {
		const size_t n = size <= sizeof(whole) ? size - 1 : sizeof(whole) - 1;

		memset(text, '!', sizeof(text));
		iop_summary_filter(text, size, tiers, COUNT(tiers));
		assert_memory_equal(text, whole, n);
		assert_int_equal(text[n], '\0');
		for (size_t i = n + 1; i < sizeof(text); i++)
			assert_int_equal(text[i], '!');
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ratios_and_shares),
		cmocka_unit_test(without_cycles_limits_have_no_rate),
		cmocka_unit_test(a_filter_names_what_the_tables_need),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
