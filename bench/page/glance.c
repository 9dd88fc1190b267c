/* SPDX-License-Identifier: MIT */
/* How fast the library's copies are, on the latest run of each CPU model side by side: ratios within a run, and shares of its limit. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

#define MODELS 6

struct range {
	double mean, low, high; /* geometric mean; NaN: nothing was measured */
	size_t count;
};

static void widen(struct range *range, double value)
{
	if (!(value > 0) || !isfinite(value))
		return;
	range->mean += log(value);
	range->low = range->count ? fmin(range->low, value) : value;
	range->high = range->count ? fmax(range->high, value) : value;
	range->count++;
}

/* Over all patterns of changing sizes, or over all repeated sizes. */
static struct range against(const struct iop_run *run, const char *op, const char *ours, const char *theirs, bool patterns)
{
	struct range range = {0};

	for (size_t i = 0; i < run->count; i++) {
		const struct iop_run_cell *cell = &run->cells[i], *other;
		char name[IOP_RUN_TEXT];

		if (strcmp(cell->op, op) != 0 || strcmp(cell->routine, ours) != 0 || strcmp(cell->backend, "mmio") != 0 ||
		    (patterns ? !iop_report_pattern(cell) : *iop_report_variant(cell) || !iop_report_size(cell)))
			continue;
		snprintf(name, sizeof(name), "%s/mmio/%s%s", op, theirs, cell->name + strlen(op) + strlen("/mmio/") + strlen(ours));
		other = iop_report_find(run, name);
		if (other)
			widen(&range, iop_report_faster(cell, other));
	}
	range.mean = range.count ? exp(range.mean / (double)range.count) : NAN;
	return range;
}

/* In the first-level cache, where nothing but the instructions decides. */
static double share(const struct iop_run *run)
{
	const struct iop_run_cell *cell = iop_report_find(run, "toio/mmio/strict/4096");

	return cell ? iop_report_share(run, cell) : NAN;
}

/* @what is one of them: "pattern", "size". */
static void ratio_cell(FILE *out, struct range range, const char *what)
{
	if (!range.count) {
		iop_html(out, "<td class=quiet>not measured");
		return;
	}
	iop_html(out, "<td><b>%.2f×</b> <span class=quiet>", range.mean);
	if (range.count > 1)
		iop_html(out, "%.2f–%.2f, ", range.low, range.high);
	iop_html(out, "%zu %s%s</span>", range.count, what, range.count > 1 ? "s" : "");
}

static const struct {
	const char *op, *peer, *words;
	bool patterns;
} rows[] = {
	{"toio", "kernel-generic", "the kernel’s generic memcpy_toio", true},
	{"fromio", "kernel-generic", "the kernel’s generic memcpy_fromio", true},
	{"toio", "kernel-x86", "its x86 memcpy_toio", true},
	{"toio", "glibc", "glibc’s memcpy, which is not for devices", true},
	{"toio", "kernel-generic", "the kernel’s generic memcpy_toio, one size repeated", false},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void ratio_rows(FILE *out, const struct iop_run *const *run, size_t count)
{
	for (size_t r = 0; r < ROWS; r++) {
		struct range range[MODELS];
		bool any = false;

		for (size_t i = 0; i < count; i++) {
			range[i] = against(run[i], rows[r].op, "strict", rows[r].peer, rows[r].patterns);
			any |= range[i].count > 0;
		}
		if (!any)
			continue;
		iop_html(out, "<tr><th scope=row>speed against %s", rows[r].words);
		for (size_t i = 0; i < count; i++)
			ratio_cell(out, range[i], rows[r].patterns ? "pattern" : "size");
		putc('\n', out);
	}
}

static void share_row(FILE *out, const struct iop_run *const *run, size_t count)
{
	bool any = false;

	for (size_t i = 0; i < count; i++)
		any |= isfinite(share(run[i]));
	if (!any)
		return;
	iop_html(out, "<tr><th scope=row>share of the fastest loop of loads and stores up to 8 B, 4 KiB");
	for (size_t i = 0; i < count; i++)
		if (isfinite(share(run[i])))
			iop_html(out, "<td><b>%.0f %%</b>", 100 * share(run[i]));
		else
			iop_html(out, "<td class=quiet>not measured");
	putc('\n', out);
}

void iop_report_glance(FILE *out, const struct iop_report *report)
{
	const struct iop_run *latest[MODELS];
	size_t count = iop_report_latest(report, latest, MODELS);

	if (!count)
		return;
	iop_html(out,
		 "<section id=glance><h2>Strict copies to a device, by CPU model</h2><div class=wide tabindex=0 role=region "
		 "aria-label=\"The latest run of each CPU model\"><table class=glance><thead><tr><th scope=col>copies that every "
		 "device accepts");
	for (size_t i = 0; i < count; i++)
		iop_html(out, "<th scope=col>%s<br><span class=quiet>%.10s, load %.0f</span>",
			 *latest[i]->cpu ? latest[i]->cpu : latest[i]->arch, latest[i]->time, latest[i]->load_before);
	iop_html(out, "<tbody>\n");
	ratio_rows(out, latest, count);
	share_row(out, latest, count);
	iop_html(out, "</table></div><p class=quiet>Each figure compares two routines within one run: above 1 is faster. Geometric "
		      "mean, least and most over patterns in which sizes change from call to call, as a driver’s do; one size "
		      "repeated is what a branch predictor learns.</p></section>\n");
}
