/* SPDX-License-Identifier: MIT */
/* The verdict in words, for a terminal and for a pull request. */
#include "gate.h"

#include <cli/cli.h>
#include <report/html/assets.h>
#include <report/html/html.h>

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MOST_ROWS 20

const char *iop_gate_verdict_text(const struct iop_gate_cell *cell, char *text, size_t size)
{
	switch (cell->verdict) {
	case IOP_VERDICT_SAME_CODE: return "same code";
	case IOP_VERDICT_SLOWER: return "SLOWER";
	case IOP_VERDICT_FASTER: return "faster";
	case IOP_VERDICT_ABSENT: return "not on this machine";
	case IOP_VERDICT_ERROR: return "error";
	case IOP_VERDICT_NO_CHANGE:
		/* Rounded up: the claim must not be stronger than the measurement. */
		snprintf(text, size, "no change >= %.1f %%", ceil(1000 * cell->resolution) / 10);
		return text;
	case IOP_VERDICT_UNRESOLVED:
		if (!isfinite(cell->resolution))
			return "unresolved";
		snprintf(text, size, "unresolved: sees >= %.1f %%", ceil(1000 * cell->resolution) / 10);
		return text;
	default: return "not measured";
	}
}

const char *iop_gate_explanation(const struct iop_gate_cell *cell)
{
	double more = cell->instructions[IOP_CANDIDATE] - cell->instructions[IOP_BASE];

	if (isnan(more))
		return "";
	if (cell->verdict == IOP_VERDICT_SLOWER && more <= 0)
		return "no more instructions: other ones, their placement, or memory";
	if (cell->verdict != IOP_VERDICT_SLOWER && more > 0 && cell->screened)
		return "more instructions, hidden behind what the CPU waits for anyway";
	return "";
}

static bool counts_grew(const struct iop_gate_cell *cell)
{
	return cell->instructions[IOP_CANDIDATE] > cell->instructions[IOP_BASE] + 1e-9 ||
	       cell->accesses[IOP_CANDIDATE] > cell->accesses[IOP_BASE] + 1e-9;
}

/* What deserves a line without being asked for. */
static bool is_notable(const struct iop_gate_cell *cell)
{
	if (iop_gate_is_control(cell))
		return false;
	/* What sees less says each time how much. */
	if (!iop_cells_pair(cell->flags) && cell->screened)
		return true;
	return cell->verdict == IOP_VERDICT_SLOWER || cell->verdict == IOP_VERDICT_FASTER || cell->verdict == IOP_VERDICT_ERROR ||
	       cell->verdict == IOP_VERDICT_UNRESOLVED || cell->too_many || cell->uncounted || counts_grew(cell);
}

static int importance(const struct iop_gate_cell *cell)
{
	switch (cell->verdict) {
	case IOP_VERDICT_ERROR: return 0;
	case IOP_VERDICT_SLOWER: return 1;
	default: break;
	}
	if (cell->too_many || cell->uncounted)
		return 2;
	if (counts_grew(cell))
		return 3;
	return cell->verdict == IOP_VERDICT_FASTER ? 4 : cell->verdict == IOP_VERDICT_UNRESOLVED ? 5 : 6;
}

static int by_importance(const void *a, const void *b)
{
	const struct iop_gate_cell *x = *(const struct iop_gate_cell *const *)a, *y = *(const struct iop_gate_cell *const *)b;
	int diff = importance(x) - importance(y);

	if (!diff && isfinite(x->change) && isfinite(y->change))
		diff = (x->change < y->change) - (x->change > y->change);
	return diff ? diff : (x > y) - (x < y);
}

static const struct iop_gate_cell **notable(const struct iop_gate *gate, size_t *count)
{
	const struct iop_gate_cell **cells = calloc(gate->count + 1, sizeof(*cells));

	*count = 0;
	for (size_t i = 0; cells && i < gate->count; i++)
		if (is_notable(&gate->cell[i]))
			cells[(*count)++] = &gate->cell[i];
	if (cells)
		qsort(cells, *count, sizeof(*cells), by_importance);
	return cells;
}

