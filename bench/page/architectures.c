/* SPDX-License-Identifier: MIT */
/* One cell, many architectures: what may be compared (ratios within a machine, exact counts, legality), and never times. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS 12
#define ROWS	400
#define SIZES	2000

struct column {
	const struct iop_run *run;
	const char *label;
};

struct sources {
	struct column column[COLUMNS];
	size_t count, left_out;
};

static double speed(const struct iop_run_cell *cell)
{
	return cell->speed;
}

static double instructions(const struct iop_run_cell *cell)
{
	return cell->instructions;
}

static double accesses(const struct iop_run_cell *cell)
{
	return cell->accesses;
}

static const struct metric {
	const char *title, *words;
	double (*value)(const struct iop_run_cell *cell);
} metrics[] = {
	{"Accesses per operation", "exact, on both sides of a copy, without the stack", accesses},
	{"Instructions per operation", "exact, of the compiled code; a comparison of code, not of speed", instructions},
	{"Speed against the cell’s own baseline", "measured on each machine against its own reference: above 1 is faster", speed},
};

static void add(struct sources *s, const struct iop_run *run)
{
	for (size_t i = 0; i < s->count; i++)
		if (strcmp(s->column[i].run->arch, run->arch) == 0 && strcmp(s->column[i].run->emulator, run->emulator) == 0) {
			s->column[i].run = run;
			return;
		}
	if (s->count == COLUMNS)
		s->left_out++;
	else
		s->column[s->count++].run = run;
}

static bool has_sizes(const struct sources *s, const struct metric *metric, uint64_t *sizes, size_t *count)
{
	size_t columns = 0;

	*count = 0;
	for (size_t c = 0; c < s->count; c++) {
		size_t before = *count;

		for (size_t i = 0; i < s->column[c].run->count && *count < SIZES; i++) {
			const struct iop_run_cell *cell = &s->column[c].run->cells[i];

			if (strcmp(cell->op, "toio") == 0 && strcmp(cell->backend, "mmio") == 0 &&
			    strcmp(cell->routine, "strict") == 0 && iop_report_size(cell) && !*iop_report_variant(cell) &&
			    isfinite(metric->value(cell)))
				sizes[(*count)++] = iop_report_size(cell);
		}
		columns += *count > before;
	}
	return columns > 1;
}

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* The one copy that everybody asks about, by size: the shape says more than a list of cells. */
static void plot(FILE *out, const struct sources *s, const struct metric *metric)
{
	uint64_t sizes[SIZES];
	size_t count;

	if (!has_sizes(s, metric, sizes, &count))
		return;
	qsort(sizes, count, sizeof(sizes[0]), by_number);
	iop_html(out,
		 "<figure class=plot data-plot=size data-unit=\"%s\"><figcaption><b>%s</b> <span class=quiet>of a strict copy to a "
		 "device, by "
		 "size</span></figcaption><details open><summary>Table: %s</summary><div class=wide tabindex=0 role=region "
		 "aria-label=\"%s of a strict copy by size\"><table><thead><tr><th scope=col>bytes",
		 metric->title, metric->title, metric->title, metric->title);
	for (size_t c = 0; c < s->count; c++)
		iop_html(out, "<th scope=col>%s%s%s", s->column[c].run->arch, *s->column[c].run->emulator ? " · " : "",
			 s->column[c].run->emulator);
	iop_html(out, "<tbody>\n");
	for (size_t i = 0; i < count; i++) {
		char name[64];

		if (i && sizes[i] == sizes[i - 1])
			continue;
		snprintf(name, sizeof(name), "toio/mmio/strict/%llu", (unsigned long long)sizes[i]);
		iop_html(out, "<tr><th scope=row data-x=%llu>%llu", (unsigned long long)sizes[i], (unsigned long long)sizes[i]);
		for (size_t c = 0; c < s->count; c++) {
			const struct iop_run_cell *cell = iop_report_find(s->column[c].run, name);

			iop_html(out, "<td>");
			iop_html_number(out, cell ? metric->value(cell) : NAN);
		}
		putc('\n', out);
	}
	iop_html(out, "</table></div></details></figure>\n");
}

