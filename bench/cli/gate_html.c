/* SPDX-License-Identifier: MIT */
#include "gate_html.h"

#include <gate/words.h>
#include <page/assets.h>
#include <page/html.h>

#include <stdlib.h>

static void html_row(FILE *out, const struct iop_gate_cell *cell)
{
	char text[512], verdict[64];

	iop_gate_details(text, sizeof(text), cell);
	iop_html(out, "<tr><th scope=row>%s<td>%s<td>%s\n", cell->name, iop_gate_verdict_text(cell, verdict, sizeof(verdict)),
		 text);
}

static void html_head(FILE *out, const char *title)
{
	iop_html(out,
		 "<section><h2>%s</h2><div class=wide><table><thead><tr><th scope=col>cell<th scope=col>verdict"
		 "<th scope=col>candidate against base</thead><tbody>\n",
		 title);
}

#define HTML_END "</tbody></table></div></section>\n"

void iop_gate_html(FILE *out, const struct iop_gate *gate, int code)
{
	size_t count;
	const struct iop_gate_cell **cells = iop_gate_notable(gate, &count);
	char text[512];

	iop_html(out, "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
		      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
		      "data:\">\n"
		      "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=color-scheme content=\"light dark\"><link rel=icon href=\"data:,\">\n"
		      "<title>iopath gate</title>\n<style>\n");
	fwrite(iop_asset_style_css, 1, iop_asset_style_css_bytes, out);
	iop_gate_conclusion(gate, code, text, sizeof(text));
	iop_html(out,
		 "td:last-child, th:last-child { text-align: left; white-space: normal; "
		 "}\n</style></head>\n<body><header><h1>%s</h1>",
		 text);
	iop_gate_summary(gate, text, sizeof(text));
	iop_html(out, "<p class=quiet>%.12s to %.12s: %s</p></header>\n<main id=main>\n", gate->commit[IOP_BASE],
		 gate->commit[IOP_CANDIDATE], text);
	html_head(out, "Cells to look at");
	for (size_t i = 0; cells && i < count; i++)
		html_row(out, cells[i]);
	iop_html(out, HTML_END);
	iop_gate_controls(gate, text, sizeof(text));
	iop_html(out, "<p>Controls: %s.", text);
	iop_gate_resolution(gate, text, sizeof(text));
	iop_html(out, "<p>Resolution: %s.\n", text);
	html_head(out, "All cells");
	for (size_t i = 0; i < gate->count; i++)
		html_row(out, &gate->cell[i]);
	iop_html(out, HTML_END);
	iop_html(out, "</main></body></html>\n");
	free(cells);
}
