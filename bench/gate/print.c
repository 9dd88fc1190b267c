/* SPDX-License-Identifier: MIT */
/* The report for a terminal, and for a pull request. */
#include "words.h"

#include <host/fail.h>

#include <stdlib.h>

#define MOST_ROWS 20

void iop_gate_print(FILE *out, const struct iop_gate *gate, int code, bool colour)
{
	const char *begin = !colour ? "" : code == IOP_EXIT_CLEAN ? "\033[1;32m" : "\033[1;31m", *end = colour ? "\033[0m" : "";
	char text[512], verdict[64];
	size_t count;
	const struct iop_gate_cell **cells = iop_gate_notable(gate, &count);

	iop_gate_summary(gate, text, sizeof(text));
	fprintf(out, "gate %.12s -> %.12s   %s\n", gate->commit[IOP_BASE], gate->commit[IOP_CANDIDATE], text);
	for (size_t i = 0; cells && i < count && i < MOST_ROWS; i++) {
		iop_gate_details(text, sizeof(text), cells[i]);
		fprintf(out, "%-24s  %-44s  %s\n", iop_gate_verdict_text(cells[i], verdict, sizeof(verdict)), cells[i]->name, text);
	}
	if (count > MOST_ROWS)
		fprintf(out, "and %zu more, less important (--json and --markdown have them)\n", count - MOST_ROWS);
	free(cells);
	iop_gate_controls(gate, text, sizeof(text));
	fprintf(out, "controls: %s\n", text);
	iop_gate_resolution(gate, text, sizeof(text));
	fprintf(out, "resolution: %s\n", text);
	iop_gate_placement(gate, text, sizeof(text));
	if (*text)
		fprintf(out, "placement: %s\n", text);
	if (gate->counts_missing)
		fprintf(out, "instructions: %s\n", gate->counts_missing);
	if (gate->device_missing)
		fprintf(out, "device accesses were not counted everywhere: %s\n", gate->device_missing);
	if (gate->accesses_missing)
		fprintf(out, "accesses were not counted everywhere: %s\n", gate->accesses_missing);
	iop_gate_conclusion(gate, code, text, sizeof(text));
	fprintf(out, "%s%s%s\n", begin, text, end);
}

/* A cell's name comes from a module and is not trusted: nothing in it may become markup. */
static void put_code(FILE *out, const char *name)
{
	fputc('`', out);
	for (; *name; name++)
		if (*name != '`' && *name != '|' && *name != '\n')
			fputc(*name, out);
	fputc('`', out);
}

static void markdown_row(FILE *out, const struct iop_gate_cell *cell)
{
	char text[512], verdict[64];

	fputs("| ", out);
	put_code(out, cell->name);
	iop_gate_details(text, sizeof(text), cell);
	fprintf(out, " | %s | ", iop_gate_verdict_text(cell, verdict, sizeof(verdict)));
	for (const char *c = text; *c; c++)
		fputc(*c == '|' || *c == '<' ? ' ' : *c, out);
	fputs(" |\n", out);
}

void iop_gate_markdown(FILE *out, const struct iop_gate *gate, int code)
{
	static const char head[] = "| cell | verdict | candidate against base |\n|---|---|---|\n";
	size_t count;
	const struct iop_gate_cell **cells = iop_gate_notable(gate, &count);
	char text[512];

	iop_gate_conclusion(gate, code, text, sizeof(text));
	fprintf(out, "### iopath gate: %s\n\n", text);
	iop_gate_summary(gate, text, sizeof(text));
	fprintf(out, "`%.12s` → `%.12s`: %s\n\n", gate->commit[IOP_BASE], gate->commit[IOP_CANDIDATE], text);
	if (count)
		fputs(head, out);
	for (size_t i = 0; cells && i < count && i < MOST_ROWS; i++)
		markdown_row(out, cells[i]);
	if (count > MOST_ROWS)
		fprintf(out, "\nand %zu more, below.\n", count - MOST_ROWS);
	free(cells);
	iop_gate_resolution(gate, text, sizeof(text));
	fprintf(out, "\nResolution: %s. ", text);
	iop_gate_controls(gate, text, sizeof(text));
	fprintf(out, "Controls: %s.\n\n", text);
	iop_gate_placement(gate, text, sizeof(text));
	if (*text)
		fprintf(out, "Placement: %s.\n\n", text);
	fprintf(out, "<details><summary>all cells</summary>\n\n%s", head);
	for (size_t i = 0; i < gate->count; i++)
		markdown_row(out, &gate->cell[i]);
	fputs("\n</details>\n", out);
}
