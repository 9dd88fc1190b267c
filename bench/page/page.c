/* SPDX-License-Identifier: MIT */
#include "page.h"
#include "assets.h"
#include "html.h"

#include <iopath_build.h>

#include <string.h>
#include <sys/random.h>
#include <time.h>

static const char *const nav[][2] = {
	{"calls", "What to call"},	{"glance", "By CPU"},	     {"sizes", "Throughput"},
	{"accessors", "Accessors"},	{"modules", "Your modules"}, {"pictures", "Accesses"},
	{"heat", "Base and candidate"}, {"commands", "Commands"},    {"architectures", "Architectures"},
	{"history", "History"},		{"fuzz", "Fuzzing"},	     {"context", "Machines"},
};

static void asset(FILE *out, const char *bytes, size_t size)
{
	fwrite(bytes, 1, size, out);
}

#define ASSET(out, name) asset(out, iop_asset_##name, iop_asset_##name##_bytes)

/* A nonce that only this page's own scripts carry: any other script in the page does not run. */
static void make_nonce(char nonce[33])
{
	unsigned char random[16];

	if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
		memset(random, 0, sizeof(random));
	for (size_t i = 0; i < sizeof(random); i++)
		snprintf(nonce + 2 * i, 3, "%02x", random[i]);
}

static void head(FILE *out, const char *nonce)
{
	iop_html(out,
		 "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
		 "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; "
		 "script-src 'nonce-%s'; img-src data:; base-uri 'none'; form-action 'none'\">\n"
		 "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		 "<meta name=color-scheme content=\"light dark\"><link rel=icon href=\"data:,\">\n<title>iopath "
		 "report</title>\n<style>\n",
		 nonce);
	ASSET(out, uplot_css);
	ASSET(out, style_css);
	iop_html(out, "</style></head>\n<body><a class=skip href=\"#main\">Skip to the results</a>\n");
}

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
	iop_html(out,
		 "<noscript><p class=empty>Without JavaScript the report has tables only; they contain everything.</p></noscript>\n"
		 "<script nonce=%s>",
		 nonce);
	ASSET(out, uplot_js);
	iop_html(out, "</script>\n<script nonce=%s>", nonce);
	ASSET(out, page_js);
	iop_html(out, "</script>\n");
}

void iop_report_page(FILE *out, struct iop_report *report)
{
	char nonce[33] = "";

	make_nonce(nonce);
	head(out, nonce);
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
