/* SPDX-License-Identifier: MIT */
#include "show_html.h"

#include "cli.h"

#include <host/file.h>
#include <page/frame.h>
#include <page/html.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define ROWS  4000 /* of the table; a page of more is slow to open */
#define LANES 40   /* what a screen shows one below the other */

/* One line across the picture: a register, or those in an aligned block. */
struct lane {
	const char *file;
	uint64_t offset;
};

struct picture {
	const struct iop_show *show;
	const struct iop_stretch **row;
	size_t rows, left_out, left_out_at; /* rows, and before which */
	size_t accesses_left_out;
	struct lane *lane;
	size_t lanes;
	unsigned shift; /* of the blocks */
	bool several;	/* files */
};

static int by_lane(const void *a, const void *b)
{
	const struct lane *x = a, *y = b;
	int order = strcmp(x->file, y->file);

	return order ? order : x->offset < y->offset ? -1 : x->offset > y->offset;
}

static struct lane lane_of(const struct picture *p, const struct iop_slot *slot)
{
	return (struct lane){iop_recorded_map(&p->show->recorded, slot)->name, slot->offset >> p->shift << p->shift};
}

/* Lanes are where something begins or ends. */
static void make_lanes(struct picture *p)
{
	size_t kept;

	do {
		kept = 0;
		for (size_t i = 0; i < p->rows; i++) {
			p->lane[2 * i] = lane_of(p, p->row[i]->first);
			p->lane[2 * i + 1] = lane_of(p, p->row[i]->last);
		}
		qsort(p->lane, 2 * p->rows, sizeof(*p->lane), by_lane);
		for (size_t i = 0; i < 2 * p->rows; i++)
			if (!kept || by_lane(&p->lane[kept - 1], &p->lane[i]) != 0)
				p->lane[kept++] = p->lane[i];
	} while (kept > LANES && ++p->shift < 63);
	p->lanes = kept;
	p->several = kept && strcmp(p->lane[0].file, p->lane[kept - 1].file) != 0;
}

/* Where @slot lies in the picture: its lane, and how far into the block. */
static double height_of(const struct picture *p, const struct iop_slot *slot)
{
	struct lane wanted = lane_of(p, slot);
	const struct lane *found = bsearch(&wanted, p->lane, p->lanes, sizeof(wanted), by_lane);

	return (double)(found - p->lane) + (double)(slot->offset - wanted.offset) / (double)(UINT64_C(1) << p->shift) * 0.8;
}

/* The first and the last: how it began, and how it ended. */
static void leave_out(struct picture *p)
{
	size_t half = ROWS / 2;

	if (p->rows <= ROWS)
		return;
	p->left_out = p->rows - ROWS;
	p->left_out_at = half;
	for (size_t i = half; i < p->rows - half; i++)
		p->accesses_left_out += p->row[i]->accesses;
	memmove(p->row + half, p->row + p->rows - half, half * sizeof(struct iop_stretch *));
	p->rows = ROWS;
}

static bool make_picture(struct picture *p, const struct iop_show *s)
{
	*p = (struct picture){.show = s, .row = calloc(s->patterns.stretches + 1, sizeof(struct iop_stretch *))};
	for (size_t i = 0; p->row && i < s->patterns.stretches; i++) {
		const struct iop_stretch *one = &s->patterns.stretch[i];

		if (iop_show_wants(s, one->low, one->high - one->low) && iop_recorded_map(&s->recorded, one->first))
			p->row[p->rows++] = one;
	}
	leave_out(p);
	p->lane = calloc(2 * p->rows + 1, sizeof(*p->lane));
	if (!p->row || !p->lane)
		return false;
	make_lanes(p);
	return true;
}

static double milliseconds(const struct picture *p, const struct iop_slot *slot)
{
	return iop_recorded_seconds(&p->show->recorded, slot) * 1e3;
}

static void put_lanes(FILE *out, const struct picture *p)
{
	iop_html(out, "<ol class=lanes hidden>");
	for (size_t i = 0; i < p->lanes; i++) {
		const struct lane *lane = &p->lane[i];

		iop_html(out, "<li>");
		if (p->several)
			iop_html(out, "%s ", lane->file);
		iop_html(out, "0x%llx", (unsigned long long)lane->offset);
		if (p->shift)
			iop_html(out, "–0x%llx", (unsigned long long)(lane->offset + (UINT64_C(1) << p->shift) - 1));
		else
			iop_html(out, " %s", iop_name_of(&p->show->names, lane->offset));
	}
	iop_html(out, "</ol>\n");
}

static void put_kinds(FILE *out, unsigned kinds)
{
	const char *between = "";

	for (unsigned kind = 0; kind < IOP_PATTERNS; kind++)
		if (kinds >> kind & 1) {
			iop_html(out, "%s%s", between, iop_pattern_name(kind));
			between = ", ";
		}
}

