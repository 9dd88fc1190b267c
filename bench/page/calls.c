/* SPDX-License-Identifier: MIT */
/* What to call, by kind of mapping: what a driver author asks first, with what each call costs in accesses, instructions and time. */
#include "html.h"
#include "page.h"

#include <host/legality.h>
#include <peers/verdict.h>

#include <math.h>
#include <string.h>

/** Which predictions make sense: the access must be one of the profile's kind of mapping. */
enum mapping {
	UNCACHED,
	COMBINING,
	MEMORY,
	CONFIG,
	MAPPINGS
};

static const char *const mapping_words[MAPPINGS] = {"uncached BAR", "write-combining BAR", "", "config space"};

#define CELLS 4

static const struct call {
	enum mapping mapping;
	const char *where; /* of memory: which */
	const char *what, *call;
	const char *cell[CELLS]; /* the best first */
} calls[] = {
	{UNCACHED, "", "read a register", "iop_read(bar_field)", {"read/mmio/project/u32", "read/mmio/infallible/u32"}},
	{UNCACHED, "", "write a register", "iop_write(bar_field, value)", {"write/mmio/project/u32", "write/mmio/infallible/u32"}},
	{UNCACHED, "", "copy 64 B to it", "iop_copy_toio(view, buffer, n)", {"toio/mmio/strict/64", "toio/mmio/view/64"}},
	{UNCACHED, "", "copy 64 B from it", "iop_copy_fromio(buffer, view, n)", {"fromio/mmio/strict/64", "fromio/mmio/view/64"}},
	{COMBINING,
	 "",
	 "copy 64 B to it",
	 "iop_routine_for(IOP_WIDE)->toio(bar, buffer, n); iop_wmb()",
	 {"toio/mmio/wide-avx512/64", "toio/mmio/wide-avx2/64", "toio/mmio/wide-sse2/64", "toio/mmio/strict/64"}},
	{MEMORY, "DMA memory", "read a field", "iop_read(coherent_field); iop_dma_rmb()", {"read/coherent/project/u32"}},
	{MEMORY, "DMA memory", "copy 64 B to it", "iop_copy_toio(view, buffer, n)", {"toio/coherent/view/64"}},
	{MEMORY, "shared memory", "read a field", "iop_read(vmap_field)", {"read/vmap/project/u32", "read/sysmem/project/u32"}},
	{MEMORY,
	 "shared memory",
	 "copy 64 B to it",
	 "iop_copy_toio(view, buffer, n)",
	 {"toio/vmap/view/64", "toio/sysmem/view/64"}},
	{MEMORY, "I/O or system memory", "copy 64 B to it", "iop_copy_toio(iosysmap_view, buffer, n)", {"toio/iosysmap/view/64"}},
	{CONFIG, "", "read 32 bits", "iop_read(config_field)", {"read/config/sysfs/u32", "read/config/pread/u32"}},
};
#define CALLS (sizeof(calls) / sizeof(calls[0]))

/* The newest whole run of @machine that has the best cell there is, and has counted it if any has. */
static const struct iop_run_cell *cell_of(const struct iop_report_machine *machine, const struct call *call)
{
	const struct iop_run_cell *uncounted = NULL;

	for (size_t r = machine->count; r-- > 0;)
		for (size_t c = 0; c < CELLS && call->cell[c] && !machine->run[r]->partial; c++) {
			const struct iop_run_cell *cell = iop_report_find(machine->run[r], call->cell[c]);

			if (!cell || !(cell->ns > 0))
				continue;
			if (cell->device.known)
				return cell;
			if (!uncounted)
				uncounted = cell;
		}
	return uncounted;
}

/* As many digits as another run would find again; of a model, two. */
static void time_cell(FILE *out, double ns, double half)
{
	int digits = half > 0.02 ? 2 : 3;
	char text[32];
	double step = ns > 0 ? pow(10, floor(log10(ns)) + 1 - digits) : NAN;

	if (!isfinite(step)) {
		iop_html(out, "–");
		return;
	}
	snprintf(text, sizeof(text), "%.*f", step < 1 ? (int)ceil(-log10(step) - 1e-9) : 0, round(ns / step) * step);
	iop_html(out, "%s%s", half > 0.2 ? "~" : "", text);
}

static double half_of(const struct iop_run_cell *cell)
{
	return isfinite(cell->high - cell->low) ? (cell->high - cell->low) / 2 / cell->ns : 0;
}

static const char *where_of(const struct call *call)
{
	return *call->where ? call->where : mapping_words[call->mapping];
}

static size_t rows_of(size_t first)
{
	size_t n = 1;

	while (first + n < CALLS && strcmp(where_of(&calls[first]), where_of(&calls[first + n])) == 0)
		n++;
	return n;
}

