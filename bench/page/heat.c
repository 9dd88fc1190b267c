/* SPDX-License-Identifier: MIT */
/* Candidate against base: what the gate found, and every cell of two runs of one machine as a map. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COLUMNS	 24
#define ROWS	 200
#define GATES	 5
#define FINDINGS 60

struct map {
	const struct iop_run *base, *candidate;
	const char *op;		     /* NULL: every copy */
	const char *column[COLUMNS]; /* sizes, as in names */
	size_t columns;
	struct {
		const char *op, *backend, *routine;
	} row[ROWS];
	size_t rows;
	double *ratio;	 /* ROWS x COLUMNS; NaN: none; negative: the runs' quartiles overlap */
	bool *identical; /* likewise: the same code in both runs */
	size_t left_out, cells, same_code;
	double peers; /* median ratio of code that no commit changes; the map is relative to it; NaN: there is none */
};

/* A step on the scale of a ratio: -5 much faster, 0 the same, 5 much slower. */
static int shade(double ratio)
{
	static const double steps[] = {0.02, 0.05, 0.1, 0.25, 0.5};
	double change = fabs(log(ratio));
	int step = 0;

	if (!isfinite(change))
		return 0;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++)
		step += change > steps[i];
	return ratio > 1 ? step : -step;
}

static int by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

static size_t column_of(struct map *map, const char *size)
{
	size_t c = 0;

	while (c < map->columns && strcmp(map->column[c], size) != 0)
		c++;
	if (c == map->columns && c < COLUMNS)
		map->column[map->columns++] = size;
	return c;
}

static size_t row_of(struct map *map, const struct iop_run_cell *cell)
{
	size_t r = 0;

	while (r < map->rows && (strcmp(map->row[r].op, cell->op) != 0 || strcmp(map->row[r].backend, cell->backend) != 0 ||
				 strcmp(map->row[r].routine, cell->routine) != 0))
		r++;
	if (r == map->rows && r < ROWS) {
		map->row[r].op = cell->op;
		map->row[r].backend = cell->backend;
		map->row[r].routine = cell->routine;
		map->rows++;
	}
	return r;
}

/* Sizes that every full run has by the hundred are thinned to powers of two. */
static bool shown(const struct map *map, const struct iop_run_cell *cell)
{
	uint64_t size = iop_report_size(cell);

	if (*iop_report_variant(cell) || cell->control || !(cell->ns > 0))
		return false;
	return map->op ? strcmp(cell->op, map->op) == 0 && cell->size[0] == 'u'
		       : iop_report_is_copy(cell) && size && !(size & (size - 1));
}

static int by_size(const void *a, const void *b)
{
	const char *x = *(const char *const *)a, *y = *(const char *const *)b;

	return (int)(strtol(x + (*x == 'u'), NULL, 10) - strtol(y + (*y == 'u'), NULL, 10));
}

/* Do the quartiles of @a and of @b, slowed by @drift, overlap? */
static bool overlap(const struct iop_run_cell *a, const struct iop_run_cell *b, double drift)
{
	return a->low <= b->high * drift && b->low * drift <= a->high;
}

/* Copies by operation; the order of routines within one is the run's. */
static int row_order(const char *op)
{
	static const char *const order[] = {"toio", "fromio", "set"};
	int i = 0;

	while (i < 3 && strcmp(order[i], op) != 0)
		i++;
	return i;
}

/* Peers, and accesses written by hand: what the compiler makes of them may change, but rarely does. */
static bool frozen(const struct iop_run_cell *cell)
{
	return iop_report_is_peer(cell) || strncmp(cell->routine, "raw", 3) == 0 || strcmp(cell->routine, "owner-raw") == 0;
}

static const struct iop_run_cell *base_cell(const struct map *map, const struct iop_run_cell *cell)
{
	const struct iop_run_cell *base = shown(map, cell) ? iop_report_find(map->base, cell->name) : NULL;

	return base && base->ns > 0 ? base : NULL;
}

static double drift(const struct map *map)
{
	double *ratio = calloc(map->candidate->count + 1, sizeof(*ratio)), median;
	size_t n = 0;

	for (size_t i = 0; ratio && i < map->candidate->count; i++) {
		const struct iop_run_cell *cell = &map->candidate->cells[i], *base = base_cell(map, cell);

		if (base && frozen(cell))
			ratio[n++] = cell->ns / base->ns;
	}
	if (n)
		qsort(ratio, n, sizeof(*ratio), by_value);
	median = n ? ratio[n / 2] : NAN;
	free(ratio);
	return median;
}

static void fill_cell(struct map *map, const struct iop_run_cell *cell)
{
	const struct iop_run_cell *base = base_cell(map, cell);
	double slowed = isfinite(map->peers) ? map->peers : 1, ratio;
	size_t r, c;

	if (!base)
		return;
	r = row_of(map, cell);
	c = column_of(map, cell->size);
	if (r == ROWS || c == COLUMNS) {
		map->left_out++;
		return;
	}
	map->identical[r * COLUMNS + c] = *cell->code_hash && strcmp(cell->code_hash, base->code_hash) == 0;
	map->same_code += map->identical[r * COLUMNS + c];
	ratio = cell->ns / base->ns / slowed;
	map->ratio[r * COLUMNS + c] = overlap(cell, base, slowed) ? -ratio : ratio;
	map->cells++;
}