static void put_row(FILE *out, const struct picture *p, const struct iop_stretch *one)
{
	const struct iop_show *s = p->show;
	const struct iop_slot *a = one->first;
	const char *what = a->kind == IOP_SLOT_REFUSED ? "refused" : iop_slot_is_write(a) ? "write" : "read";
	char value[IOP_VALUE_TEXT] = "";
	double begin = milliseconds(p, a);

	if (a->kind == IOP_SLOT_ACCESS)
		iop_recorded_value(one->last, value);
	iop_html(out, "<tr data-x=\"%.6f\" data-end=\"%.6f\" data-y=\"%.3f\" data-y2=\"%.3f\" data-what=\"%s\" data-n=\"%zu\"%s>",
		 begin, milliseconds(p, one->last) + (double)one->last->bytes / 1e6, height_of(p, a), height_of(p, one->last), what,
		 one->accesses, one->kinds & IOP_PATTERN_FAULTS ? " data-bad" : "");
	iop_html(out, "<th scope=row>%.4f<td>%u<td>%s", begin, a->tid, what);
	if (a->kind == IOP_SLOT_ACCESS)
		iop_html(out, " %u", a->width);
	if (one->accesses > 1)
		iop_html(out, " × %zu", one->accesses);
	iop_html(out, "<td>");
	if (p->several)
		iop_html(out, "%s ", iop_recorded_map(&s->recorded, a)->name);
	iop_html(out, "0x%llx<td class=words>%s<td class=mono>%s<td class=words>", (unsigned long long)a->offset,
		 iop_name_of(&s->names, a->offset), value);
	put_kinds(out, one->kinds);
	iop_html(out, "<td class=words><code>%s</code>\n", iop_site_text(&s->sites, a));
}

static void put_timeline(FILE *out, const struct picture *p)
{
	iop_html(out, "<section id=timeline><h2>Accesses by time and register</h2>\n");
	if (p->left_out)
		iop_html(out,
			 "<p class=warnings id=left-out>Left out are %zu rows, %zu accesses, from %.4f to %.4f ms: shown are the "
			 "first %d and "
			 "the last %d. iopath show --at OFFSET --html shows those of one register, iopath export --to trace "
			 "all.</p>\n",
			 p->left_out, p->accesses_left_out, milliseconds(p, p->row[p->left_out_at - 1]->last),
			 milliseconds(p, p->row[p->left_out_at]->first), ROWS / 2, ROWS / 2);
	iop_html(out,
		 "<figure class=plot data-timeline data-left-out=\"%zu\"><figcaption><b>each access</b> <span class=quiet>a loop "
		 "that "
		 "polls, a copy and what a FIFO got are one line from their first access to their last</span></figcaption>\n",
		 p->left_out_at);
	put_lanes(out, p);
	iop_html(
		out,
		"<details open><summary>as a table</summary><div class=wide tabindex=0 role=region aria-label=\"Accesses by time\">"
		"<table class=show><thead><tr><th scope=col>ms<th scope=col>thread<th scope=col>access<th scope=col>offset"
		"<th scope=col class=words>register<th scope=col>last value<th scope=col class=words>part of"
		"<th scope=col class=words>by</thead><tbody>\n");
	for (size_t i = 0; i < p->rows; i++)
		put_row(out, p, p->row[i]);
	iop_html(out, "</tbody></table></div></details></figure></section>\n");
}

static void put_patterns(FILE *out, const struct iop_show *s)
{
	iop_html(out, "<section id=patterns><h2>%zu rule%s broken</h2>\n", s->patterns.faults, s->patterns.faults == 1 ? "" : "s");
	if (s->patterns.count)
		iop_html(out, "<div class=wide tabindex=0 role=region aria-label=\"Rules that are broken, and "
			      "patterns\"><table class=show><thead><tr>"
			      "<th scope=col>kind<th scope=col>times<th scope=col>offset<th scope=col class=words>register"
			      "<th scope=col class=words>what<th scope=col class=words>by</thead><tbody>\n");
	for (size_t i = 0; i < s->patterns.count; i++) {
		const struct iop_pattern *one = &s->patterns.pattern[i];
		char text[160];

		iop_pattern_text(one, text, sizeof(text));
		iop_html(out,
			 "<tr><th scope=row>%s<td>%zu<td>0x%llx<td class=words>%s<td class=words>%s<td "
			 "class=words><code>%s</code>\n",
			 iop_pattern_name(one->kind), one->times, (unsigned long long)one->first->offset,
			 iop_name_of(&s->names, one->first->offset), text, iop_site_text(&s->sites, one->first));
	}
	if (s->patterns.count)
		iop_html(out, "</tbody></table></div>");
	iop_html(out, "</section>\n");
}

static void put_page(FILE *out, const struct picture *p)
{
	char nonce[IOP_PAGE_NONCE], *head = NULL, *rest;
	size_t size = 0;
	FILE *lines = open_memstream(&head, &size);

	iop_page_begin(out, "iopath show", nonce);
	if (lines) {
		iop_show_head(lines, p->show);
		fclose(lines);
	}
	rest = head;
	iop_html(out, "<header><h1>What a program did to its device</h1>");
	for (const char *line; rest && (line = strsep(&rest, "\n"));)
		if (*line)
			iop_html(out, "<p class=quiet>%s</p>\n", line);
	free(head);
	iop_html(out, "</header>\n<main id=main>\n");
	put_timeline(out, p);
	put_patterns(out, p->show);
	iop_html(out,
		 "</main>\n<footer class=quiet>One file, no network. Plots: uPlot 1.6.32, © Leon Sorokin, MIT licence.</footer>\n");
	if (iop_asset_uplot_js_bytes) {
		IOP_PAGE_SCRIPT(out, nonce, uplot_js);
		IOP_PAGE_SCRIPT(out, nonce, timeline_js);
	} else {
		iop_html(out, "<p class=empty id=no-plots>This build has no plotting library (uPlot, from npm): tables only.</p>");
	}
	iop_html(out, "</body></html>\n");
}

int iop_show_html(const struct iop_show *s)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	struct picture p = {0};
	int err = -ENOMEM;

	if (out) {
		bool whole = make_picture(&p, s);

		if (whole)
			put_page(out, &p);
		if (fclose(out) == 0 && whole)
			err = iop_file_write(s->html, text, size);
	}
	free(p.row);
	free(p.lane);
	free(text);
	return err ? iop_fail("show", "name another file with --html", "cannot write %s: %s", s->html, strerror(-err)) : 0;
}
