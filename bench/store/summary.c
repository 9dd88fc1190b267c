/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How the sizes of successive calls go, as in the names of cells. */
static const struct pattern {
	const char *heading, *name;
	bool in_mean; /* small sizes: what the routines differ in */
} patterns[] = {
	{"16", "16", true},
	{"64", "64", true},
	{"alternate", "16-64/pattern=alternate", true},
	{"cycle", "8-64/pattern=cycle", true},
	{"runs", "8-64/pattern=runs", true},
	{"mix", "8-64/pattern=mix", true},
	{"uniform", "1-64/pattern=uniform", true},
	{"places", "1-64/pattern=uniform-places", true},
	{"spec2017", "2-1152/pattern=spec2017", true},
	{"imix", "40-1500/pattern=imix", false},
};
#define PATTERNS (sizeof(patterns) / sizeof(patterns[0]))

/* Each pattern, and their geometric mean; 0 where there is no goal. */
static const struct goal {
	const char *op, *tier, *peer;
	double each, mean;
} goals[] = {
	{"toio", "STRICT", "kernel-generic", 1.25, 1.7},
	{"toio", "STRICT", "kernel-x86", 1, 0},
	{"toio", "STRICT", "strict-portable", 1, 0},
	{"toio", "STRICT", "glibc", 0, 1.1},
	{"toio", "STRICT-S", "glibc", 0, 0},
	{"toio", "WIDE", "glibc", 0, 0},
	{"toio", "WIDE-M", "glibc", 0, 0},
	{"toio", "MEM", "glibc", .98, 0},
	{"fromio", "STRICT", "kernel-generic", 1.25, 1.7},
	{"fromio", "STRICT", "kernel-x86", 1, 0},
	{"fromio", "STRICT", "strict-portable", 1, 0},
	{"fromio", "STRICT", "glibc", 0, 1.1},
	{"fromio", "STRICT-S", "glibc", 0, 0},
	{"fromio", "WIDE", "glibc", 0, 0},
	{"fromio", "WIDE-M", "glibc", 0, 0},
	{"fromio", "MEM", "glibc", .98, 0},
	{"set", "STRICT", "kernel-generic", 1.25, 1.7},
	{"set", "STRICT", "kernel-x86", 0, 0}, /* memset: the widths of ordinary memory */
	{"set", "STRICT", "strict-portable", 1, 0},
	{"set", "STRICT", "glibc", 0, 0},
	{"set", "MEM", "glibc", .98, 0},
};
#define GOALS (sizeof(goals) / sizeof(goals[0]))

static const char *const sizes[] = {"1024", "4096", "16384", "65536", "262144", "1048576", "16777216"};
static const char *const size_heading[] = {"1 KiB", "4 KiB", "16 KiB", "64 KiB", "256 KiB", "1 MiB", "16 MiB"};
#define SIZES (sizeof(sizes) / sizeof(sizes[0]))

static const unsigned widths[] = {4, 8, 16, 32, 64};
#define WIDTHS (sizeof(widths) / sizeof(widths[0]))

/* The widest access that a tier allows bounds what it can reach; string instructions of ordinary memory move lines. */
static const struct share {
	const char *op, *tier, *limit;
	unsigned widest;
	double goal;
} shares[] = {
	{"toio", "STRICT", "copy", 8, .95},    {"toio", "STRICT-S", "copy", 64, 0}, {"toio", "WIDE", "copy", 64, 0},
	{"toio", "WIDE-M", "copy", 64, 0},     {"toio", "MEM", "copy", 64, 0},	    {"fromio", "STRICT", "copy", 8, .95},
	{"fromio", "STRICT-S", "copy", 64, 0}, {"fromio", "WIDE", "copy", 64, 0},   {"fromio", "WIDE-M", "copy", 64, 0},
	{"fromio", "MEM", "copy", 64, 0},      {"set", "STRICT", "store", 8, .97},  {"set", "STRICT-S", "store", 64, 0},
	{"set", "WIDE", "store", 64, 0},       {"set", "WIDE-M", "store", 64, 0},   {"set", "MEM", "store", 64, 0},
};
#define SHARES (sizeof(shares) / sizeof(shares[0]))

static const char *routine_of(const char *tier, const struct iop_summary_tier *tiers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(tiers[i].tier, tier) == 0)
			return tiers[i].routine;
	return NULL;
}

void iop_summary_filter(char *text, size_t size, const struct iop_summary_tier *tiers, size_t count)
{
	size_t used = (size_t)snprintf(text, size, "^((toio|fromio|set)/mmio/(glibc|kernel-generic|kernel-x86|strict-portable");

	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "|%s", tiers[i].routine);
	if (used < size)
		used += (size_t)snprintf(text + used, size - used, ")/([0-9]+-[0-9]+/pattern=[a-z0-9-]+|16|64");
	for (size_t s = 0; s < SIZES && used < size; s++)
		used += (size_t)snprintf(text + used, size - used, "|%s", sizes[s]);
	if (used < size)
		snprintf(text + used, size - used, ")|limit/none/(store|copy)-[0-9]+/[0-9]+)$");
}

