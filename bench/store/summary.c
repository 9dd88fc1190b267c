/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include <math.h>
#include <string.h>

#define BANDS	    6
#define SIZES	    16
#define MISALIGNED  "/align=3"
#define RANDOM_CELL "1-64"

/* The sizes of a band are those that the module has cells for. */
static const struct band {
	const char *name;
	const char *size[SIZES];
	const char *suffix;
} bands[BANDS] = {
	{"1-32", {"1", "2", "3", "4", "5", "7", "8", "13", "15", "16", "24", "31", "32"}, ""},
	{"33-64", {"33", "48", "63", "64"}, ""},
	{"random 1-64", {RANDOM_CELL}, "/random"},
	{"256-1k", {"256", "512", "1024"}, ""},
	{"4k-16k", {"4096", "16384"}, ""},
	{">= 1M", {"1048576", "16777216"}, ""},
};

/* How many times faster than the peer; 0 where there is no goal; negative: a goal in bytes per cycle, whatever the peer does. */
static const struct goal {
	const char *op, *tier, *peer;
	double ratio[BANDS];
} goals[] = {
	{"toio", "STRICT", "kernel-generic", {1.4, 1.45, 3.5, 1.9, 1.9, 1.6}},
	{"toio", "STRICT", "kernel-x86", {2.9, 2.2, 3.0}},
	{"toio", "STRICT", "glibc", {.95, .8, 1.3, .4, -15.2, .85}},
	{"toio", "STRICT-S", "glibc", {0, 0, 0, .4, 1.0, 1.15}},
	{"toio", "WIDE", "glibc", {.85, .8, 1.0, .9, 1.6, 1.0}},
	{"toio", "WIDE-M", "glibc", {1.15, 1.15, 2.6, .9, 1.6, 1.0}},
	{"toio", "MEM", "glibc", {1.2, 1.2, 4.5, 1.0, 1.45, 1.1}},
	{"fromio", "STRICT", "kernel-generic", {1.4, 1.45, 3.5, 1.9, 1.9, 1.6}},
	{"fromio", "STRICT", "kernel-x86", {2.9, 2.2, 3.0}},
	{"fromio", "STRICT", "glibc", {.95, .8, 1.3, .4, -15.2, .85}},
	{"fromio", "STRICT-S", "glibc", {0, 0, 0, .4, 1.0, 1.15}},
	{"fromio", "WIDE", "glibc", {.85, .8, 1.0, .9, 1.6, 1.0}},
	{"fromio", "WIDE-M", "glibc", {1.15, 1.15, 2.6, .9, 1.6, 1.0}},
	{"fromio", "MEM", "glibc", {1.2, 1.2, 4.5, 1.0, 1.45, 1.1}},
	{"set", "STRICT", "glibc", {.75, .65, 0, 0, -15.7, .39}},
	{"set", "STRICT", "kernel-generic", {1.5, 1.7, 0, 0, 2.1, 2.0}},
};
#define GOALS (sizeof(goals) / sizeof(goals[0]))

static const char *routine_of(const char *tier, const struct iop_summary_tier *tiers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(tiers[i].tier, tier) == 0)
			return tiers[i].routine;
	return NULL;
}

void iop_summary_filter(char *text, size_t size, const struct iop_summary_tier *tiers, size_t count)
{
	size_t used = (size_t)snprintf(text, size, "^(toio|fromio|set)/mmio/(glibc|kernel-generic|kernel-x86");

	for (size_t i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used, "|%s", tiers[i].routine);
	for (size_t b = 0; b < BANDS; b++)
		for (size_t s = 0; s < SIZES && bands[b].size[s] && used < size; s++)
			used += (size_t)snprintf(text + used, size - used, "%s%s%s", b || s ? "|" : ")/(", bands[b].size[s],
						 bands[b].suffix);
	if (used < size)
		snprintf(text + used, size - used, ")(" MISALIGNED ")?$");
}

static const struct iop_result *cell(const struct iop_results *results, const char *op, const char *routine,
				     const struct band *band, size_t s, const char *key)
{
	char name[128];

	snprintf(name, sizeof(name), "%s/mmio/%s/%s%s%s", op, routine, band->size[s], band->suffix, key);
	return iop_results_find(results, name);
}

