/* SPDX-License-Identifier: MIT */
/* The machines, each run with what could have bent it, and the files that were left out. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

#define RUNS 30

static void pair(FILE *out, const char *term, const char *text)
{
	if (*text)
		iop_html(out, "<dt>%s<dd>%s", term, text);
}

static void machine(FILE *out, const struct iop_report_machine *m)
{
	const struct iop_run *newest = m->run[m->count - 1];
	size_t first = m->count > RUNS ? m->count - RUNS : 0;

	iop_html(out, "<h3>");
	iop_report_machine_name(out, m);
	iop_html(out, "</h3><dl class=facts>");
	pair(out, "kernel", newest->kernel);
	pair(out, "microcode", newest->microcode);
	pair(out, "compiler", newest->compiler);
	pair(out, "flags", newest->flags);
	pair(out, "hypervisor", newest->hypervisor);
	pair(out, "emulator", newest->emulator);
	pair(out, "hyper-threading", newest->smt);
	pair(out, "turbo", newest->turbo);
	pair(out, "governor", newest->governor);
	pair(out, "times", strcmp(newest->clock, "cpu") == 0 ? "CPU time (--clock cpu)" : "wall-clock time");
	if (newest->cycles_per_ns > 0)
		iop_html(out, "<dt>clock while measured<dd>%.2f GHz", newest->cycles_per_ns);
	for (size_t i = 0; i < newest->module_count; i++)
		if (*newest->modules[i].name)
			iop_html(out, "<dt>module %s<dd>%s, build %.12s", newest->modules[i].name, newest->modules[i].file,
				 newest->modules[i].build);
	iop_html(out, "</dl>");
	if (newest->warning_count) {
		iop_html(out, "<ul class=warnings aria-label=\"Warnings of the newest run\">");
		for (size_t i = 0; i < newest->warning_count; i++)
			iop_html(out, "<li>%s", newest->warnings[i]);
		iop_html(out, "</ul>");
	}
	iop_html(
		out,
		"<div class=wide tabindex=0 role=region aria-label=\"Runs of this machine\"><table><thead><tr><th scope=col>run<th "
		"scope=col>commit<th scope=col>cells<th scope=col>load before<th scope=col>load after<th scope=col>stolen %%<th "
		"scope=col>warnings<tbody>\n");
	for (size_t i = m->count; i-- > first;) {
		const struct iop_run *run = m->run[i];

		iop_html(out, "<tr><th scope=row>%s%s<td>%.12s%s<td>%zu<td>", *run->time ? run->time : run->path,
			 run->partial ? " (interrupted)" : "", run->commit, run->dirty ? " +" : "", run->count);
		iop_html_number(out, run->load_before);
		iop_html(out, "<td>");
		iop_html_number(out, run->load_after);
		iop_html(out, "<td>");
		iop_html_number(out, run->steal_percent);
		iop_html(out, "<td>%zu\n", run->warning_count);
	}
	iop_html(out, "</table></div>");
	if (first)
		iop_html(out, "<p class=quiet>%zu older runs.</p>", first);
}

void iop_report_context(FILE *out, const struct iop_report *report)
{
	iop_html(out, "<section id=context><h2>Machines and runs</h2><p>Times hold for the machine that they were measured on. A "
		      "<b>+</b> after a commit marks uncommitted changes.</p>");
	for (size_t i = 0; i < report->machines; i++)
		machine(out, &report->machine[i]);
	if (!report->machines)
		iop_html(out, "<p class=empty>No runs in %s yet: <code>iopath bench --quick</code> makes one in half a minute.</p>",
			 report->dir);
	if (report->too_old)
		iop_html(out, "<p class=quiet>%zu older files were not read: of each folder the newest 40 are.</p>",
			 report->too_old);
	if (report->refusals) {
		iop_html(out, "<h3>Files left out</h3><ul class=warnings>");
		for (size_t i = 0; i < report->refusals; i++)
			iop_html(out, "<li><code>%s</code>: %s", report->refused[i].path, report->refused[i].reason);
		iop_html(out, "</ul>");
	}
	iop_html(out, "</section>\n");
}