static bool is_accessor(const struct call *call)
{
	return strncmp(call->cell[0], "read/", 5) == 0 || strncmp(call->cell[0], "write/", 6) == 0;
}

/*
 * The call is this build's, whatever older runs know of it; a routine that it lacks, the run has judged. A view copies by the strict
 * routine, and what a write-combining mapping has, the CPU decides.
 */
static const char *tier_of(const struct call *call, const struct iop_run_cell *cell)
{
	const char *routine = call->mapping == COMBINING ? cell ? cell->routine : "" : "strict";
	unsigned widths;
	const char *tier = iop_verdict_on(routine, &widths);

	return tier || !cell ? tier : cell->tier;
}

static void verdict(FILE *out, const struct call *call, const struct iop_run_cell *cell)
{
	char words[IOP_LEGALITY_TEXT];

	iop_html(out, "<td class=words>%s",
		 call->mapping == CONFIG   ? "by the kernel"
		 : call->mapping == MEMORY ? "any access is legal"
		 : is_accessor(call)	   ? "one access"
					   : iop_legality_words(words, tier_of(call, cell), 0));
}

static void figures(FILE *out, const struct iop_report *report, const struct call *call, const struct iop_run_cell *cell)
{
	char accesses[48];

	verdict(out, call, cell);
	iop_accesses_text(accesses, sizeof(accesses), cell ? &cell->device : &(struct iop_accesses){0});
	iop_html(out, "<td>%s<td>", cell && cell->device.known ? accesses : "–");
	iop_html_number(out, cell ? cell->instructions : NAN);
	iop_html(out, "<td title=\"%s\">", cell ? cell->name : "");
	time_cell(out, cell ? cell->ns : NAN, cell ? half_of(cell) : 0);
	for (size_t p = 0; p < report->profiles; p++) {
		bool same_kind = call->mapping == (report->profile[p].wc ? COMBINING : UNCACHED);

		iop_html(out, "<td>");
		time_cell(out, cell && same_kind ? iop_profile_ns(&report->profile[p], &cell->device, cell->ns) : NAN, 0.1);
	}
}

static void row(FILE *out, const struct iop_report *report, size_t i, const struct iop_report_machine *machine)
{
	const struct call *call = &calls[i];
	bool first = !i || strcmp(where_of(call), where_of(&calls[i - 1])) != 0;

	iop_html(out, first ? "<tbody><tr>" : "<tr>");
	if (first)
		iop_html(out, "<th scope=rowgroup rowspan=%zu>%s", rows_of(i), where_of(call));
	iop_html(out, "<th scope=row>%s<td class=words><code>%s</code>", call->what, call->call);
	if (machine)
		figures(out, report, call, cell_of(machine, call));
	putc('\n', out);
}

/* Where the latest whole run of hardware was made, or what there is. */
static const struct iop_report_machine *here(const struct iop_report *report)
{
	const struct iop_run *latest;

	if (iop_report_latest(report, &latest, 1))
		for (size_t i = 0; i < report->machines; i++)
			if (strcmp(report->machine[i].cpu, latest->cpu) == 0 && strcmp(report->machine[i].arch, latest->arch) == 0)
				return &report->machine[i];
	return report->machines ? &report->machine[0] : NULL;
}

static void heads_of_figures(FILE *out, const struct iop_report *report)
{
	iop_html(out, "<th scope=col>verdict<th scope=col>accesses<th scope=col>instructions<th scope=col>ns here");
	for (size_t p = 0; p < report->profiles; p++)
		iop_html(out, "<th scope=col>ns on %s,<br>%s, model", report->profile[p].name,
			 report->profile[p].wc ? "write-combining" : "uncached");
}

void iop_report_calls(FILE *out, const struct iop_report *report)
{
	const struct iop_report_machine *machine = here(report);

	iop_html(out, "<section id=calls><h2>What to call</h2><div class=wide tabindex=0 role=region aria-label=\"What to call, by "
		      "kind of mapping\"><table class=calls><thead><tr><th scope=col>mapping<th scope=col>to<th scope=col>call");
	if (machine)
		heads_of_figures(out, report);
	for (size_t i = 0; i < CALLS; i++)
		row(out, report, i, machine);
	iop_html(out, "</table></div><p class=quiet>");
	if (machine) {
		iop_html(out, "Accesses are exact: r4 is a read of 4 bytes, w8 a write of 8. Here: ");
		iop_report_machine_name(out, machine);
		iop_html(out,
			 ", where cached memory stands in for the device: compare, do not quote. On a device the accesses decide%s",
			 report->profiles ? "; a model predicts its time from them."
					  : ": iopath calibrate measures one, and iopath report --profile adds what it predicts.");
	} else {
		iop_html(out, "Not measured here yet: <code>iopath bench --quick</code> adds what each call costs.");
	}
	iop_html(out, "</p></section>\n");
}
