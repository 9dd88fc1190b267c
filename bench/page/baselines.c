/* SPDX-License-Identifier: MIT */
/* Architectures without their hardware: verdicts, exact counts and a model's estimates, each in a table of its own. */
#include "html.h"
#include "page.h"

#include <host/legality.h>

#include <math.h>
#include <string.h>

#define SYMBOLS 40
#define ALL	"1-64" /* every size from 1 to 64 at every place within a word */

static const char *const routines[] = {"strict", "strict-s", "strict-portable", "kernel-generic", "glibc"};
static const char *const ops[] = {"toio", "fromio", "set", "move"};
static const char *const op_words[] = {"to a device", "from a device", "fill", "within a device"};
static const char *const sizes[] = {"8", "64", "256", "4096"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct iop_run *arch_of(const struct iop_report *report, size_t i)
{
	return &report->baselines.at[i].run;
}

static void begin(FILE *out, const struct iop_report *report, const char *title, const char *words, const char *corner)
{
	iop_html(out,
		 "<figure><figcaption><b>%s</b> <span class=quiet>%s</span></figcaption><div class=wide tabindex=0 role=region "
		 "aria-label=\"%s, by architecture\"><table class=archs><thead><tr><th scope=col>%s",
		 title, words, title, corner);
	for (size_t i = 0; i < report->baselines.count; i++)
		iop_html(out, "<th scope=col>%s", arch_of(report, i)->arch);
	iop_html(out, "<tbody>\n");
}

static void end(FILE *out)
{
	iop_html(out, "</table></div></figure>\n");
}

static bool has(const struct iop_report *report, const char *op, const char *routine, const char *size)
{
	for (size_t i = 0; i < report->baselines.count; i++)
		if (iop_report_copy(arch_of(report, i), op, routine, size))
			return true;
	return false;
}

static void verdict(FILE *out, const struct iop_run_cell *cell)
{
	if (!cell)
		iop_html(out, "<td>–");
	else if (cell->blind_calls)
		iop_html(out, "<td class=blind title=\"%llu of %llu calls\">unseen", (unsigned long long)cell->blind_calls,
			 (unsigned long long)cell->calls);
	else if (cell->illegal_calls)
		iop_html(out, "<td class=broken>%llu of %llu", (unsigned long long)cell->illegal_calls,
			 (unsigned long long)cell->calls);
	else
		iop_html(out, "<td class=legal>legal");
}

/* In how many architectures the routine that was made for memory is caught, in one direction at least. */
static size_t caught(const struct iop_report *report)
{
	size_t n = 0;

	for (size_t i = 0; i < report->baselines.count; i++) {
		bool found = false;

		for (size_t op = 0; op < COUNT(ops); op++) {
			const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), ops[op], "glibc", ALL);

			found |= cell && !cell->legal;
		}
		n += found;
	}
	return n;
}

/* What all operations on all architectures say of a routine; what could not be seen says nothing. */
static const char *verdict_on(char text[IOP_LEGALITY_TEXT], const struct iop_report *report, const char *routine)
{
	const char *tier = NULL;

	for (size_t i = 0; i < report->baselines.count; i++)
		for (size_t op = 0; op < COUNT(ops); op++) {
			const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), ops[op], routine, ALL);

			if (cell && cell->illegal_calls)
				return iop_legality_words(text, "MEM", 0);
			if (cell && !cell->blind_calls && !tier)
				tier = cell->tier;
		}
	return iop_legality_words(text, tier, 0);
}

static void legality(FILE *out, const struct iop_report *report)
{
	char words[IOP_LEGALITY_TEXT];

	begin(out, report, "Legality", "calls of 512 that break the rules: each size from 1 to 64 at each place within a word",
	      "routine");
	for (size_t r = 0; r < COUNT(routines); r++) {
		if (has(report, "toio", routines[r], ALL))
			iop_html(out, "<tr class=group><th scope=colgroup colspan=%zu>%s: %s\n", report->baselines.count + 1,
				 routines[r], verdict_on(words, report, routines[r]));
		for (size_t op = 0; op < COUNT(ops); op++) {
			if (!has(report, ops[op], routines[r], ALL))
				continue;
			iop_html(out, "<tr><th scope=row>%s%s <span class=quiet>%s</span>", routines[r],
				 strcmp(routines[r], "glibc") ? "" : " (control)", op_words[op]);
			for (size_t i = 0; i < report->baselines.count; i++)
				verdict(out, iop_report_copy(arch_of(report, i), ops[op], routines[r], ALL));
			putc('\n', out);
		}
	}
	end(out);
	iop_html(out,
		 "<p>The C library’s memcpy and memset are the negative control: written for ordinary memory, they must be found "
		 "illegal, and are on "
		 "%zu "
		 "of %zu architectures. <b>Unseen</b> is what an emulator’s plugin cannot observe (memory changed without a "
		 "recorded "
		 "access): it is never called legal.</p>",
		 caught(report), report->baselines.count);
}

