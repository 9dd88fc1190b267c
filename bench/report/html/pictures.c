/* SPDX-License-Identifier: MIT */
/* What a device sees of a copy: each access a block, where it is and when it came. Traced while the page is written. */
#include "html.h"
#include "page.h"

#ifdef IOP_HAVE_TRACER

#include <peers/peers.h>

#include <copy_trace.h>

#include <iopath/routine.h>

#include <string.h>

#define WINDOW	((size_t)1 << 14)
#define BYTE	8 /* units of the drawing */
#define STEP(n) ((size_t)((n) > 32 ? 17 : 9))
#define MARGIN	6
#define FEW	40

/* Each is judged by the rules it means to keep: the kernel's x86 routine uses string instructions, glibc's was made for memory. */
static const struct {
	const char *name;
	enum iop_tier tier;
} shown_routines[] = {{"strict", IOP_STRICT}, {"kernel-x86", IOP_STRICT_S}, {"glibc", IOP_STRICT}};
static const struct {
	size_t n;
	unsigned align;
	const char *words;
} shown_calls[] = {
	{13, 3, "13 bytes, 3 past a boundary"},
	{31, 1, "31 bytes, 1 past a boundary"},
	{64, 0, "64 bytes, aligned"},
	{100, 5, "100 bytes, 5 past a boundary"},
};

/* False if this build or CPU has no such routine. */
static bool find(const char *name, struct iop_copier *copier)
{
	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, name) == 0) {
			*copier = (struct iop_copier){.toio = iop_routines[i]->toio};
			return !iop_routines[i]->supported || iop_routines[i]->supported();
		}
	for (size_t i = 0; iop_peers[i]; i++)
		if (strcmp(iop_peers[i]->name, name) == 0) {
			*copier = (struct iop_copier){.toio = iop_peers[i]->toio};
			return !iop_peers[i]->supported || iop_peers[i]->supported();
		}
	return false;
}

static unsigned touches(const struct iop_access_list *list, size_t byte)
{
	unsigned n = 0;

	for (size_t i = 0; i < list->count; i++) {
		ptrdiff_t at = (ptrdiff_t)byte - list->access[i].offset;

		n += at >= 0 && at < list->access[i].width && (list->access[i].mask >> at & 1);
	}
	return n;
}

static bool misplaced(const struct iop_access *access, const struct iop_question *question)
{
	return (question->io + (uintptr_t)access->offset) % access->width != 0 || access->width > iop_tier_cap(question->tier);
}

static void drawing(FILE *out, const struct iop_access_list *list, const struct iop_question *question, const char *label)
{
	size_t n = question->n, height = list->count * STEP(n) + 2 * MARGIN, width = n * BYTE + 2 * MARGIN;
	size_t lead = (8 - question->io % 8) % 8;

	iop_html(out, "<svg role=img aria-label=\"%s\" viewBox=\"0 0 %zu %zu\" class=\"access%s\">", label, width, height,
		 n <= 32 ? " few" : "");
	for (size_t byte = 0; byte < n; byte++) {
		unsigned times = touches(list, byte);

		if (times != 1)
			iop_html(out, "<rect class=\"%s\" x=\"%zu\" y=\"0\" width=\"%d\" height=\"%zu\"/>",
				 times ? "twice" : "missed", MARGIN + byte * BYTE, BYTE, height);
	}
	for (size_t at = lead; at <= n; at += 8)
		iop_html(out, "<path class=grid d=\"M%zu 0V%zu\"/>", MARGIN + at * BYTE, height);
	for (size_t i = 0; i < list->count; i++)
		iop_html(out, "<rect class=\"a%s\" x=\"%td\" y=\"%zu\" width=\"%d\" height=\"%d\" rx=\"1.5\"/>",
			 misplaced(&list->access[i], question) ? " bad" : "", MARGIN + list->access[i].offset * BYTE + 1,
			 MARGIN + i * STEP(n), list->access[i].width * BYTE - 2, (int)STEP(n) - 2);
	iop_html(out, "</svg>");
}