static void count_text(char *text, size_t size, const double count[IOP_SIDES], const char *what)
{
	text[0] = '\0';
	if (isfinite(count[IOP_BASE]) && isfinite(count[IOP_CANDIDATE]) && fabs(count[IOP_CANDIDATE] - count[IOP_BASE]) > 1e-9)
		snprintf(text, size, "%.6g -> %.6g %s", count[IOP_BASE], count[IOP_CANDIDATE], what);
}

static void details(char *text, size_t size, const struct iop_gate_cell *cell)
{
	char part[5][128] = {""};
	size_t used = 0;

	if (isfinite(cell->change))
		snprintf(part[0], sizeof(part[0]), "%+.1f %% [%+.1f, %+.1f]", 100 * cell->change, 100 * cell->low,
			 100 * cell->high);
	count_text(part[1], sizeof(part[1]), cell->instructions, "instructions");
	count_text(part[2], sizeof(part[2]), cell->accesses, "accesses");
	snprintf(part[3], sizeof(part[3]), "%.127s",
		 cell->error	   ? cell->error
		 : cell->uncounted ? "instructions not counted: not verified"
				   : iop_gate_explanation(cell));
	snprintf(part[4], sizeof(part[4]), "%s", cell->screened && !iop_cells_pair(cell->flags) ? "a process for each side" : "");
	text[0] = '\0';
	for (size_t i = 0; i < sizeof(part) / sizeof(part[0]); i++)
		if (part[i][0] && used < size)
			used += (size_t)snprintf(text + used, size - used, "%s%s", used ? "; " : "", part[i]);
}

static const struct iop_gate_cell *control(const struct iop_gate *gate, enum iop_gate_role role)
{
	for (size_t i = 0; i < gate->count; i++)
		if (gate->cell[i].role == role)
			return &gate->cell[i];
	return NULL;
}

static size_t with_role(const struct iop_gate *gate, enum iop_gate_role role)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += gate->cell[i].role == role;
	return n;
}

static size_t measured(const struct iop_gate *gate)
{
	size_t n = 0;

	for (size_t i = 0; i < gate->count; i++)
		n += gate->cell[i].role == IOP_ROLE_CELL && gate->cell[i].screened >= IOP_GATE_SCREEN / 2;
	return n;
}

static void conclusion(const struct iop_gate *gate, int code, char *text, size_t size)
{
	size_t slower = iop_gate_with(gate, IOP_VERDICT_SLOWER), more = 0, uncounted = 0;

	for (size_t i = 0; i < gate->count; i++) {
		more += gate->cell[i].too_many && gate->cell[i].verdict != IOP_VERDICT_SLOWER;
		uncounted += gate->cell[i].uncounted;
	}
	switch (code) {
	case IOP_EXIT_CLEAN: snprintf(text, size, "PASS"); break;
	case IOP_EXIT_FINDING:
		snprintf(text, size, "FAIL: %zu slower by more than %.3g %% (false alarm in %.3g %% of runs at most)%s", slower,
			 100 * gate->options.margin, 100 * gate->options.fwer, more ? ", too many instructions" : "");
		break;
	case IOP_EXIT_UNFIT: snprintf(text, size, "UNFIT: no verdict, %s", gate->unfit); break;
	case IOP_EXIT_NOTHING: snprintf(text, size, "NOTHING to compare on this machine"); break;
	case IOP_EXIT_INTERRUPTED: snprintf(text, size, "INTERRUPTED: no verdict, this is what was known"); break;
	default:
		snprintf(text, size, "ERROR: %zu cells cannot be judged", iop_gate_with(gate, IOP_VERDICT_ERROR) + uncounted);
		break;
	}
}

