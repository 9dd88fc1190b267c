/* SPDX-License-Identifier: MIT */
/* The accesses of a copy as a device sees them: a block for each, by place and time. */
#include "html.h"
#include "page.h"

#include <copy_trace.h>
#include <host/legality.h>

#include <string.h>

#define BYTE	8 /* units of the drawing */
#define STEP(n) ((size_t)((n) > 32 ? 17 : 9))
#define MARGIN	6
#define FEW	40

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

/* On this call; what is not seen is neither. */
static const char *verdict_words(const struct iop_copy_traced *t)
{
	return t->blind ? "no verdict for" : t->legal ? "legal for" : "not legal for";
}

static void verdict(FILE *out, const struct iop_copy_traced *t)
{
	const struct iop_verdict *v = &t->side[0].verdict;
	const char *separator = ": ";

	if (t->blind) {
		iop_html(out, "<p class=verdict>No verdict: %s</p>", t->side[0].list.blind);
		return;
	}
	iop_html(out, "<p class=\"verdict %s\">%s %s", t->legal ? "good" : "bad", verdict_words(t),
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

static void picture(FILE *out, const struct iop_traced_copy *copy)
{
	char label[160], words[IOP_LEGALITY_TEXT];

	snprintf(label, sizeof(label), "%s, %s: %zu accesses, %s %s", copy->routine, copy->words, copy->traced.side[0].list.count,
		 verdict_words(&copy->traced), iop_tier_name(copy->traced.side[0].question.tier));
	iop_html(out, "<figure class=picture><figcaption><b>%s</b></figcaption>", copy->routine);
	drawing(out, &copy->traced.side[0].list, &copy->traced.side[0].question, label);
	verdict(out, &copy->traced);
	iop_html(out, "<p class=quiet>All its calls: %s</p>", iop_legality_words(words, copy->tier, copy->widths));
	list_of(out, &copy->traced.side[0].list);
	iop_html(out, "</figure>\n");
}

/* Copies of one call stand next to each other. */
static void pictures(FILE *out, const struct iop_report *report)
{
	const char *words = "";

	if (report->no_copies)
		iop_html(out, "<p class=empty>%s: no pictures.</p>", report->no_copies);
	for (size_t i = 0; i < report->copies; i++) {
		if (strcmp(report->copy[i].words, words) != 0) {
			words = report->copy[i].words;
			if (i)
				iop_html(out, "</div>\n");
			iop_html(out, "<h3>%s</h3><div class=pictures>", words);
		}
		picture(out, &report->copy[i]);
	}
	if (report->copies)
		iop_html(out, "</div>\n");
}

void iop_report_pictures(FILE *out, const struct iop_report *report)
{
	iop_html(out,
		 "<section id=pictures><h2>What the device sees</h2>"
		 "<p>The writes of one copy to a device, traced in the compiled code of this machine while this page was made. "
		 "Left to "
		 "right: bytes; top to bottom: time; lines: 8-byte boundaries. <span class=\"key a\"></span>&nbsp;an access "
		 "<span class=\"key bad\"></span>&nbsp;one that is not aligned to its width, or too wide "
		 "<span class=\"key twice\"></span>&nbsp;bytes written more than once: two pushes into a FIFO, two doorbells.</p>");
	pictures(out, report);
	iop_html(out, "</section>\n");
}
