/* SPDX-License-Identifier: MIT */
/* What an ordered access costs and why, by architecture; and what the baselines show together, in words. */
#include "html.h"
#include "page.h"

#include <math.h>
#include <string.h>

#define ALL "1-64"

static const struct model {
	const char *arch, *words;
} models[] = {
	{"x86-64",
	 "Uncached accesses keep their order and so do stores to memory: the compiler must not move them, the CPU does not."},
	{"i386", "As x86-64: a barrier for the compiler only. A 64-bit register is two accesses."},
	{"arm64", "Weakly ordered; accesses to device memory are ordered only among themselves. After a read, later accesses wait "
		  "for it (load); before a write, earlier "
		  "stores are seen first (store); outer shareable, the domain of devices that read memory."},
	{"armhf", "As arm64, but DMB has no load variant before Armv8, and DSB waits for completion."},
	{"riscv64", "Fences name what they order: device input (i), output (o), memory reads (r) and writes (w). So an ordered "
		    "access pays only for the direction that it needs."},
	{"ppc64le", "Weakly ordered, device accesses separately from memory: sync orders both and is a full barrier. Linux makes a "
		    "read wait for "
		    "its value by "
		    "a trap and an isync; here a second sync does."},
	{"s390x", "Only a later load may overtake a store: BCR (shown as bnor) serialises. Real PCI functions are accessed by "
		  "special instructions, so this is the cost of ordering in memory."},
};

static const char *model_of(const char *arch)
{
	for (size_t i = 0; i < sizeof(models) / sizeof(models[0]); i++)
		if (strcmp(models[i].arch, arch) == 0)
			return models[i].words;
	return "";
}

static double cost(const struct iop_run *arch, const char *op, const char *order)
{
	char name[64];
	const struct iop_run_cell *cell;

	snprintf(name, sizeof(name), "%s/device/%s/u32", op, order);
	cell = iop_report_find(arch, name);
	return cell ? cell->instructions : NAN;
}

static void instruction_cells(FILE *out, const struct iop_run *arch, const char *op)
{
	iop_html(out, "<td>");
	iop_html_number(out, cost(arch, op, "relaxed"));
	iop_html(out, " → ");
	iop_html_number(out, cost(arch, op, "ordered"));
}

void iop_report_ordering(FILE *out, const struct iop_report *report)
{
	iop_html(out,
		 "<figure><figcaption><b>The cost of ordering</b> <span class=quiet>of a 32-bit access: the barriers, from the "
		 "disassembly, and "
		 "executed instructions, relaxed → ordered</span></figcaption><div class=wide tabindex=0 role=region "
		 "aria-label=\"The cost of ordering, by architecture\"><table class=ordering><thead><tr><th "
		 "scope=col>architecture<th "
		 "scope=col>read: barriers<th scope=col>instructions<th scope=col>write: barriers<th "
		 "scope=col>instructions<tbody>\n");
	for (size_t i = 0; i < report->baselines.count; i++) {
		const struct iop_run *arch = &report->baselines.at[i].run;

		iop_html(out, "<tr><th scope=row>%s<td><code>%s</code>", arch->arch,
			 *arch->barriers[IOP_RUN_READ] ? arch->barriers[IOP_RUN_READ] : "none");
		instruction_cells(out, arch, "read");
		iop_html(out, "<td><code>%s</code>", *arch->barriers[IOP_RUN_WRITE] ? arch->barriers[IOP_RUN_WRITE] : "none");
		instruction_cells(out, arch, "write");
		putc('\n', out);
	}
	iop_html(out, "</table></div><dl class=facts>");
	for (size_t i = 0; i < report->baselines.count; i++) {
		const char *words = model_of(report->baselines.at[i].run.arch);

		if (*words)
			iop_html(out, "<dt>%s<dd>%s", report->baselines.at[i].run.arch, words);
	}
	iop_html(out, "</dl></figure>\n");
}

/* Names of the architectures for which @holds, as a list: "a, b and c". Returns how many. */
static size_t names(FILE *out, const struct iop_report *report, bool (*holds)(const struct iop_run *arch))
{
	size_t n = 0, done = 0;

	for (size_t i = 0; i < report->baselines.count; i++)
		n += holds(&report->baselines.at[i].run);
	for (size_t i = 0; out && i < report->baselines.count; i++)
		if (holds(&report->baselines.at[i].run)) {
			iop_html(out, "%s%s", !done ? "" : done + 1 == n ? " and " : ", ", report->baselines.at[i].run.arch);
			done++;
		}
	return n;
}

static const struct iop_run_cell *glibc(const struct iop_run *arch, const char *op)
{
	return iop_report_copy(arch, op, "glibc", ALL);
}

static bool writes_legally_only(const struct iop_run *arch)
{
	const struct iop_run_cell *to = glibc(arch, "toio"), *from = glibc(arch, "fromio");

	return to && from && to->legal && from->illegal_calls;
}