/* The resolution of the measured cells in three words: the best, the middle and the worst. */
static void resolution(const struct iop_gate *gate, char *text, size_t size)
{
	double *values = calloc(gate->count + 1, sizeof(*values)), median;
	size_t n = 0, blind = iop_gate_with(gate, IOP_VERDICT_UNRESOLVED);

	for (size_t i = 0; values && i < gate->count; i++)
		if (gate->cell[i].role == IOP_ROLE_CELL && isfinite(gate->cell[i].resolution))
			values[n++] = gate->cell[i].resolution;
	if (n) {
		median = iop_stats_median(values, n);
		snprintf(text, size, "half of the cells would show %.1f %%, the worst %.1f %%; %zu would not show %.3g %%",
			 100 * median, 100 * values[n - 1], blind, 100 * gate->options.sees);
	} else {
		snprintf(text, size, "no cell needed measuring");
	}
	free(values);
}

static void controls(const struct iop_gate *gate, char *text, size_t size)
{
	const struct iop_gate_cell *planted = control(gate, IOP_ROLE_PLANTED);
	size_t clean = 0, all = with_role(gate, IOP_ROLE_NEGATIVE) + with_role(gate, IOP_ROLE_PINNED);

	for (size_t i = 0; i < gate->count; i++)
		clean += (gate->cell[i].role == IOP_ROLE_NEGATIVE || gate->cell[i].role == IOP_ROLE_PINNED) &&
			 (gate->cell[i].verdict == IOP_VERDICT_NO_CHANGE || gate->cell[i].verdict == IOP_VERDICT_UNRESOLVED);
	if (!gate->options.time || !planted || !isfinite(planted->change))
		snprintf(text, size, "not measured");
	else
		snprintf(text, size, "%zu of %zu of same code clean, planted %+.3g %% %s (%+.1f %%)", clean, all,
			 100 * gate->options.planted, planted->verdict == IOP_VERDICT_SLOWER ? "found" : "NOT FOUND",
			 100 * planted->change);
}

static void summary(const struct iop_gate *gate, char *text, size_t size)
{
	size_t same = iop_gate_with(gate, IOP_VERDICT_SAME_CODE) + with_role(gate, IOP_ROLE_NEGATIVE);
	size_t used = (size_t)snprintf(text, size, "%zu cells: %zu same code, %zu measured", gate->count ? gate->count - 2 : 0,
				       same, measured(gate));

	if (iop_gate_with(gate, IOP_VERDICT_ABSENT) && used < size)
		used += (size_t)snprintf(text + used, size - used, ", %zu not on this machine",
					 iop_gate_with(gate, IOP_VERDICT_ABSENT));
	if ((gate->added || gate->gone) && used < size)
		used += (size_t)snprintf(text + used, size - used, "; %zu new, %zu gone", gate->added, gate->gone);
	if (gate->skipped && used < size)
		used += (size_t)snprintf(text + used, size - used, ", %zu not measured for want of time (--budget, --filter)",
					 gate->skipped);
	if (gate->unconfirmed && used < size)
		used += (size_t)snprintf(text + used, size - used, ", %zu suspects not confirmed (--budget)", gate->unconfirmed);
	if (used < size)
		snprintf(text + used, size - used, "; %.1f s", gate->seconds);
}

void iop_gate_print(FILE *out, const struct iop_gate *gate, int code, bool colour)
{
	const char *begin = !colour ? "" : code == IOP_EXIT_CLEAN ? "\033[1;32m" : "\033[1;31m", *end = colour ? "\033[0m" : "";
	char text[512], verdict[64];
	size_t count;
	const struct iop_gate_cell **cells = notable(gate, &count);

	summary(gate, text, sizeof(text));
	fprintf(out, "gate %.12s -> %.12s   %s\n", gate->commit[IOP_BASE], gate->commit[IOP_CANDIDATE], text);
	for (size_t i = 0; cells && i < count && i < MOST_ROWS; i++) {
		details(text, sizeof(text), cells[i]);
		fprintf(out, "%-24s  %-44s  %s\n", iop_gate_verdict_text(cells[i], verdict, sizeof(verdict)), cells[i]->name, text);
	}
	if (count > MOST_ROWS)
		fprintf(out, "and %zu more, less important (--json and --markdown have them)\n", count - MOST_ROWS);
	free(cells);
	controls(gate, text, sizeof(text));
	fprintf(out, "controls: %s\n", text);
	resolution(gate, text, sizeof(text));
	fprintf(out, "resolution: %s\n", text);
	if (gate->counts_missing)
		fprintf(out, "instructions: %s\n", gate->counts_missing);
	if (gate->accesses_missing)
		fprintf(out, "accesses were not counted everywhere: %s\n", gate->accesses_missing);
	conclusion(gate, code, text, sizeof(text));
	fprintf(out, "%s%s%s\n", begin, text, end);
}

