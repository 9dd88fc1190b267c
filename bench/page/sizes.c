/* SPDX-License-Identifier: MIT */
/* Throughput by size: one table for each operation and place, a column for each routine, the physical limits beside them. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS	 40
#define MACHINES 6

struct column {
	const char *backend, *routine;
	const char *tier;
	bool legal;
};

struct table {
	const struct iop_run *run;
	const char *op;
	bool misaligned;
	struct column column[COLUMNS];
	size_t columns, left_out;
	uint64_t *size;
	size_t sizes;
};

/*
 * What no routine can exceed while its data is in the first-level cache, bytes a cycle. x86-64 cores since Ice Lake and Zen 3 retire
 * two stores a cycle, or one of 64 bytes; Zen 5 loads four words, others fewer.
 * Source: docs/copies.md, 6.
 */
static const struct limit {
	const char *arch, *op, *name;
	double per_cycle;
} limits[] = {
	{"x86_64", "toio", "limit: 2 stores of 8 B", 16},  {"x86_64", "set", "limit: 2 stores of 8 B", 16},
	{"x86_64", "fromio", "limit: 4 loads of 8 B", 32}, {"x86_64", "toio", "limit: 1 store of 64 B", 64},
	{"x86_64", "set", "limit: 1 store of 64 B", 64},   {"x86_64", "fromio", "limit: 1 store of 64 B", 64},
};

#define LIMITS (sizeof(limits) / sizeof(limits[0]))

static bool wanted(const struct table *t, const struct iop_run_cell *cell)
{
	const char *variant = iop_report_variant(cell);

	if (strcmp(cell->op, t->op) != 0 || !(cell->ns > 0) || cell->latency)
		return false;
	if (strcmp(cell->size, "1-64") == 0)
		return !t->misaligned && strcmp(variant, "pattern=uniform") == 0;
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
	t->column[t->columns++] = (struct column){cell->backend, cell->routine, cell->tier, cell->legal};
}

static int by_size(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
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
		if (iop_report_size(cell))
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

/* @size 0: random sizes. */
static void row(FILE *out, const struct table *t, uint64_t size)
{
	double sum[COLUMNS] = {0};
	size_t n[COLUMNS] = {0};

	for (size_t i = 0; i < t->run->count; i++) {
		const struct iop_run_cell *cell = &t->run->cells[i];

		if (!wanted(t, cell) || iop_report_size(cell) != size)
			continue;
		for (size_t c = 0; c < t->columns; c++)
			if (in_column(&t->column[c], cell) && rate(t, cell) > 0) {
				sum[c] += log(rate(t, cell));
				n[c]++;
			}
	}
	if (size)
		iop_html(out, "<tr><th scope=row data-x=%llu>%llu", (unsigned long long)size, (unsigned long long)size);
	else
		iop_html(out, "<tr class=apart><th scope=row>1–64, random");
	for (size_t c = 0; c < t->columns; c++) {
		iop_html(out, "<td>");
		iop_html_number(out, n[c] ? exp(sum[c] / (double)n[c]) : NAN);
	}
}

static void limit_cells(FILE *out, const struct table *t, bool head)
{
	for (size_t i = 0; t->run->cycles_per_ns > 0 && i < LIMITS; i++) {
		if (strcmp(limits[i].arch, t->run->arch) != 0 || strcmp(limits[i].op, t->op) != 0)
			continue;
		if (head)
			iop_html(out, "<th scope=col data-limit>%s", limits[i].name);
		else
			iop_html(out, "<td>%g", limits[i].per_cycle);
	}
}

static void table(FILE *out, const struct table *t, const char *title)
{
	const char *unit = t->run->cycles_per_ns > 0 ? "bytes per cycle" : "GB/s";
	bool random = false;

	for (size_t i = 0; i < t->run->count; i++)
		random |= wanted(t, &t->run->cells[i]) && !iop_report_size(&t->run->cells[i]);
	iop_html(out,
		 "<figure class=plot data-plot=size data-unit=\"%s\"><figcaption><b>%s</b> <span class=quiet>%s</span></figcaption>"
		 "<details open><summary>Table: %s</summary><div class=wide tabindex=0 role=region aria-label=\"%s as a table\">"
		 "<table><thead><tr><th scope=col>bytes",
		 unit, title, unit, title, title);
	for (size_t c = 0; c < t->columns; c++) {
		const struct column *column = &t->column[c];
		bool plain = strcmp(column->backend, "mmio") == 0;

		iop_html(out, "<th scope=col data-routine=\"%s\"", column->routine);
		if (!column->legal)
			iop_html(out, " data-illegal");
		iop_html(out, ">%s%s%s", plain ? "" : column->backend, plain ? "" : " ", column->routine);
		if (*column->tier && strcmp(column->tier, "STRICT") != 0)
			iop_html(out, " <span class=quiet>%s</span>", column->tier);
	}
	limit_cells(out, t, true);
	iop_html(out, "<tbody>\n");
	for (size_t i = 0; i < t->sizes; i++) {
		row(out, t, t->size[i]);
		limit_cells(out, t, false);
		putc('\n', out);
	}
	if (random) {
		row(out, t, 0);
		limit_cells(out, t, false);
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

static void machine(FILE *out, const struct iop_report_machine *m)
{
	bool limited = false;

	for (size_t i = 0; i < LIMITS; i++)
		limited |= strcmp(limits[i].arch, m->arch) == 0 && m->copies->cycles_per_ns > 0;
	iop_html(out, "<h3>");
	iop_report_machine_name(out, m);
	iop_html(out, "</h3><p class=quiet>Run of %s, commit %.12s%s%s. %s</p>", m->copies->time, m->copies->commit,
		 m->copies->dirty ? " with local changes" : "", strcmp(m->copies->clock, "cpu") == 0 ? "; CPU time" : "",
		 limited ? "Limits are those of x86-64 cores since Ice Lake and Zen 3, data in the first-level cache."
			 : "No physical limit is drawn: none is known for this CPU.");
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
		 "that the routine is measured and not a bus. <span class=dashes>Dashed</span> routines are not legal on device "
		 "memory: they touch bytes twice, or unaligned, or in the wrong order.</p>");
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
