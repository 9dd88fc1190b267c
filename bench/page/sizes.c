/* SPDX-License-Identifier: MIT */
/* Throughput by size: one table for each operation and place, a column for each routine, the measured limits beside them. */
#include "html.h"
#include "page.h"

#include <host/legality.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS	 40
#define MACHINES 6
#define PATTERNS 24

struct column {
	const char *backend, *routine;
	const struct iop_run_cell *first;
};

struct table {
	const struct iop_run *run;
	const char *op;
	bool misaligned;
	struct column column[COLUMNS];
	size_t columns, left_out;
	uint64_t *size;
	size_t sizes;
	const char *pattern[PATTERNS]; /* as they come in the run */
	size_t patterns;
};

/* The loops that were measured in the run, beside the routines whose tier allows their widths. */
static const struct {
	const char *name;
	unsigned widest;
} limits[] = {{"limit: 8 B", 8}, {"limit: 64 B", 64}};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static bool wanted(const struct table *t, const struct iop_run_cell *cell)
{
	const char *variant = iop_report_variant(cell);

	if (strcmp(cell->op, t->op) != 0 || !(cell->ns > 0) || cell->latency)
		return false;
	if (iop_report_pattern(cell))
		return !t->misaligned;
	return iop_report_size(cell) && (t->misaligned ? strncmp(variant, "align=", 6) == 0 : !*variant);
}

static bool in_column(const struct column *column, const struct iop_run_cell *cell)
{
	return strcmp(column->backend, cell->backend) == 0 && strcmp(column->routine, cell->routine) == 0;
}

static void add_column(struct table *t, const struct iop_run_cell *cell)
{
	for (size_t c = 0; c < t->columns; c++)
		if (in_column(&t->column[c], cell))
			return;
	if (t->columns == COLUMNS) {
		t->left_out++;
		return;
	}
	t->column[t->columns++] = (struct column){cell->backend, cell->routine, cell};
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

static void add_pattern(struct table *t, const char *pattern)
{
	for (size_t p = 0; p < t->patterns; p++)
		if (strcmp(t->pattern[p], pattern) == 0)
			return;
	if (t->patterns < PATTERNS)
		t->pattern[t->patterns++] = pattern;
}

/* False if there is nothing to show. */
static bool survey(struct table *t)
{
	size_t unique = 0;

	t->size = calloc(t->run->count + 1, sizeof(*t->size));
	if (!t->size)
		return false;
	for (size_t i = 0; i < t->run->count; i++) {
		const struct iop_run_cell *cell = &t->run->cells[i];

		if (!wanted(t, cell))
			continue;
		add_column(t, cell);
		if (iop_report_pattern(cell))
			add_pattern(t, iop_report_pattern(cell));
		else
			t->size[t->sizes++] = iop_report_size(cell);
	}
	qsort(t->size, t->sizes, sizeof(*t->size), by_size);
	for (size_t i = 0; i < t->sizes; i++)
		if (!unique || t->size[unique - 1] != t->size[i])
			t->size[unique++] = t->size[i];
	t->sizes = unique;
	return t->sizes > 0;
}

static double rate(const struct table *t, const struct iop_run_cell *cell)
{
	if (t->run->cycles_per_ns > 0)
		return iop_report_per_cycle(t->run, cell);
	return isfinite(cell->bytes_per_second) ? cell->bytes_per_second / 1e9 : (double)cell->bytes / cell->ns;
}

static bool in_row(const struct iop_run_cell *cell, uint64_t size, const char *pattern)
{
	const char *of = iop_report_pattern(cell);

	return pattern ? of && strcmp(of, pattern) == 0 : !of && iop_report_size(cell) == size;
}

/* The rate, and below it its share of the limit. */
static void cell(FILE *out, double mean_rate, double mean_share)
{
	iop_html(out, "<td>");
	iop_html_number(out, mean_rate);
	if (isfinite(mean_share))
		iop_html(out, "<span class=quiet> %.0f %%</span>", 100 * mean_share);
}

/* Means over the places that were measured, geometric. */
static void row(FILE *out, const struct table *t, uint64_t size, const char *pattern)
{
	double sum[COLUMNS] = {0}, shares[COLUMNS] = {0};
	size_t n[COLUMNS] = {0};

	for (size_t i = 0; i < t->run->count; i++) {
		const struct iop_run_cell *measured = &t->run->cells[i];

		if (!wanted(t, measured) || !in_row(measured, size, pattern))
			continue;
		for (size_t c = 0; c < t->columns; c++)
			if (in_column(&t->column[c], measured) && rate(t, measured) > 0) {
				sum[c] += log(rate(t, measured));
				shares[c] += log(iop_report_share(t->run, measured));
				n[c]++;
			}
	}
	for (size_t c = 0; c < t->columns; c++)
		cell(out, n[c] ? exp(sum[c] / (double)n[c]) : NAN, n[c] ? exp(shares[c] / (double)n[c]) : NAN);
}

static void limit_cells(FILE *out, const struct table *t, uint64_t size)
{
	char text[24];

	snprintf(text, sizeof(text), "%llu", (unsigned long long)size);
	for (size_t i = 0; i < LIMITS; i++) {
		const struct iop_run_cell *loop = size ? iop_report_limit(t->run, t->op, limits[i].widest, text) : NULL;

		iop_html(out, "<td>");
		iop_html_number(out, loop ? rate(t, loop) : NAN);
	}
}

static void head(FILE *out, const struct table *t, bool limited)
{
	char words[IOP_LEGALITY_TEXT];

	for (size_t c = 0; c < t->columns; c++) {
		const struct column *column = &t->column[c];
		const struct iop_run_cell *first = column->first;
		bool plain = strcmp(column->backend, "mmio") == 0;
		const char *tier = *first->tier ? first->tier : first->legal ? NULL : "MEM";

		iop_html(out, "<th scope=col data-routine=\"%s\"", column->routine);
		if (tier && strcmp(tier, "MEM") == 0)
			iop_html(out, " data-illegal");
		iop_html(out, ">%s%s%s", plain ? "" : column->backend, plain ? "" : " ", column->routine);
		if (plain)
			iop_html(out, "<span class=quiet> %s</span>", iop_legality_words(words, tier, 0));
	}
	for (size_t i = 0; limited && i < LIMITS; i++)
		iop_html(out, "<th scope=col data-limit>%s", limits[i].name);
	iop_html(out, "<tbody>\n");
}

static void table(FILE *out, const struct table *t, const char *title)
{
	const char *unit = t->run->cycles_per_ns > 0 ? "bytes per cycle" : "GB/s";
	bool limited = false;
	char text[24];

	for (size_t i = 0; i < t->sizes && !limited; i++) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)t->size[i]);
		limited = iop_report_limit(t->run, t->op, 64, text) != NULL;
	}
	iop_html(out,
		 "<figure class=plot data-plot=size data-unit=\"%s\"><figcaption><b>%s</b> <span class=quiet>%s</span></figcaption>"
		 "<details open><summary>Table: %s</summary><div class=wide tabindex=0 role=region aria-label=\"%s as a table\">"
		 "<table class=rates><thead><tr><th scope=col>bytes",
		 unit, title, unit, title, title);
	head(out, t, limited);
	for (size_t i = 0; i < t->sizes; i++) {
		iop_html(out, "<tr><th scope=row data-x=%llu>%llu", (unsigned long long)t->size[i], (unsigned long long)t->size[i]);
		row(out, t, t->size[i], NULL);
		if (limited)
			limit_cells(out, t, t->size[i]);
		putc('\n', out);
	}
	for (size_t i = 0; i < t->patterns; i++) {
		iop_html(out, "<tr%s><th scope=row>%s", i ? "" : " class=apart", t->pattern[i]);
		row(out, t, 0, t->pattern[i]);
		if (limited)
			limit_cells(out, t, 0);
		putc('\n', out);
	}
	iop_html(out, "</table></div></details>");
	if (t->left_out)
		iop_html(out, "<p class=quiet>%zu more cells are not shown: a table has %d columns at most.</p>", t->left_out,
			 COLUMNS);
	iop_html(out, "</figure>\n");
}

