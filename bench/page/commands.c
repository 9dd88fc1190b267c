/* SPDX-License-Identifier: MIT */
/* Whole commands, as hyperfine timed them: a program's start, its files and its end are in these times. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

#define RUNS  6
#define ROWS  100
#define NS_MS 1e6

static bool same_machine(const struct iop_run *a, const struct iop_run *b)
{
	return strcmp(a->arch, b->arch) == 0 && strcmp(a->cpu, b->cpu) == 0;
}

/* The newest runs of the machine that was timed last, oldest first. */
static size_t choose(const struct iop_report *report, const struct iop_run *run[RUNS])
{
	const struct iop_run *newest = NULL;
	size_t count = 0;

	for (size_t i = report->runs.count; i-- > 0 && count < RUNS;) {
		const struct iop_run *r = &report->runs.at[i].run;

		if (r->kind != IOP_RUN_BENCH || !iop_report_is_of_commands(r) || (newest && !same_machine(r, newest)))
			continue;
		newest = newest ? newest : r;
		memmove(run + 1, run, count++ * sizeof(*run));
		run[0] = r;
	}
	return count;
}

static void time_of(FILE *out, const struct iop_run_cell *cell)
{
	iop_html(out, "<td>");
	if (cell && *cell->error) {
		iop_html(out, "%s", cell->error);
		return;
	}
	iop_html_number(out, cell ? cell->ns / NS_MS : NAN);
	if (cell && isfinite(cell->low) && isfinite(cell->high)) {
		iop_html(out, " <span class=quiet>");
		iop_html_number(out, cell->low / NS_MS);
		iop_html(out, "–");
		iop_html_number(out, cell->high / NS_MS);
		iop_html(out, "</span>");
	}
}

static void change_of(FILE *out, const struct iop_run_cell *before, const struct iop_run_cell *now)
{
	bool overlap = before && now && !(before->high < now->low || now->high < before->low);

	if (before && now && before->ns > 0 && now->ns > 0)
		iop_html(out, "<td%s>%+.1f %%", overlap ? " class=same title=\"the ranges overlap\"" : "",
			 (now->ns / before->ns - 1) * 100);
	else
		iop_html(out, "<td>–");
}

static void table(FILE *out, const struct iop_run *const run[], size_t count)
{
	const struct iop_run *newest = run[count - 1];

	iop_html(out, "<div class=wide tabindex=0 role=region aria-label=\"Times of whole commands\"><table><thead><tr><th "
		      "scope=col>milliseconds");
	for (size_t r = 0; r < count; r++)
		iop_html(out, "<th scope=col>%.16s<br>%.12s", run[r]->time, run[r]->commit);
	if (count > 1)
		iop_html(out, "<th scope=col>last change");
	iop_html(out, "<tbody>\n");
	for (size_t i = 0; i < newest->count && i < ROWS; i++) {
		const struct iop_run_cell *cell = &newest->cells[i];

		iop_html(out, "<tr><th scope=row>%s", *cell->routine ? cell->routine : cell->name);
		for (size_t r = 0; r < count; r++)
			time_of(out, iop_report_find(run[r], cell->name));
		if (count > 1)
			change_of(out, iop_report_find(run[count - 2], cell->name), cell);
		putc('\n', out);
	}
	iop_html(out, "</table></div>");
}

void iop_report_commands(FILE *out, const struct iop_report *report)
{
	const struct iop_run *run[RUNS] = {NULL};
	size_t count = choose(report, run);

	iop_html(out, "<section id=commands><h2>Whole commands</h2>");
	if (count) {
		iop_html(out,
			 "<p>Median and quartiles of processes that took turns, timed by hyperfine. Advisory: such times resolve 5 "
			 "to "
			 "20 %%.</p><p class=quiet>%s · %s</p>",
			 *run[0]->cpu ? run[0]->cpu : "unknown CPU", *run[0]->arch ? run[0]->arch : "unknown architecture");
		table(out, run, count);
	} else {
		iop_html(out,
			 "<p class=empty>No commands were timed yet: run <code>scripts/commands BASE</code> for two builds.</p>");
	}
	iop_html(out, "</section>\n");
}
