/* SPDX-License-Identifier: MIT */
/* What operations would take on calibrated devices: a model, from their exact accesses. Only where the user names profiles. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

/* The newest run that says what its operations do on the device side. */
static const struct iop_run *run_of(const struct iop_report *report)
{
	for (size_t i = report->runs.count; i-- > 0;) {
		const struct iop_run *run = &report->runs.at[i].run;

		for (size_t c = 0; run->kind == IOP_RUN_BENCH && c < run->count; c++)
			if (run->cells[c].device.known)
				return run;
	}
	return NULL;
}

/* A few of each kind; the rest is one `iopath bench --profile` away. */
static bool is_shown(const struct iop_run_cell *cell)
{
	static const char *const sizes[] = {"u8", "u16", "u32", "u64", "8", "64", "4096"};

	if (!cell->device.known || strcmp(cell->backend, "mmio") != 0 || *iop_report_variant(cell) ||
	    strcmp(cell->tier, "MEM") == 0 || isnan(cell->ns))
		return false;
	if (!iop_report_is_copy(cell) && strcmp(cell->routine, "raw") != 0)
		return false;
	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		if (strcmp(cell->size, sizes[i]) == 0)
			return true;
	return false;
}

static void row(FILE *out, const struct iop_report *report, const struct iop_run_cell *cell)
{
	char accesses[48];

	iop_accesses_text(accesses, sizeof(accesses), &cell->device);
	iop_html(out, "<tr><th scope=row><code>%s</code><td>%s<td>", cell->name, accesses);
	iop_html_number(out, cell->ns);
	for (size_t i = 0; i < report->profiles; i++) {
		iop_html(out, "<td>");
		iop_html_number(out, iop_profile_ns(&report->profile[i], &cell->device, cell->ns));
	}
	iop_html(out, "\n");
}

void iop_report_predicted(FILE *out, const struct iop_report *report)
{
	const struct iop_run *run = report->profiles ? run_of(report) : NULL;

	if (!report->profiles)
		return;
	iop_html(out, "<section id=predicted><h2>Predicted on calibrated devices</h2>");
	if (!run) {
		iop_html(out, "<p class=empty>No run with device accesses yet: <code>iopath bench --quick</code> makes "
			      "one.</p></section>\n");
		return;
	}
	iop_html(out,
		 "<p>A <strong>model</strong>, not a measurement: time on cached memory (%s), and for each access to the device "
		 "what it "
		 "costs more there, as <code>iopath calibrate</code> measured it.</p>"
		 "<div class=wide tabindex=0 role=region aria-label=\"Predictions\"><table><thead><tr><th scope=col>operation<th "
		 "scope=col>accesses<th scope=col>ns here, cached",
		 run->cpu);
	for (size_t i = 0; i < report->profiles; i++)
		iop_html(out, "<th scope=col>ns on %s (%s), model", report->profile[i].name,
			 report->profile[i].wc ? "write-combining" : "uncached");
	iop_html(out, "</thead><tbody>\n");
	for (size_t c = 0; c < run->count; c++)
		if (is_shown(&run->cells[c]))
			row(out, report, &run->cells[c]);
	iop_html(out, "</tbody></table></div></section>\n");
}