static const struct {
	const char *op, *title;
	bool misaligned;
} tables[] = {
	{"toio", "memory to device", false},
	{"fromio", "device to memory", false},
	{"set", "fill a device", false},
	{"toio", "memory to device, misaligned (geometric mean over the places measured)", true},
	{"fromio", "device to memory, misaligned (geometric mean over the places measured)", true},
	{"set", "fill a device, misaligned (geometric mean over the places measured)", true},
};

static bool has_limits(const struct iop_run *run)
{
	for (size_t i = 0; i < run->count; i++)
		if (strcmp(run->cells[i].op, "limit") == 0 && run->cells[i].ns > 0)
			return true;
	return false;
}

static void machine(FILE *out, const struct iop_report_machine *m)
{
	iop_html(out, "<h3>");
	iop_report_machine_name(out, m);
	iop_html(out, "</h3><p class=quiet>Run of %s, commit %.12s%s%s. %s</p>", m->copies->time, m->copies->commit,
		 m->copies->dirty ? " with local changes" : "", strcmp(m->copies->clock, "cpu") == 0 ? "; CPU time" : "",
		 has_limits(m->copies) ? "Percent: of what loops of nothing but loads and stores reach in the same run, by "
					 "accesses of up to 8 B for "
					 "routines that are legal for STRICT, up to 64 B for others."
				       : "No limit is drawn: this run did not measure any (iopath bench --filter '^limit/').");
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct table t = {.run = m->copies, .op = tables[i].op, .misaligned = tables[i].misaligned};

		if (survey(&t))
			table(out, &t, tables[i].title);
		free(t.size);
	}
}

void iop_report_sizes(FILE *out, const struct iop_report *report)
{
	size_t shown = 0, more = 0;

	iop_html(out,
		 "<section id=sizes><h2>Throughput by size</h2>"
		 "<p>How fast each routine copies, from a few bytes to beyond the last cache. The device is ordinary memory here, "
		 "so "
		 "that the routine is measured and not a bus. <span class=dashes>Dashed</span> routines are not for devices: they "
		 "touch "
		 "bytes twice, or unaligned, or in the wrong order. Below the sizes: patterns of sizes that change from call to "
		 "call."
		 "</p>");
	for (size_t i = 0; i < report->machines; i++) {
		if (!report->machine[i].copies)
			continue;
		if (shown == MACHINES) {
			more++;
			continue;
		}
		machine(out, &report->machine[i]);
		shown++;
	}
	if (more)
		iop_html(out, "<p class=quiet>%zu older machines are left out here; they are in the context below.</p>", more);
	if (!shown)
		iop_html(
			out,
			"<p class=empty>No run with copies of several sizes yet: <code>iopath bench --filter '^toio/'</code> makes "
			"one.</p>");
	iop_html(out, "</section>\n");
}
