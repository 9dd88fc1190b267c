/* SPDX-License-Identifier: MIT */
#include "page.h"
#include "assets.h"
#include "frame.h"
#include "html.h"

#include <iopath_build.h>

#include <time.h>

static const char *const nav[][2] = {
	{"calls", "What to call"},	{"glance", "By CPU"},	     {"sizes", "Throughput"},
	{"accessors", "Accessors"},	{"modules", "Your modules"}, {"pictures", "Accesses"},
	{"heat", "Base and candidate"}, {"commands", "Commands"},    {"architectures", "Architectures"},
	{"history", "History"},		{"fuzz", "Fuzzing"},	     {"context", "Machines"},
};

static void top(FILE *out, const struct iop_report *report)
{
	char now[32];
	time_t seconds = time(NULL);
	struct tm utc;

	gmtime_r(&seconds, &utc);
	strftime(now, sizeof(now), "%Y-%m-%d %H:%M UTC", &utc);
	iop_html(out,
		 "<header><h1>I/O access paths</h1><p class=quiet>%zu run%s of %zu machine%s. Written by iopath %s, commit %.12s, "
		 "on %s.</p>",
		 report->runs.count, report->runs.count == 1 ? "" : "s", report->machines, report->machines == 1 ? "" : "s",
		 IOP_BUILD_VERSION, IOP_BUILD_COMMIT, now);
	iop_html(out, "</header>\n<nav aria-label=Sections><ul>");
	for (size_t i = 0; i < sizeof(nav) / sizeof(nav[0]); i++)
		iop_html(out, "<li><a href=\"#%s\">%s</a>", nav[i][0], nav[i][1]);
	iop_html(out, "</ul></nav>\n<main id=main>\n");
}

static void scripts(FILE *out, const char *nonce)
{
	if (!iop_asset_uplot_js_bytes) {
		iop_html(out, "<p class=empty id=no-plots>This build has no plotting library (uPlot, from npm), so the report has "
			      "tables only. Build once with npm and a network to get it.</p>");
		return;
	}
	iop_html(out, "<noscript><p class=empty>Without JavaScript the report has tables only; they contain "
		      "everything.</p></noscript>\n");
	IOP_PAGE_SCRIPT(out, nonce, uplot_js);
	IOP_PAGE_SCRIPT(out, nonce, page_js);
}

void iop_report_page(FILE *out, struct iop_report *report)
{
	char nonce[IOP_PAGE_NONCE];

	iop_page_begin(out, "iopath report", nonce);
	top(out, report);
	iop_report_calls(out, report);
	iop_report_glance(out, report);
	iop_report_sizes(out, report);
	iop_report_accessors(out, report);
	iop_report_modules(out, report);
	iop_report_predicted(out, report);
	iop_report_pictures(out, report);
	iop_html(out, "<section id=heat><h2>Base and candidate</h2>");
	iop_report_gates(out, report);
	iop_report_heat(out, report);
	iop_html(out, "</section>\n");
	iop_report_commands(out, report);
	iop_report_architectures(out, report);
	iop_report_history(out, report);
	iop_report_fuzz(out, report);
	iop_report_context(out, report);
	iop_html(out,
		 "</main>\n<footer class=quiet>One file, no network. Plots: uPlot 1.6.32, © Leon Sorokin, MIT licence.</footer>\n");
	scripts(out, nonce);
	iop_html(out, "</body></html>\n");
}