/* The best of the repetitions: what others did to the machine meanwhile can only have made it slower. */
static double best(const struct iop_result *result)
{
	return iop_quantile(result->real_ns, result->samples, 0);
}

/* Geometric mean over the band's sizes; NaN if none of them was measured on both sides. */
static double ratio(const struct iop_results *results, const struct goal *goal, const char *routine, const struct band *band,
		    const char *key)
{
	double sum = 0;
	int n = 0;

	for (size_t s = 0; s < SIZES && band->size[s]; s++) {
		const struct iop_result *ours = cell(results, goal->op, routine, band, s, key);
		const struct iop_result *peer = cell(results, goal->op, goal->peer, band, s, key);

		if (!ours || !peer || !ours->samples || !peer->samples)
			continue;
		sum += log(best(peer) / best(ours));
		n++;
	}
	return n ? exp(sum / n) : NAN;
}

static double bytes_per_cycle(const struct iop_results *results, const struct goal *goal, const char *routine,
			      const struct band *band)
{
	double sum = 0;
	int n = 0;

	for (size_t s = 0; s < SIZES && band->size[s]; s++) {
		const struct iop_result *ours = cell(results, goal->op, routine, band, s, "");

		if (!ours || !ours->samples || results->cycles_per_ns <= 0)
			continue;
		sum += (double)ours->cell->bytes / (best(ours) * results->cycles_per_ns);
		n++;
	}
	return n ? sum / n : NAN;
}

static void print_number(FILE *out, double value, const char *unit)
{
	char text[32] = "-";

	if (!isnan(value))
		snprintf(text, sizeof(text), value < 10 ? "%.2f%s" : "%.1f%s", value, unit);
	fprintf(out, "%14s", text);
}

struct score {
	int reached, judged;
};

static void print_goal(FILE *out, const struct iop_results *results, const struct goal *goal, const char *routine,
		       struct score *score)
{
	double value[BANDS];

	fprintf(out, "%-6s  %-13s  %-14s", goal->op, routine, goal->peer);
	for (size_t b = 0; b < BANDS; b++) {
		bool rate = goal->ratio[b] < 0;

		value[b] = rate ? bytes_per_cycle(results, goal, routine, &bands[b]) : ratio(results, goal, routine, &bands[b], "");
		print_number(out, value[b], rate ? " B/c" : "");
	}
	fprintf(out, "\n%-6s  %-13s  %-14s", "", "", "goal");
	for (size_t b = 0; b < BANDS; b++) {
		double wanted = fabs(goal->ratio[b]);
		char text[32] = "";

		if (wanted > 0 && !isnan(value[b])) {
			bool reached = value[b] >= wanted;

			score->judged++;
			score->reached += reached;
			snprintf(text, sizeof(text), "%s %.*f", reached ? "ok" : "NOT", wanted < 10 ? 2 : 1, wanted);
		}
		fprintf(out, "%14s", text);
	}
	fprintf(out, "\n%-6s  %-13s  %-14s", "", "", "misaligned");
	for (size_t b = 0; b < BANDS; b++)
		print_number(out, ratio(results, goal, routine, &bands[b], MISALIGNED), "");
	fprintf(out, "\n");
}

void iop_summary_print(FILE *out, const struct iop_results *results, const struct iop_summary_tier *tiers, size_t count)
{
	struct score score = {0, 0};

	fprintf(out, "\ncopies against the goals: peer's time / ours, above 1 is faster; best of the repetitions, geometric mean "
		     "over the\n"
		     "band's sizes; misaligned: the device side 3 bytes off, sizes 8, 64, 256 and 4096; B/c: bytes per cycle\n\n");
	fprintf(out, "%-6s  %-13s  %-14s", "op", "routine", "against");
	for (size_t b = 0; b < BANDS; b++)
		fprintf(out, "%14s", bands[b].name);
	fprintf(out, "\n");
	for (size_t g = 0; g < GOALS; g++) {
		const char *routine = routine_of(goals[g].tier, tiers, count);

		if (routine)
			print_goal(out, results, &goals[g], routine, &score);
		else
			fprintf(out, "%-6s  %-13s  not run: not supported by this CPU\n", goals[g].op, goals[g].tier);
	}
	fprintf(out, "\n%d of %d goals reached%s\n", score.reached, score.judged,
		results->partial ? " (interrupted: partial)" : "");
}
