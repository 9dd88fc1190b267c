/* SPDX-License-Identifier: MIT */
/* A cell's way through the commits: its ratio to code that does not change, its instructions, its accesses. */
#include "html.h"
#include "page.h"

#include <store/history.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define RUNS	 12
#define CELLS	 500
#define SEARCHED 40 /* runs that are searched for changes: the latest; shown are fewer */
#define CHANGES	 8

static double speed(const struct iop_run *run, const struct iop_run_cell *cell)
{
	char name[IOP_RUN_TEXT];
	const struct iop_run_cell *peer;

	if (isfinite(cell->speed))
		return cell->speed;
	/* Copies are followed against the kernel's generic routine, which is frozen. */
	if (!iop_report_is_copy(cell) || iop_report_is_peer(cell))
		return NAN;
	snprintf(name, sizeof(name), "%s/mmio/kernel-generic/%s", cell->op, cell->size);
	peer = *iop_report_variant(cell) ? NULL : iop_report_find(run, name);
	return peer && peer->ns > 0 && cell->ns > 0 ? peer->ns / cell->ns : NAN;
}

static double instructions(const struct iop_run *run, const struct iop_run_cell *cell)
{
	(void)run;
	return cell->instructions;
}

static double accesses(const struct iop_run *run, const struct iop_run_cell *cell)
{
	(void)run;
	return cell->accesses;
}

static const struct metric {
	const char *title, *unit, *words;
	bool exact;
	double (*value)(const struct iop_run *run, const struct iop_run_cell *cell);
} metrics[] = {
	{"Speed", "× the baseline’s",
	 "times its baseline, which no commit changes: above 1 is faster; marked where it changed for three runs or more, "
	 "which is advice: the gate decides",
	 false, speed},
	{"Instructions", "instructions", "per operation, exact; marked where they changed", true, instructions},
	{"Accesses", "accesses", "per operation, exact, to both sides; marked where they changed", true, accesses},
};

struct window {
	const struct iop_run *run[RUNS];
	size_t count;
	const struct iop_run **searched; /* those before them, too */
	size_t search_count;
};

static size_t points(const struct window *w, const struct metric *metric, const char *name)
{
	size_t n = 0;

	for (size_t i = 0; i < w->count; i++) {
		const struct iop_run_cell *cell = iop_report_find(w->run[i], name);

		n += cell && isfinite(metric->value(w->run[i], cell));
	}
	return n;
}

static bool followed(const struct window *w, const struct metric *metric, const struct iop_run_cell *cell)
{
	return !cell->control && isfinite(metric->value(w->run[w->count - 1], cell)) && points(w, metric, cell->name) > 1;
}

/* Where the ratio changed for good, as 'iopath history' finds it: by run of the window, new / old; 0: it did not. */
static void find_changes(const struct window *w, const struct metric *metric, const char *name, double changed[RUNS])
{
	struct iop_change change[CHANGES];
	double value[SEARCHED];
	size_t at[SEARCHED] = {0}, n = 0, found, before = w->search_count - w->count;

	memset(changed, 0, RUNS * sizeof(*changed));
	for (size_t i = 0; i < w->search_count; i++) {
		const struct iop_run_cell *cell = iop_report_find(w->searched[i], name);
		double v = cell ? metric->value(w->searched[i], cell) : NAN;

		if (v > 0 && isfinite(v)) {
			value[n] = v;
			at[n++] = i;
		}
	}
	found = iop_history_changes(value, n, change, CHANGES);
	for (size_t i = 0; i < found; i++)
		if (at[change[i].at] >= before)
			changed[at[change[i].at] - before] = change[i].ratio;
}