static const struct iop_result *measured(const struct iop_results *results, const char *op, const char *backend,
					 const char *routine, const char *rest)
{
	const struct iop_result *result;
	char name[160];

	snprintf(name, sizeof(name), "%s/%s/%s/%s", op, backend, routine, rest);
	result = iop_results_find(results, name);
	return result && result->samples ? result : NULL;
}

/*
 * How many times faster than @other in launch @i. The baseline ran beside each cell, so that two cells with the same one are compared
 * through it, which what happened between them does not touch.
 */
static double faster_in(const struct iop_result *result, const struct iop_result *other, size_t i)
{
	const char *base = result->cell->baseline, *other_base = other->cell->baseline;

	if (base && strcmp(base, other->cell->name) == 0 && isfinite(result->ratio[i]))
		return result->ratio[i];
	if (base && other_base && strcmp(base, other_base) == 0 && isfinite(result->ratio[i]) && isfinite(other->ratio[i]))
		return result->ratio[i] / other->ratio[i];
	return other->real_ns[i] / result->real_ns[i];
}

struct value {
	double median, low, high; /* NaN: not measured, or no interval */
};
static const struct value nothing = {NAN, NAN, NAN};

static struct value faster(const struct iop_result *result, const struct iop_result *other)
{
	struct value value = nothing;
	double *ratio;
	size_t n;

	if (!result || !other)
		return value;
	n = result->samples < other->samples ? result->samples : other->samples;
	ratio = calloc(n, sizeof(*ratio));
	if (!ratio)
		return value;
	for (size_t i = 0; i < n; i++)
		ratio[i] = faster_in(result, other, i);
	value.median = iop_quantile(ratio, n, 0.5);
	iop_quantile_repeats(ratio, n, &value.low, &value.high);
	free(ratio);
	return value;
}

/* Half the interval of another run's, relative. */
static double half_of(struct value value)
{
	return isfinite(value.low) && isfinite(value.high) ? (value.high - value.low) / 2 / value.median : 0;
}

/* Three digits where another run has the same two, else two; where it has not even those, ~ says so. */
static void print_ratio(FILE *out, struct value value)
{
	double half = half_of(value);
	int digits = half > 0.02 ? 1 : 2, decimals = value.median >= 10 ? digits - 1 : digits;
	char text[32] = "-";

	if (isfinite(value.median))
		snprintf(text, sizeof(text), "%s%.*f", half > 0.2 ? "~" : "", value.median < 1 ? 2 : decimals, value.median);
	fprintf(out, "%10s", text);
}

static void print_percent(FILE *out, struct value value)
{
	char text[32] = "-";

	if (isfinite(value.median))
		snprintf(text, sizeof(text), "%s%.0f %%", half_of(value) > 0.2 ? "~" : "", 100 * value.median);
	fprintf(out, "%10s", text);
}

struct score {
	int reached, judged;
};

static void print_goal(FILE *out, double value, double wanted, int percent, struct score *score)
{
	char text[32];

	snprintf(text, sizeof(text), "%s", wanted > 0 ? "" : "-");
	if (wanted > 0 && isfinite(value)) {
		bool reached = value >= wanted;

		score->judged++;
		score->reached += reached;
		if (percent)
			snprintf(text, sizeof(text), "%s %.0f %%", reached ? "ok" : "NOT", 100 * wanted);
		else
			snprintf(text, sizeof(text), "%s %.2f", reached ? "ok" : "NOT", wanted);
	}
	fprintf(out, "%10s", text);
}

static void print_patterns(FILE *out, const struct iop_results *results, const struct goal *goal, const char *routine,
			   struct score *score)
{
	struct value value[PATTERNS], mean = nothing;
	double sum = 0, n = 0, any = 0;

	for (size_t p = 0; p < PATTERNS; p++) {
		value[p] = faster(measured(results, goal->op, "mmio", routine, patterns[p].name),
				  measured(results, goal->op, "mmio", goal->peer, patterns[p].name));
		any += isfinite(value[p].median);
		if (patterns[p].in_mean && isfinite(value[p].median)) {
			sum += log(value[p].median);
			n++;
		}
	}
	if (!any || strcmp(routine, goal->peer) == 0)
		return;
	if (n > 0)
		mean.median = exp(sum / n);
	fprintf(out, "%-6s  %-15s  %-15s", goal->op, routine, goal->peer);
	for (size_t p = 0; p < PATTERNS; p++)
		print_ratio(out, value[p]);
	print_ratio(out, mean);
	if (goal->each > 0 || goal->mean > 0) {
		fprintf(out, "\n%-6s  %-15s  %-15s", "", "", "goal");
		for (size_t p = 0; p < PATTERNS; p++)
			print_goal(out, value[p].median, goal->each, 0, score);
		print_goal(out, mean.median, goal->mean, 0, score);
	}
	fprintf(out, "\n");
}