static bool legality_is_known(const struct iop_run_cell *cell)
{
	return iop_report_is_copy(cell);
}

static size_t columns_with(const struct sources *s, const struct metric *metric, const char *name)
{
	size_t n = 0;

	for (size_t c = 0; c < s->count; c++) {
		const struct iop_run_cell *cell = iop_report_find(s->column[c].run, name);

		n += cell && isfinite(metric->value(cell));
	}
	return n;
}

static void head(FILE *out, const struct sources *s, const struct metric *metric)
{
	iop_html(out,
		 "<details open><summary><b>%s</b> <span class=quiet>%s</span></summary><div class=wide tabindex=0 "
		 "role=region "
		 "aria-label=\"%s by architecture\"><table><thead><tr><th scope=col>cell",
		 metric->title, metric->words, metric->title);
	for (size_t c = 0; c < s->count; c++)
		iop_html(out, "<th scope=col>%s%s%s", s->column[c].run->arch, *s->column[c].run->emulator ? " · " : "",
			 s->column[c].run->emulator);
	iop_html(out, "<tbody>\n");
}

static void row(FILE *out, const struct sources *s, const struct metric *metric, const char *name)
{
	iop_html(out, "<tr><th scope=row>%s", name);
	for (size_t c = 0; c < s->count; c++) {
		const struct iop_run_cell *cell = iop_report_find(s->column[c].run, name);
		bool illegal = cell && legality_is_known(cell) && !cell->legal;

		iop_html(out, "<td%s>", illegal ? " class=illegal title=\"not for devices\"" : "");
		iop_html_number(out, cell ? metric->value(cell) : NAN);
	}
	putc('\n', out);
}

/* Every cell once, from the column that names it first. */
static bool table(FILE *out, const struct sources *s, const struct metric *metric)
{
	size_t shown = 0, more = 0;

	for (size_t c = 0; c < s->count; c++)
		for (size_t i = 0; i < s->column[c].run->count; i++) {
			const struct iop_run_cell *cell = &s->column[c].run->cells[i];
			bool seen = cell->control;

			for (size_t before = 0; before < c && !seen; before++)
				seen = iop_report_find(s->column[before].run, cell->name) != NULL;
			if (seen || columns_with(s, metric, cell->name) < 2)
				continue;
			if (shown == ROWS) {
				more++;
				continue;
			}
			if (!shown++)
				head(out, s, metric);
			row(out, s, metric, cell->name);
		}
	if (shown)
		iop_html(out, "</table></div></details>\n");
	if (more)
		iop_html(out, "<p class=quiet>%zu more cells: <code>iopath compare</code> shows them.</p>", more);
	return shown > 0;
}

/* Machines that were measured, of several architectures: each cell's ratio to its own machine, and counts. */
static bool measured(FILE *out, const struct iop_report *report)
{
	struct sources s = {0};
	bool any = false;

	for (size_t m = report->machines; m-- > 0;)
		add(&s, report->machine[m].run[report->machine[m].count - 1]);
	if (s.count < 2)
		return false;
	iop_html(out,
		 "<h3>Measured machines</h3><p>Times of different machines are never put side by side; ratios within one machine "
		 "and exact "
		 "counts are. <span class=illegal>Marked</span> counts are of routines that are not for devices.</p>");
	for (size_t k = 0; k < sizeof(metrics) / sizeof(metrics[0]); k++)
		if (metrics[k].value == instructions)
			plot(out, &s, &metrics[k]);
	for (size_t k = 0; k < sizeof(metrics) / sizeof(metrics[0]); k++)
		any |= table(out, &s, &metrics[k]);
	if (s.left_out)
		iop_html(out, "<p class=quiet>%zu more architectures did not fit.</p>", s.left_out);
	return any;
}

void iop_report_architectures(FILE *out, const struct iop_report *report)
{
	bool any = report->baselines.count > 0;

	iop_html(out, "<section id=architectures><h2>Architecture against architecture</h2>");
	iop_report_baselines(out, report);
	any |= measured(out, report);
	if (!any)
		iop_html(out, "<p class=empty>Only one architecture has results: <code>scripts/arch --baselines</code> counts on "
			      "others, under "
			      "emulation.</p>");
	iop_html(out, "</section>\n");
}
