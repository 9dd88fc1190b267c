/* SPDX-License-Identifier: MIT */
/* Access paths of users, beside ours: of each machine the newest run that has some. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

#define MACHINES 4

static bool has_modules(const struct iop_run *run)
{
	for (size_t i = 0; i < run->count; i++)
		if (*run->cells[i].module)
			return true;
	return false;
}

static const struct iop_run *newest(const struct iop_report_machine *machine)
{
	for (size_t i = machine->count; i-- > 0;)
		if (has_modules(machine->run[i]))
			return machine->run[i];
	return NULL;
}

/* What of ours does the same: the copy that every device takes, or a plain access of the same width. NULL: not measured, or nothing. */
static const struct iop_run_cell *ours(const struct iop_run *run, const struct iop_run_cell *cell)
{
	static const char *const routines[] = {"strict", "raw"};
	const struct iop_run_cell *found = NULL;
	char name[IOP_RUN_TEXT];

	for (size_t i = 0; !found && i < sizeof(routines) / sizeof(routines[0]); i++) {
		snprintf(name, sizeof(name), "%s/mmio/%s/%s", cell->op, routines[i], cell->size);
		found = iop_report_find(run, name);
	}
	return found;
}

static void figures(FILE *out, const struct iop_run_cell *cell)
{
	char accesses[24];

	if (!cell) {
		iop_html(out, "<td>–<td>–<td>–");
		return;
	}
	iop_accesses_text(accesses, sizeof(accesses), &cell->device);
	iop_html(out, "<td>%s<td>", accesses);
	iop_html_number(out, cell->instructions);
	iop_html(out, "<td>");
	iop_html_number(out, cell->ns);
}

static void row(FILE *out, const struct iop_run *run, const struct iop_run_cell *cell)
{
	const struct iop_run_cell *other = ours(run, cell);

	iop_html(out, "<tr><th scope=row>%s", cell->name);
	if (*cell->error)
		iop_html(out, " <span class=broken>%s</span>", cell->error);
	figures(out, cell);
	iop_html(out, "<td>");
	iop_html_number(out, cell->speed);
	iop_html(out, " <span class=quiet>%s</span><td class=quiet>%s", cell->baseline, other ? other->name : "–");
	figures(out, other);
	iop_html(out, "<td>");
	iop_html_number(out, other ? iop_report_faster(cell, other) : (double)NAN);
	putc('\n', out);
}

static void table(FILE *out, const struct iop_report_machine *machine, const struct iop_run *run)
{
	iop_html(out, "<p class=quiet>");
	iop_report_machine_name(out, machine);
	iop_html(out, ", run of %s</p>", run->time);
	iop_html(out, "<div class=wide tabindex=0 role=region aria-label=\"Access paths of modules, beside those of iopath\">"
		      "<table class=modules><thead><tr><th scope=col>theirs<th scope=col>device side<th scope=col>instructions"
		      "<th scope=col>ns<th scope=col>speed against<th scope=col>ours<th scope=col>device side<th "
		      "scope=col>instructions<th scope=col>ns<th scope=col>theirs against ours<tbody>\n");
	for (size_t i = 0; i < run->count; i++)
		if (*run->cells[i].module)
			row(out, run, &run->cells[i]);
	iop_html(out, "</table></div>\n");
}

void iop_report_modules(FILE *out, const struct iop_report *report)
{
	size_t shown = 0;

	iop_html(out, "<section id=modules><h2>Your modules</h2>");
	for (size_t i = 0; i < report->machines && shown < MACHINES; i++) {
		const struct iop_run *run = newest(&report->machine[i]);

		if (!run)
			continue;
		if (!shown++)
			iop_html(out, "<p>Access paths that modules of users register, and what of ours does the same, measured "
				      "in one run; above 1 is faster. On a device the accesses decide. A run judges nothing: "
				      "<code>iopath check</code> says what each is legal for.</p>");
		table(out, &report->machine[i], run);
	}
	if (!shown)
		iop_html(out,
			 "<p class=empty>No run has cells of a module of yours yet: <code>iopath bench --module my.so</code> makes "
			 "one.</p>");
	iop_html(out, "</section>\n");
}