static bool fill(struct map *map)
{
	const struct iop_run *run = map->candidate;

	map->ratio = malloc(sizeof(*map->ratio) * ROWS * COLUMNS);
	map->identical = calloc(ROWS * COLUMNS, sizeof(*map->identical));
	if (!map->ratio || !map->identical)
		return false;
	for (size_t i = 0; i < run->count; i++)
		if (shown(map, &run->cells[i]))
			column_of(map, run->cells[i].size);
	qsort(map->column, map->columns, sizeof(map->column[0]), by_size);
	for (size_t i = 0; i < ROWS * COLUMNS; i++)
		map->ratio[i] = NAN;
	map->peers = drift(map);
	for (size_t i = 0; i < run->count; i++)
		fill_cell(map, &run->cells[i]);
	return map->cells > 0;
}

static void cells(FILE *out, const struct map *map, int order)
{
	bool first = true;

	for (size_t r = 0; r < map->rows; r++) {
		if (row_order(map->row[r].op) != order)
			continue;
		iop_html(out, "<tr%s><th scope=row>%s%s%s%s%s", first && order ? " class=apart" : "", map->op ? "" : map->row[r].op,
			 map->op ? "" : " ", strcmp(map->row[r].backend, "mmio") == 0 ? "" : map->row[r].backend,
			 strcmp(map->row[r].backend, "mmio") == 0 ? "" : " ", map->row[r].routine);
		first = false;
		for (size_t c = 0; c < map->columns; c++) {
			double ratio = map->ratio[r * COLUMNS + c];
			bool identical = map->identical[r * COLUMNS + c];

			iop_html(out, "<td class=\"h%d%s%s\">", ratio > 0 && !identical ? shade(ratio) : 0,
				 ratio < 0 ? " same" : "", identical ? " identical" : "");
			if (isfinite(ratio))
				iop_html(out, "%.2f", fabs(ratio));
		}
		putc('\n', out);
	}
}

static void column_head(FILE *out, const char *size)
{
	unsigned long n = strtoul(size, NULL, 10);

	if (n >= 1024)
		iop_html(out, "<th scope=col>%lu %s", n >> (n >= 1 << 20 ? 20 : 10), n >= 1 << 20 ? "MiB" : "KiB");
	else
		iop_html(out, "<th scope=col>%s", size);
}

static void map_of(FILE *out, const struct iop_run *base, const struct iop_run *candidate, const char *op)
{
	struct map map = {.base = base, .candidate = candidate, .op = op};
	const char *title = op ? op : "copies";

	if (fill(&map)) {
		iop_html(out, "<figure><figcaption><b>%s</b> <span class=quiet>%s%zu cells", title,
			 op ? "" : "candidate’s time / base’s, ", map.cells);
		if (map.same_code)
			iop_html(out, ", %zu of them the same code (italic: only layout, memory or the machine can differ)",
				 map.same_code);
		if (isfinite(map.peers))
			iop_html(out, "; all divided by %.2f, the drift of code that no commit changes", map.peers);
		iop_html(out,
			 "</span></figcaption><div class=wide tabindex=0 role=region aria-label=\"%s, candidate against "
			 "base\">"
			 "<table class=heat><thead><tr><th scope=col>cell",
			 title);
		for (size_t c = 0; c < map.columns; c++)
			column_head(out, map.column[c]);
		iop_html(out, "<tbody>\n");
		for (int order = 0; order < 4; order++)
			cells(out, &map, order);
		iop_html(out, "</table></div>");
		if (map.left_out)
			iop_html(out, "<p class=quiet>%zu cells did not fit.</p>", map.left_out);
		iop_html(out, "</figure>\n");
	}
	free(map.ratio);
	free(map.identical);
}

/* The run that the newest one is compared with: the newest of another commit, else the one before. */
static const struct iop_run *base_of(const struct iop_report_machine *m)
{
	const struct iop_run *candidate = m->run[m->count - 1];

	for (size_t i = m->count - 1; i-- > 0;)
		if (strcmp(m->run[i]->commit, candidate->commit) != 0)
			return m->run[i];
	return m->count > 1 ? m->run[m->count - 2] : NULL;
}

static const char *const accesses[] = {"read", "write", "update"};