/* The fastest loop of accesses up to @widest bytes; NULL if none was measured. Its time is also that of its bytes. */
static const struct iop_result *limit(const struct iop_results *results, const char *what, unsigned widest, const char *size)
{
	const struct iop_result *best = NULL;

	for (size_t w = 0; w < WIDTHS && widths[w] <= widest; w++) {
		const struct iop_result *loop;
		char routine[32];

		snprintf(routine, sizeof(routine), "%s-%u", what, widths[w]);
		loop = measured(results, "limit", "none", routine, size);
		if (loop && (!best || iop_result_median(loop) < iop_result_median(best)))
			best = loop;
	}
	return best;
}

static void print_limits(FILE *out, const struct iop_results *results, const char *what)
{
	for (size_t w = 0; w < WIDTHS; w++) {
		double rate[SIZES], any = 0;
		char routine[32];

		snprintf(routine, sizeof(routine), "%s-%u", what, widths[w]);
		for (size_t s = 0; s < SIZES; s++) {
			const struct iop_result *loop = measured(results, "limit", "none", routine, sizes[s]);

			rate[s] = loop && results->cycles_per_ns > 0
					  ? (double)loop->cell->bytes / iop_result_median(loop) / results->cycles_per_ns
					  : NAN;
			any += isfinite(rate[s]);
		}
		if (!any)
			continue;
		fprintf(out, "%-6s  %-15s  %-15s", "limit", routine, "B/cycle");
		for (size_t s = 0; s < SIZES; s++) {
			if (isfinite(rate[s]))
				fprintf(out, "%10.1f", rate[s]);
			else
				fprintf(out, "%10s", "-");
		}
		fprintf(out, "\n");
	}
}

static void print_shares(FILE *out, const struct iop_results *results, const struct share *share, const char *routine,
			 struct score *score)
{
	struct value value[SIZES];
	double any = 0;
	char text[32];

	for (size_t s = 0; s < SIZES; s++) {
		value[s] = faster(measured(results, share->op, "mmio", routine, sizes[s]),
				  limit(results, share->limit, share->widest, sizes[s]));
		any += isfinite(value[s].median);
	}
	if (!any)
		return;
	snprintf(text, sizeof(text), "%s, to %u B", share->limit, share->widest);
	fprintf(out, "%-6s  %-15s  %-15s", share->op, routine, text);
	for (size_t s = 0; s < SIZES; s++)
		print_percent(out, value[s]);
	if (share->goal > 0) {
		fprintf(out, "\n%-6s  %-15s  %-15s", "", "", "goal");
		for (size_t s = 0; s < SIZES; s++)
			print_goal(out, value[s].median, share->goal, 1, score);
	}
	fprintf(out, "\n");
}

static void print_heading(FILE *out, const char *third)
{
	fprintf(out, "%-6s  %-15s  %-15s", "op", "routine", third);
}

void iop_summary_print(FILE *out, const struct iop_results *results, const struct iop_summary_tier *tiers, size_t count)
{
	struct score score = {0, 0};

	fprintf(out,
		"\npatterns of sizes: peer's time / ours, above 1 is faster; median over the launches; mean: geometric, of the "
		"first nine;\n~: another run's may be 20 %% off\n\n");
	print_heading(out, "against");
	for (size_t p = 0; p < PATTERNS; p++)
		fprintf(out, "%10s", patterns[p].heading);
	fprintf(out, "%10s\n", "mean");
	for (size_t g = 0; g < GOALS; g++) {
		const char *routine = routine_of(goals[g].tier, tiers, count);

		if (routine)
			print_patterns(out, results, &goals[g], routine, &score);
	}
	fprintf(out,
		"\nshares of the limit: time of the fastest loop of loads and stores of the tier's widths, in this run, / ours; "
		"above 100 %%:\nstring instructions, or wider loads than stores\n\n");
	print_heading(out, "limit");
	for (size_t s = 0; s < SIZES; s++)
		fprintf(out, "%10s", size_heading[s]);
	fprintf(out, "\n");
	print_limits(out, results, "store");
	print_limits(out, results, "copy");
	for (size_t s = 0; s < SHARES; s++) {
		const char *routine = routine_of(shares[s].tier, tiers, count);

		if (routine)
			print_shares(out, results, &shares[s], routine, &score);
	}
	for (size_t s = 0; s < SHARES; s++)
		if (strcmp(shares[s].op, "toio") == 0 && !routine_of(shares[s].tier, tiers, count))
			fprintf(out, "%s: not run: not supported by this CPU\n", shares[s].tier);
	fprintf(out, "\n%d of %d goals reached%s\n", score.reached, score.judged,
		results->partial ? " (interrupted: partial)" : "");
}
