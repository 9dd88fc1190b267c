/* SPDX-License-Identifier: MIT */
/* The page's first lines: how fast the library's copies are, in four numbers. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

/* Geometric mean over the sizes that both have of how much faster @ours is than @theirs; the sizes go to *@n. */
static double faster(const struct iop_run *run, const char *op, const char *ours, const char *theirs, size_t *n)
{
	double sum = 0;

	*n = 0;
	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i], *peer;
		char name[IOP_RUN_TEXT];

		if (strcmp(cell->op, op) != 0 || strcmp(cell->routine, ours) != 0 || strcmp(cell->backend, "mmio") != 0 ||
		    *iop_report_variant(cell) || !iop_report_size(cell))
			continue;
		snprintf(name, sizeof(name), "%s/mmio/%s/%s", op, theirs, cell->size);
		peer = iop_report_find(run, name);
		if (!peer || !(peer->ns > 0) || !(cell->ns > 0))
			continue;
		sum += log(peer->ns / cell->ns);
		++*n;
	}
	return *n ? exp(sum / (double)*n) : NAN;
}

static void tile(FILE *out, double value, const char *unit, const char *words, size_t n)
{
	if (!isfinite(value))
		return;
	iop_html(out, "<li><b>");
	fprintf(out, "%.*f", value < 10 ? 2 : 0, value);
	iop_html(out, "%s</b> %s", unit, words);
	if (n)
		iop_html(out, " <span class=quiet>(geometric mean over %zu sizes)</span>", n);
}

static void against(FILE *out, const struct iop_run *run, const char *peer, const char *words)
{
	size_t n;
	double value = faster(run, "toio", "strict", peer, &n);

	tile(out, value, "×", words, n);
}

void iop_report_glance(FILE *out, const struct iop_report *report)
{
	const struct iop_run *run = NULL;
	double best = NAN;

	for (size_t i = 0; i < report->machines && !run; i++)
		run = report->machine[i].copies;
	if (!run)
		return;
	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i];

		if (strcmp(cell->op, "toio") == 0 && strcmp(cell->routine, "strict") == 0 && !*iop_report_variant(cell))
			best = fmax(best, iop_report_per_cycle(run, cell));
	}
	iop_html(out, "<section aria-label=\"At a glance\"><ul class=tiles>");
	if (strcmp(run->arch, "x86_64") == 0)
		tile(out, best / 16 * 100, " %",
		     "of the store ports’ limit (2 × 8 B per cycle) reached by the best strict copy to a device; the clock is "
		     "measured, to about 2 %",
		     0);
	against(out, run, "kernel-generic", "the speed of the kernel’s generic memcpy_toio");
	against(out, run, "kernel-x86", "the speed of its x86 one");
	against(out, run, "glibc", "the speed of glibc’s memcpy, which is not legal on a device");
	iop_html(out, "</ul></section>\n");
}