void iop_report_heat(FILE *out, const struct iop_report *report)
{
	bool any = false;

	for (size_t i = 0; i < report->machines && i < 4; i++) {
		const struct iop_report_machine *m = &report->machine[i];
		const struct iop_run *candidate = m->run[m->count - 1], *base = base_of(m);

		if (!base)
			continue;
		any = true;
		iop_html(out, "<h3>");
		iop_report_machine_name(out, m);
		iop_html(out, "</h3><p>Base: commit %.12s of %s. Candidate: %.12s of %s. ", base->commit, base->time,
			 candidate->commit, candidate->time);
		iop_html(out,
			 "Two runs that were not paired: advisory, the gate decides. Colour is kept for cells whose code differs "
			 "and whose ranges "
			 "(intervals over launches, else quartiles) do "
			 "not overlap.</p><p class=scale aria-hidden=true>faster "
			 "<span class=\"h-5\">−40 %%</span><span class=\"h-4\">−22 %%</span><span class=\"h-3\">−10 %%</span><span "
			 "class=\"h-2\">−5 %%</span><span class=\"h-1\">−2 %%</span><span class=\"h0\">0</span><span "
			 "class=\"h1\">+2 "
			 "%%</span><span class=\"h2\">+5 %%</span><span class=\"h3\">+11 %%</span><span class=\"h4\">+28 "
			 "%%</span><span "
			 "class=\"h5\">+65 %%</span> slower</p>");
		map_of(out, base, candidate, NULL);
		iop_html(out, "<div class=side>");
		for (size_t op = 0; op < sizeof(accesses) / sizeof(accesses[0]); op++)
			map_of(out, base, candidate, accesses[op]);
		iop_html(out, "</div>");
	}
	if (!any)
		iop_html(out, "<p class=empty>No machine has two runs yet: a second <code>iopath bench</code>, of another commit, "
			      "fills this "
			      "map.</p>");
}

static bool settled(const struct iop_run_cell *cell)
{
	return strcmp(cell->verdict, "same code") == 0 || strcmp(cell->verdict, "no change") == 0 ||
	       strcmp(cell->verdict, "not on this machine") == 0;
}

static bool regression(const struct iop_run_cell *cell)
{
	return strcmp(cell->verdict, "slower") == 0 || strcmp(cell->verdict, "error") == 0;
}

static void counts(FILE *out, const double side[2])
{
	iop_html(out, "<td>");
	iop_html_number(out, side[IOP_RUN_BASE]);
	if (side[IOP_RUN_BASE] < side[IOP_RUN_CANDIDATE] || side[IOP_RUN_BASE] > side[IOP_RUN_CANDIDATE]) {
		iop_html(out, " → ");
		iop_html_number(out, side[IOP_RUN_CANDIDATE]);
	}
}

static void finding(FILE *out, const struct iop_run_cell *c)
{
	iop_html(out, "<tr><th scope=row>%s<td%s>%s", c->name, regression(c) ? " class=\"verdict bad\"" : "", c->verdict);
	if (isfinite(c->change))
		iop_html(out, "<td>%+.1f %%<td>%+.1f … %+.1f %%", c->change * 100, c->change_low * 100, c->change_high * 100);
	else
		iop_html(out, "<td>–<td>–");
	counts(out, c->side_instructions);
	counts(out, c->side_accesses);
	putc('\n', out);
}

/* The worst come first; @count of them are not known to be the same. */
static void findings(FILE *out, const struct iop_run *run, size_t count)
{
	size_t shown_cells = 0;

	iop_html(out, "<div class=wide tabindex=0 role=region aria-label=\"What the gate found\"><table><thead><tr><th "
		      "scope=col>cell<th "
		      "scope=col>verdict<th scope=col>change<th scope=col>interval<th scope=col>instructions<th "
		      "scope=col>accesses<tbody>\n");
	for (int worse = 1; worse >= 0; worse--)
		for (size_t i = 0; i < run->count && shown_cells < FINDINGS; i++)
			if (!settled(&run->cells[i]) && regression(&run->cells[i]) == worse) {
				finding(out, &run->cells[i]);
				shown_cells++;
			}
	iop_html(out, "</table></div>");
	if (shown_cells < count)
		iop_html(out, "<p class=quiet>%zu more in the file.</p>", count - shown_cells);
}

static void gate(FILE *out, const struct iop_run *run)
{
	static const char *const results[] = {"passed", "regression confirmed", "error", "machine unfit", "nothing comparable"};
	size_t same = 0;

	for (size_t i = 0; i < run->count; i++)
		same += settled(&run->cells[i]);
	iop_html(out,
		 "<h3>Gate: <span class=\"verdict %s\">%s</span></h3><p>%s against %s: %zu cells, %zu of them known to be the "
		 "same.%s%s</p>",
		 run->exit_code ? "bad" : "good",
		 run->exit_code >= 0 && run->exit_code < 5 ? results[run->exit_code] : "interrupted", run->candidate, run->base,
		 run->count, same, *run->unfit ? " Unfit: " : "", run->unfit);
	if (same < run->count)
		findings(out, run, run->count - same);
}

void iop_report_gates(FILE *out, const struct iop_report *report)
{
	size_t shown_gates = 0;

	for (size_t i = report->runs.count; i-- > 0 && shown_gates < GATES;)
		if (report->runs.at[i].run.kind == IOP_RUN_GATE) {
			gate(out, &report->runs.at[i].run);
			shown_gates++;
		}
}