static void value(FILE *out, const struct metric *metric, double now, double before, double changed)
{
	bool counted = metric->exact && fabs(now - before) > 1e-6;

	if (changed > 0)
		iop_html(out, "<td class=changed data-change=\"%+.1f %%\">", 100 * (changed - 1));
	else if (counted)
		iop_html(out, "<td class=changed data-change=\"%+.10g\">", now - before);
	else
		iop_html(out, "<td>");
	iop_html_number(out, now);
	if (changed > 0)
		iop_html(out, " <span class=quiet>%+.1f %%</span>", 100 * (changed - 1));
}

static void row(FILE *out, const struct window *w, const struct metric *metric, const char *name)
{
	double before = NAN, changed[RUNS] = {0};
	const char *build = NULL;

	if (!metric->exact)
		find_changes(w, metric, name, changed);
	iop_html(out, "<tr><th scope=row>%s", name);
	for (size_t i = 0; i < w->count; i++) {
		const struct iop_run_cell *cell = iop_report_find(w->run[i], name);
		const struct iop_run_module *module = cell ? iop_run_module_of(w->run[i], cell) : NULL;
		double now = cell ? metric->value(w->run[i], cell) : NAN;

		value(out, metric, now, before, changed[i]);
		if (module && build && strcmp(module->build, build) != 0)
			iop_html(out, " <span class=quiet>build %.7s</span>", module->build);
		build = module ? module->build : build;
		before = isfinite(now) ? now : before;
	}
	putc('\n', out);
}

static bool table(FILE *out, const struct window *w, const struct metric *metric)
{
	const struct iop_run *newest = w->run[w->count - 1];
	size_t shown = 0, more = 0;

	for (size_t i = 0; i < newest->count; i++) {
		if (!followed(w, metric, &newest->cells[i]))
			continue;
		if (shown == CELLS) {
			more++;
			continue;
		}
		if (!shown++) {
			iop_html(out,
				 "<figure class=plot data-plot=history data-unit=\"%s\"><figcaption><b>%s</b> <span "
				 "class=quiet>%s</span>"
				 "</figcaption><details open><summary>Table: %s</summary><div class=wide tabindex=0 "
				 "role=region "
				 "aria-label=\"%s of each cell, by run\"><table><thead><tr><th scope=col>cell",
				 metric->unit, metric->title, metric->words, metric->title, metric->title);
			for (size_t r = 0; r < w->count; r++)
				iop_html(out, "<th scope=col >%.10s<br>%.7s", w->run[r]->time, w->run[r]->commit);
			iop_html(out, "<tbody>\n");
		}
		row(out, w, metric, newest->cells[i].name);
	}
	if (!shown)
		return false;
	iop_html(out, "</table></div></details>");
	if (more)
		iop_html(out, "<p class=quiet>%zu more cells: <code>iopath history CELL</code> shows any of them.</p>", more);
	iop_html(out, "</figure>\n");
	return true;
}

void iop_report_history(FILE *out, const struct iop_report *report)
{
	bool any = false;

	iop_html(out, "<section id=history><h2>History</h2><p>Absolute times drift with the machine; what is followed here does "
		      "not: the ratio "
		      "to a reference that no commit changes, measured in the same run, and exact counts.</p>");
	for (size_t i = 0; i < report->machines && i < 4; i++) {
		const struct iop_report_machine *m = &report->machine[i];
		struct window w = {.count = m->count < RUNS ? m->count : RUNS};

		if (m->count < 2)
			continue;
		for (size_t r = 0; r < w.count; r++)
			w.run[r] = m->run[m->count - w.count + r];
		w.search_count = m->count < SEARCHED ? m->count : SEARCHED;
		w.searched = m->run + m->count - w.search_count;
		iop_html(out, "<h3>");
		iop_report_machine_name(out, m);
		iop_html(out, "</h3>");
		for (size_t k = 0; k < sizeof(metrics) / sizeof(metrics[0]); k++)
			any |= table(out, &w, &metrics[k]);
	}
	if (!any)
		iop_html(out, "<p class=empty>A history needs two runs of one machine with cells in common.</p>");
	iop_html(out, "</section>\n");
}