static void count_cell(FILE *out, const struct iop_run_cell *cell, double value)
{
	if (cell && cell->blind_calls) {
		iop_html(out, "<td class=blind>unseen");
		return;
	}
	iop_html(out, "<td%s>", cell && cell->illegal_calls ? " class=illegal" : "");
	iop_html_number(out, value);
}

static void accesses(FILE *out, const struct iop_report *report)
{
	begin(out, report, "Accesses to the device",
	      "exact, one copy of 1 to 64 bytes, mean over sizes and places; underlined: breaks the rules there", "routine");
	iop_html(out, "<tr><th scope=row>fewest that STRICT allows");
	for (size_t i = 0; i < report->baselines.count; i++) {
		const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), "toio", "strict", ALL);

		iop_html(out, "<td>");
		iop_html_number(out, cell ? cell->fewest : NAN);
	}
	for (size_t r = 0; r < COUNT(routines); r++)
		for (size_t op = 0; op < 3; op++) {
			if (!has(report, ops[op], routines[r], ALL))
				continue;
			iop_html(out, "\n<tr%s><th scope=row>%s <span class=quiet>%s</span>", op ? "" : " class=apart", routines[r],
				 op_words[op]);
			for (size_t i = 0; i < report->baselines.count; i++) {
				const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), ops[op], routines[r], ALL);

				count_cell(out, cell, cell ? cell->accesses : NAN);
			}
		}
	end(out);
}

static void instruction_rows(FILE *out, const struct iop_report *report, const char *routine)
{
	for (size_t s = 0; s <= COUNT(sizes); s++) {
		const char *size = s < COUNT(sizes) ? sizes[s] : ALL;

		iop_html(out, "<tr%s><th scope=row>%s <span class=quiet>%s bytes</span>", s ? "" : " class=apart", routine, size);
		for (size_t i = 0; i < report->baselines.count; i++) {
			const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), "toio", routine, size);

			/* A call that is not seen is executed all the same. */
			iop_html(out, "<td%s>", cell && cell->illegal_calls ? " class=illegal" : "");
			iop_html_number(out, cell ? cell->instructions : NAN);
		}
		putc('\n', out);
	}
}

static void instructions(FILE *out, const struct iop_report *report)
{
	iop_html(out,
		 "<figure class=plot data-plot=size data-unit=\"instructions of a call\"><figcaption><b>Instructions of a strict "
		 "copy to a "
		 "device</b> <span class=quiet>exact, by size; a comparison of code, not of speed</span></figcaption>"
		 "<details open><summary>Table: instructions of a strict copy</summary><div class=wide tabindex=0 role=region "
		 "aria-label=\"Instructions of a strict copy by size\"><table><thead><tr><th scope=col>bytes");
	for (size_t i = 0; i < report->baselines.count; i++)
		iop_html(out, "<th scope=col>%s", arch_of(report, i)->arch);
	iop_html(out, "<tbody>\n");
	for (size_t s = 0; s < COUNT(sizes); s++) {
		iop_html(out, "<tr><th scope=row data-x=%s>%s", sizes[s], sizes[s]);
		for (size_t i = 0; i < report->baselines.count; i++) {
			const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), "toio", "strict", sizes[s]);

			iop_html(out, "<td>");
			iop_html_number(out, cell ? cell->instructions : NAN);
		}
		putc('\n', out);
	}
	iop_html(out, "</table></div></details></figure>\n");
	begin(out, report, "Instructions of a call, by routine", "exact, executed; to a device; underlined: breaks the rules there",
	      "routine");
	for (size_t r = 0; r < COUNT(routines); r++)
		if (has(report, "toio", routines[r], ALL))
			instruction_rows(out, report, routines[r]);
	end(out);
}

/* A size that is a word is a pattern of sizes: those that the first architecture has. */
static void pattern_rows(FILE *out, const struct iop_report *report, const char *routine)
{
	const struct iop_run *first = arch_of(report, 0);
	char prefix[64];
	bool apart = true;

	snprintf(prefix, sizeof(prefix), "toio/device/%s/", routine);
	for (size_t c = 0; c < first->count; c++) {
		const char *size;

		if (strncmp(first->cells[c].name, prefix, strlen(prefix)) != 0)
			continue;
		size = first->cells[c].name + strlen(prefix);
		if (*size >= '0' && *size <= '9')
			continue;
		iop_html(out, "<tr%s><th scope=row>%s <span class=quiet>%s</span>", apart ? " class=apart" : "", routine, size);
		apart = false;
		for (size_t i = 0; i < report->baselines.count; i++) {
			const struct iop_run_cell *cell = iop_report_copy(arch_of(report, i), "toio", routine, size);

			count_cell(out, cell, cell ? cell->instructions : NAN);
		}
		putc('\n', out);
	}
}