/* A cell's name comes from a module that somebody built: nothing in it may become markup. */
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
	details(text, sizeof(text), cell);
	fprintf(out, " | %s | ", iop_gate_verdict_text(cell, verdict, sizeof(verdict)));
	for (const char *c = text; *c; c++)
		fputc(*c == '|' || *c == '<' ? ' ' : *c, out);
	fputs(" |\n", out);
}

void iop_gate_markdown(FILE *out, const struct iop_gate *gate, int code)
{
	static const char head[] = "| cell | verdict | candidate against base |\n|---|---|---|\n";
	size_t count;
	const struct iop_gate_cell **cells = notable(gate, &count);
	char text[512];

	conclusion(gate, code, text, sizeof(text));
	fprintf(out, "### iopath gate: %s\n\n", text);
	summary(gate, text, sizeof(text));
	fprintf(out, "`%.12s` → `%.12s`: %s\n\n", gate->commit[IOP_BASE], gate->commit[IOP_CANDIDATE], text);
	if (count)
		fputs(head, out);
	for (size_t i = 0; cells && i < count && i < MOST_ROWS; i++)
		markdown_row(out, cells[i]);
	if (count > MOST_ROWS)
		fprintf(out, "\nand %zu more, below.\n", count - MOST_ROWS);
	free(cells);
	resolution(gate, text, sizeof(text));
	fprintf(out, "\nResolution: %s. ", text);
	controls(gate, text, sizeof(text));
	fprintf(out, "Controls: %s.\n\n<details><summary>all cells</summary>\n\n%s", text, head);
	for (size_t i = 0; i < gate->count; i++)
		markdown_row(out, &gate->cell[i]);
	fputs("\n</details>\n", out);
}

static void html_row(FILE *out, const struct iop_gate_cell *cell)
{
	char text[512], verdict[64];

	details(text, sizeof(text), cell);
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
	const struct iop_gate_cell **cells = notable(gate, &count);
	char text[512];

	iop_html(out, "<!doctype html>\n<html lang=en><head><meta charset=utf-8>\n"
		      "<meta http-equiv=Content-Security-Policy content=\"default-src 'none'; style-src 'unsafe-inline'; img-src "
		      "data:\">\n"
		      "<meta name=viewport content=\"width=device-width, initial-scale=1\">\n"
		      "<meta name=color-scheme content=\"light dark\"><link rel=icon href=\"data:,\">\n"
		      "<title>iopath gate</title>\n<style>\n");
	fwrite(iop_asset_style_css, 1, iop_asset_style_css_bytes, out);
	conclusion(gate, code, text, sizeof(text));
	iop_html(out,
		 "td:last-child, th:last-child { text-align: left; white-space: normal; "
		 "}\n</style></head>\n<body><header><h1>%s</h1>",
		 text);
	summary(gate, text, sizeof(text));
	iop_html(out, "<p class=quiet>%.12s to %.12s: %s</p></header>\n<main id=main>\n", gate->commit[IOP_BASE],
		 gate->commit[IOP_CANDIDATE], text);
	html_head(out, "What deserves a look");
	for (size_t i = 0; cells && i < count; i++)
		html_row(out, cells[i]);
	iop_html(out, HTML_END);
	controls(gate, text, sizeof(text));
	iop_html(out, "<p>Controls: %s.", text);
	resolution(gate, text, sizeof(text));
	iop_html(out, "<p>Resolution: %s.\n", text);
	html_head(out, "All cells");
	for (size_t i = 0; i < gate->count; i++)
		html_row(out, &gate->cell[i]);
	iop_html(out, HTML_END);
	iop_html(out, "</main></body></html>\n");
	free(cells);
}