static void verdict(FILE *out, const struct iop_copy_traced *t)
{
	const struct iop_verdict *v = &t->side[0].verdict;
	const char *separator = ": ";

	if (t->blind) {
		iop_html(out, "<p class=verdict>No verdict: %s</p>", t->side[0].list.blind);
		return;
	}
	iop_html(out, "<p class=\"verdict %s\">%s %s", t->legal ? "good" : "bad", t->legal ? "legal for" : "not legal for",
		 iop_tier_name(t->side[0].question.tier));
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (v->broken >> bit & 1) {
			iop_html(out, "%s%s", separator, iop_rule_words(bit));
			separator = ", ";
		}
	iop_html(out, "</p><p class=quiet>%zu accesses; the fewest possible: %zu", v->accesses, v->optimum);
	if (v->twice)
		iop_html(out, "; %zu bytes more than once", v->twice);
	iop_html(out, "</p>");
}

static void list_of(FILE *out, const struct iop_access_list *list)
{
	iop_html(out, "<details><summary>as text</summary><p class=mono>");
	for (size_t i = 0; i < list->count && i < FEW; i++)
		iop_html(out, "%u@%td ", list->access[i].width, list->access[i].offset);
	if (list->count > FEW)
		iop_html(out, "… %zu more", list->count - FEW);
	iop_html(out, "</p></details>");
}

static void picture(FILE *out, struct iop_tracer *tracer, size_t which_routine, size_t which)
{
	const char *routine = shown_routines[which_routine].name;
	struct iop_copier copier;
	struct iop_copy_call call = {
		.op = IOP_TOIO, .copier = &copier, .n = shown_calls[which].n, .io_align = shown_calls[which].align};
	struct iop_copy_traced traced;
	char label[160];

	if (!find(routine, &copier) || !copier.toio ||
	    iop_copy_trace(&traced, tracer, WINDOW, &call, shown_routines[which_routine].tier))
		return;
	snprintf(label, sizeof(label), "%s, %s: %zu accesses, %s", routine, shown_calls[which].words, traced.side[0].list.count,
		 traced.legal ? "legal" : "not legal");
	iop_html(out, "<figure class=picture><figcaption><b>%s</b></figcaption>", routine);
	drawing(out, &traced.side[0].list, &traced.side[0].question, label);
	verdict(out, &traced);
	list_of(out, &traced.side[0].list);
	iop_html(out, "</figure>\n");
}

static void pictures(FILE *out)
{
	struct iop_tracer *tracer;

	if (iop_tracer_open(&tracer, WINDOW)) {
		iop_html(out, "<p class=empty>This machine does not let a process trace itself: no pictures.</p>");
		return;
	}
	for (size_t call = 0; call < sizeof(shown_calls) / sizeof(shown_calls[0]); call++) {
		iop_html(out, "<h3>%s</h3><div class=pictures>", shown_calls[call].words);
		for (size_t r = 0; r < sizeof(shown_routines) / sizeof(shown_routines[0]); r++)
			picture(out, tracer, r, call);
		iop_html(out, "</div>\n");
	}
	iop_tracer_close(tracer);
}

#else

static void pictures(FILE *out)
{
	iop_html(out, "<p class=empty>This build has no tracer (it needs x86-64 and libzydis-dev): no pictures.</p>");
}

#endif

void iop_report_pictures(FILE *out)
{
	iop_html(out,
		 "<section id=pictures><h2>What the device sees</h2>"
		 "<p>The writes of one copy to a device, traced in the compiled code of this machine while this page was made. "
		 "Left to "
		 "right: bytes; top to bottom: time; lines: 8-byte boundaries. <span class=\"key a\"></span>&nbsp;an access "
		 "<span class=\"key bad\"></span>&nbsp;one that is not aligned to its width, or too wide "
		 "<span class=\"key twice\"></span>&nbsp;bytes written more than once: two pushes into a FIFO, two doorbells.</p>");
	pictures(out);
	iop_html(out, "</section>\n");
}
