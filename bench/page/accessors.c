/* SPDX-License-Identifier: MIT */
/* Single accesses: what each way of saying "read a register" costs, against doing it by hand. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define ROWS 400

static const char *const ops[] = {"read", "write", "update"};
static const char *const widths[] = {"u8", "u16", "u32", "u64"};

#define OPS    (sizeof(ops) / sizeof(ops[0]))
#define WIDTHS (sizeof(widths) / sizeof(widths[0]))

static size_t index_of(const char *const *words, size_t count, const char *word)
{
	size_t i = 0;

	while (i < count && strcmp(words[i], word) != 0)
		i++;
	return i;
}

struct row {
	const char *backend, *routine, *variant;
	const struct iop_run_cell *cell[OPS][WIDTHS];
};

static struct row *row_of(struct row *rows, size_t *count, const struct iop_run_cell *cell)
{
	const char *variant = iop_report_variant(cell);

	for (size_t i = 0; i < *count; i++)
		if (strcmp(rows[i].backend, cell->backend) == 0 && strcmp(rows[i].routine, cell->routine) == 0 &&
		    strcmp(rows[i].variant, variant) == 0)
			return &rows[i];
	if (*count == ROWS)
		return NULL;
	rows[*count] = (struct row){.backend = cell->backend, .routine = cell->routine, .variant = variant};
	return &rows[(*count)++];
}

/* A step on the scale from much slower (-4) over the same (0) to faster (1). */
static int shade(double speed)
{
	if (!isfinite(speed) || (speed > 0.9 && speed < 1.1))
		return 0;
	return speed >= 1.1 ? 1 : speed > 0.7 ? -1 : speed > 0.4 ? -2 : speed > 0.1 ? -3 : -4;
}

static void cell(FILE *out, const struct iop_run_cell *cell)
{
	if (!cell) {
		iop_html(out, "<td>");
		return;
	}
	iop_html(out, "<td class=\"s%d\"", shade(cell->speed));
	if (isfinite(cell->speed))
		iop_html(out, " title=\"%.2f times the speed of %s\"", cell->speed, cell->baseline);
	iop_html(out, ">");
	iop_html_number(out, cell->ns);
}

static void table(FILE *out, const struct row *rows, size_t count, size_t op)
{
	const char *backend = "";

	iop_html(out,
		 "<div><h3>%s</h3><div class=wide tabindex=0 role=region aria-label=\"%s accesses\"><table class=shades>"
		 "<thead><tr><th scope=col>ns per access",
		 ops[op], ops[op]);
	for (size_t w = 0; w < WIDTHS; w++)
		iop_html(out, "<th scope=col>%s", widths[w]);
	iop_html(out, "<tbody>\n");
	for (size_t i = 0; i < count; i++) {
		bool any = false;

		for (size_t w = 0; w < WIDTHS; w++)
			any |= rows[i].cell[op][w] != NULL;
		if (!any)
			continue;
		if (strcmp(backend, rows[i].backend) != 0)
			iop_html(out, "<tr class=group><th scope=colgroup colspan=%zu>%s\n", WIDTHS + 1, rows[i].backend);
		iop_html(out, "<tr><th scope=row>%s%s%s", rows[i].routine, *rows[i].variant ? " " : "", rows[i].variant);
		backend = rows[i].backend;
		for (size_t w = 0; w < WIDTHS; w++)
			cell(out, rows[i].cell[op][w]);
		putc('\n', out);
	}
	iop_html(out, "</table></div></div>\n");
}

static size_t collect(const struct iop_run *run, struct row *rows)
{
	size_t count = 0;

	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *c = &run->cells[i];
		size_t op = index_of(ops, OPS, c->op), width = index_of(widths, WIDTHS, c->size);
		struct row *r;

		if (op == OPS || width == WIDTHS || c->latency || !(c->ns > 0))
			continue;
		r = row_of(rows, &count, c);
		if (r)
			r->cell[op][width] = c;
	}
	return count;
}

static int by_backend(const void *a, const void *b)
{
	const struct row *x = a, *y = b;
	int order = strcmp(x->backend, y->backend);

	return order ? order : x < y ? -1 : 1;
}

void iop_report_accessors(FILE *out, const struct iop_report *report)
{
	struct row *rows = calloc(ROWS, sizeof(*rows));
	const struct iop_report_machine *machine = NULL;
	const struct iop_run *run = NULL;
	size_t count = 0;

	for (size_t m = 0; rows && !count && m < report->machines; m++)
		for (size_t i = report->machine[m].count; !count && i-- > 0;) {
			machine = &report->machine[m];
			run = machine->run[i];
			count = collect(run, rows);
		}
	iop_html(out, "<section id=accessors><h2>Single accesses</h2>");
	if (count) {
		iop_html(out,
			 "<p>Nanoseconds for one access, all of them interleaved in one run. Colour is the speed against the same "
			 "access "
			 "written by hand on the same backend: <span class=\"chip s0\">the same</span> <span class=\"chip "
			 "s1\">faster</span> <span class=\"chip s-1\">slower</span> <span class=\"chip s-2\">&lt;&nbsp;0.7×</span> "
			 "<span class=\"chip s-3\">&lt;&nbsp;0.4×</span> <span class=\"chip s-4\">&lt;&nbsp;0.1×</span></p><p "
			 "class=quiet>");
		iop_report_machine_name(out, machine);
		iop_html(out, ", run of %s</p>", run->time);
		qsort(rows, count, sizeof(*rows), by_backend);
		iop_html(out, "<div class=side>");
		for (size_t op = 0; op < OPS; op++)
			table(out, rows, count, op);
		iop_html(out, "</div>");
	} else {
		iop_html(out, "<p class=empty>No run with single accesses yet: <code>iopath bench --quick</code> makes one.</p>");
	}
	iop_html(out, "</section>\n");
	free(rows);
}