static bool strict_is_optimal(const struct iop_run *arch)
{
	const struct iop_run_cell *cell = iop_report_copy(arch, "toio", "strict", ALL);

	return cell && cell->legal && fabs(cell->accesses - cell->fewest) < 1e-9;
}

/* How many times fewer instructions than portable C the architecture's own routine takes for 4 KiB. */
static double tuned(const struct iop_run *arch)
{
	const struct iop_run_cell *own = iop_report_copy(arch, "toio", "strict", "4096"),
				  *portable = iop_report_copy(arch, "toio", "strict-portable", "4096");

	return own && portable && own->instructions > 0 ? portable->instructions / own->instructions : NAN;
}

static bool is_tuned(const struct iop_run *arch)
{
	return tuned(arch) > 1.5;
}

static double ordered_extra(const struct iop_run *arch)
{
	return cost(arch, "read", "ordered") - cost(arch, "read", "relaxed");
}

static bool order_is_free(const struct iop_run *arch)
{
	return ordered_extra(arch) < 0.5;
}

static bool reads_with_two_barriers(const struct iop_run *arch)
{
	return strchr(arch->barriers[IOP_RUN_READ], ';') != NULL;
}

static bool is_unseen(const struct iop_run *arch)
{
	const struct iop_run_cell *to = glibc(arch, "toio");

	return to && to->blind_calls;
}

static void about_libc(FILE *out, const struct iop_report *report)
{
	for (size_t i = 0; i < report->baselines.count; i++) {
		const struct iop_run *arch = &report->baselines.at[i].run;
		const struct iop_run_cell *to = glibc(arch, "toio"), *from = glibc(arch, "fromio");

		if (writes_legally_only(arch))
			iop_html(out,
				 "<li>The C library of <b>%s</b> writes to a device legally, with %.1f times the fewest accesses, "
				 "and reads "
				 "from one illegally in %llu of %llu calls: a driver that works with memcpy in one direction may "
				 "fail in the other.",
				 arch->arch, to->accesses / to->fewest, (unsigned long long)from->illegal_calls,
				 (unsigned long long)from->calls);
	}
	for (size_t i = 0; i < report->baselines.count; i++) {
		const struct iop_run *arch = &report->baselines.at[i].run;
		const struct iop_run_cell *to = glibc(arch, "toio"), *fill = glibc(arch, "set");

		if (to && fill && fill->illegal_calls && to->illegal_calls && fill->accesses > fill->fewest && fill->fewest > 0)
			iop_html(out,
				 "<li>memset of <b>%s</b> is illegal in %llu of %llu calls and takes more accesses than a legal "
				 "fill: "
				 "%.1f where %.1f would do.",
				 arch->arch, (unsigned long long)fill->illegal_calls, (unsigned long long)fill->calls,
				 fill->accesses, fill->fewest);
	}
}

static void about_strict(FILE *out, const struct iop_report *report)
{
	size_t n = names(NULL, report, strict_is_optimal);
	double least = INFINITY, most = 0;

	if (n == report->baselines.count)
		iop_html(out,
			 "<li>A strict copy makes the minimum number of accesses on all %zu architectures, little- and big-endian, "
			 "32 "
			 "and 64 "
			 "bits.",
			 n);
	else if (n) {
		iop_html(out, "<li>A strict copy makes the minimum number of accesses on ");
		names(out, report, strict_is_optimal);
		iop_html(out, ", and not elsewhere.");
	}
	for (size_t i = 0; i < report->baselines.count; i++) {
		double times = tuned(&report->baselines.at[i].run);

		least = times > 1.5 ? fmin(least, times) : least;
		most = times > 1.5 ? fmax(most, times) : most;
	}
	if (most > 0) {
		iop_html(out,
			 "<li>Written for the architecture, that copy executes %.1f to %.1f times fewer instructions for 4 KiB "
			 "than portable C "
			 "does, on ",
			 least, most);
		names(out, report, is_tuned);
		iop_html(out, "; the accesses, and so a slow bus, are the same.");
	}
}

static void about_order(FILE *out, const struct iop_report *report)
{
	if (names(NULL, report, order_is_free)) {
		iop_html(out, "<li>An ordered read costs no instruction on ");
		names(out, report, order_is_free);
		iop_html(out, ": readl and readl_relaxed are the same code there, so testing on them finds no missing barrier.");
	}
	if (names(NULL, report, reads_with_two_barriers)) {
		iop_html(out, "<li>It costs two full barriers on ");
		names(out, report, reads_with_two_barriers);
		iop_html(out, "; a loop that polls a status register gains most from relaxed reads and one barrier at its end.");
	}
	if (names(NULL, report, is_unseen)) {
		iop_html(out, "<li>On ");
		names(out, report, is_unseen);
		iop_html(out, " one instruction copies up to 256 bytes, and no tool that watches loads and stores sees what it "
			      "does to a device.");
	}
}

void iop_report_conclusions(FILE *out, const struct iop_report *report)
{
	iop_html(out, "<ul class=conclusions>");
	about_libc(out, report);
	about_strict(out, report);
	about_order(out, report);
	iop_html(out, "</ul>");
}