static void patterns(FILE *out, const struct iop_report *report)
{
	begin(out, report, "Instructions of a call, by pattern of sizes",
	      "exact, mean of the pattern's calls to a device; underlined: breaks the rules there", "routine");
	for (size_t r = 0; r < COUNT(routines); r++)
		pattern_rows(out, report, routines[r]);
	end(out);
}

/* Every symbol once, from the architecture that names it first. */
static void code(FILE *out, const struct iop_report *report)
{
	const char *shown[SYMBOLS];
	size_t count = 0;

	begin(out, report, "Code size", "bytes of the function; one of a few bytes jumps to the portable routine", "function");
	for (size_t a = 0; a < report->baselines.count; a++)
		for (size_t i = 0; i < arch_of(report, a)->code_count && count < SYMBOLS; i++) {
			const char *symbol = arch_of(report, a)->code[i].symbol;
			size_t s = 0;

			while (s < count && strcmp(shown[s], symbol) != 0)
				s++;
			if (s < count)
				continue;
			shown[count++] = symbol;
			iop_html(out, "<tr><th scope=row>%s", symbol);
			for (size_t other = 0; other < report->baselines.count; other++) {
				const struct iop_run *arch = arch_of(report, other);
				size_t c = 0;

				while (c < arch->code_count && strcmp(arch->code[c].symbol, symbol) != 0)
					c++;
				if (c < arch->code_count)
					iop_html(out, "<td>%llu", (unsigned long long)arch->code[c].bytes);
				else
					iop_html(out, "<td>–");
			}
			putc('\n', out);
		}
	end(out);
}

static void estimate_row(FILE *out, const struct iop_run *arch, const char *core)
{
	static const char *const blocks[] = {"toio", "fromio"};

	iop_html(out, "<tr><th scope=row>%s <span class=quiet>%s</span>", core, arch->arch);
	for (size_t b = 0; b < COUNT(blocks); b++) {
		double cycles = NAN;

		for (size_t i = 0; i < arch->estimate_count; i++)
			if (strcmp(arch->estimates[i].core, core) == 0 && strcmp(arch->estimates[i].block, blocks[b]) == 0)
				cycles = arch->estimates[i].cycles_per_byte;
		iop_html(out, "<td>");
		iop_html_number(out, cycles * 64);
		iop_html(out, "<td>");
		iop_html_number(out, cycles > 0 ? 1 / cycles : NAN);
	}
	putc('\n', out);
}

static void estimates(FILE *out, const struct iop_report *report)
{
	iop_html(out,
		 "<figure><figcaption><b>Estimates of a model</b> <span class=quiet>llvm-mca: the repeated 64 bytes of a strict "
		 "copy on a "
		 "named core, without a memory behind it. Not a measurement; it compares variants of code</span></figcaption><div "
		 "class=wide tabindex=0 role=region aria-label=\"Estimates of llvm-mca\"><table><thead><tr><th scope=col>core<th "
		 "scope=col>cycles for 64 B<br>to a device<th scope=col>bytes a cycle<br>to a device<th scope=col>cycles for 64 "
		 "B<br>from a device<th scope=col>bytes a cycle<br>from a device<tbody>\n");
	for (size_t a = 0; a < report->baselines.count; a++) {
		const struct iop_run *arch = arch_of(report, a);

		for (size_t i = 0; i < arch->estimate_count; i++) {
			bool seen = false;

			for (size_t before = 0; before < i; before++)
				seen |= strcmp(arch->estimates[before].core, arch->estimates[i].core) == 0;
			if (!seen)
				estimate_row(out, arch, arch->estimates[i].core);
		}
	}
	iop_html(out, "</table></div></figure>\n");
}

void iop_report_baselines(FILE *out, const struct iop_report *report)
{
	if (!report->baselines.count)
		return;
	iop_html(out,
		 "<h3>%zu architectures, from one machine</h3><p>Compiled code of each, run under an emulator that writes down "
		 "every "
		 "access to a device. These are counts and verdicts, not times, and need no such hardware.</p>",
		 report->baselines.count);
	iop_report_conclusions(out, report);
	legality(out, report);
	iop_report_ordering(out, report);
	accesses(out, report);
	instructions(out, report);
	patterns(out, report);
	code(out, report);
	estimates(out, report);
	iop_html(out, "<p class=quiet>Compilers and emulators: ");
	for (size_t i = 0; i < report->baselines.count; i++)
		iop_html(out, "%s%s: %s, %s", i ? "; " : "", arch_of(report, i)->arch, arch_of(report, i)->compiler,
			 arch_of(report, i)->emulator);
	iop_html(out, ". <code>scripts/arch --baselines</code> makes these files again.</p>");
}
