/* SPDX-License-Identifier: MIT */
#include "trace_show.h"
#include "predict.h"
#include "target.h"

#include <host/legality.h>

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PICTURE 64 /* bytes a line */

static const char *form(const struct iop_access *access)
{
	static const char *const words[] = {"plain", "string", "vector", "read-modify-write", "other"};

	return words[access->form];
}

/* Which access touches each byte: its number's last digit, * for several, . for none; underlined by the natural words. */
static void picture(const struct iop_access_list *list, size_t n)
{
	for (size_t line = 0; line < n; line += PICTURE) {
		char text[PICTURE + 1] = "";
		size_t end = n - line < PICTURE ? n - line : PICTURE;

		memset(text, '.', end);
		for (size_t i = 0; i < list->count; i++)
			for (unsigned b = 0; b < list->access[i].width; b++) {
				ptrdiff_t at = list->access[i].offset + (ptrdiff_t)b - (ptrdiff_t)line;

				if (!(list->access[i].mask >> b & 1) || at < 0 || (size_t)at >= end)
					continue;
				text[at] = text[at] == '.' ? (char)('0' + i % 10) : '*';
			}
		printf("  %6zu  %s\n", line, text);
	}
}

/* Of read, modify, write, what no other copy does. */
static const char *edge(const struct iop_copy_side *side, size_t i)
{
	const struct iop_access *a = &side->list.access[i];

	if (!(side->question.widths & IOP_EDGES_RMW) || !side->question.write)
		return "";
	if (!a->write)
		return "   read-modify-write of the word at the edge: read";
	return i && !a[-1].write && a[-1].offset == a->offset ? "   and written, the bytes beside the copy as they were" : "";
}

static void print_side(const struct iop_trace_shown *o, const struct iop_copy_side *side, const char *name)
{
	const struct iop_access_list *list = &side->list;
	size_t shown = o->all || list->count <= IOP_TRACE_SHOW_MOST ? list->count : IOP_TRACE_SHOW_MOST;

	if (side->question.fifo)
		printf("%s is one register of %u bytes: %zu accesses, ", name, side->question.fifo, side->verdict.accesses);
	else
		printf("%s starts %u bytes after a 64-byte boundary: %zu accesses, ", name, (unsigned)(side->question.io % 64),
		       side->verdict.accesses);
	if (side->question.fifo)
		printf("%zu are asked for\n\n", side->verdict.optimum);
	else if (side->verdict.optimum == SIZE_MAX)
		printf("no accesses of the device's widths cover it\n\n");
	else
		printf("the minimum for %s is %zu\n\n", iop_tier_name(side->question.tier), side->verdict.optimum);
	printf("  access  offset  width\n");
	for (size_t i = 0; i < shown; i++)
		printf("  %6zu  %6td  %5u  %s %s%s%s\n", i, list->access[i].offset, list->access[i].width,
		       list->access[i].write ? "write" : "read", form(&list->access[i]), edge(side, i),
		       i == side->verdict.first_bad ? "   <- breaks a rule" : "");
	if (shown < list->count)
		printf("  ... %zu more (--all)\n", list->count - shown);
	printf("\n");
	if (side->question.fifo)
		return;
	printf("  byte    touched by access (last digit; * more than once; . never)\n");
	picture(list, o->size);
	printf("\n");
}

/* What is wrong, one after the other. */
static void print_broken(const struct iop_trace_shown *o, const struct iop_copy_traced *t, const struct iop_judge_answer *answer)
{
	unsigned broken = t->side[0].verdict.broken | (t->sides > 1 ? t->side[1].verdict.broken : 0);
	bool cut = answer->fate.kind == IOP_FATE_OVERRUN;
	const char *separator = ":";
	char words[32];

	/* A call that was ended by its overrun has not touched the rest: that says nothing. */
	if (cut)
		broken &= ~(unsigned)IOP_RULE_MISSED;
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if (broken >> bit & 1) {
			printf("%s %s", separator, iop_rule_words_of(bit, t->side[0].question.fifo));
			if (1u << bit == IOP_RULE_DEVICE)
				printf(" (it takes %s)", iop_widths_words(o->widths, words));
			separator = ",";
		}
	for (unsigned i = 0; i < t->sides; i++)
		if (t->side[i].verdict.twice)
			printf(" (%zu bytes twice or more)", t->side[i].verdict.twice);
	if (iop_fate_is_finding(&answer->fate)) {
		printf("%s it %s", separator, answer->fate.text);
		separator = ",";
	}
	if (!t->data_right && !cut)
		printf("%s wrong data, first at byte %td of the destination", separator, t->wrong_at);
}

/* Whose decoder knows these instructions, and whose does not. Where a mapping never traps, nobody needs to. */
static void print_decoders(enum iop_tier tier, unsigned undecoded)
{
	const char *separator = "";

	if (tier > IOP_STRICT_S || !undecoded)
		return;
	printf("where accesses trap: ");
	if (!(undecoded & (IOP_DECODER_KVM | IOP_DECODER_KVM_OLD)))
		printf("KVM decodes these instructions; ");
	printf("not decoded by ");
	for (unsigned bit = 0; bit < IOP_DECODERS; bit++)
		if (undecoded >> bit & 1 && !(1U << bit == IOP_DECODER_KVM_OLD && undecoded & IOP_DECODER_KVM)) {
			printf("%s%s", separator, iop_decoder_words(bit));
			separator = ", ";
		}
	printf(" (docs/copies.md, 5.1)\n");
}

/* Where accesses may be missing, what was seen is not all: nothing is said about the rest. */
static void print_blind(const struct iop_copy_traced *t)
{
	const char *separator = "; what was seen is";

	printf("no verdict for %s", iop_tier_name(t->side[0].question.tier));
	for (unsigned i = 0; i < t->sides; i++)
		if (t->side[i].list.blind)
			printf(": %s", t->side[i].list.blind);
	for (unsigned bit = 0; bit < IOP_RULES; bit++)
		if ((t->side[0].verdict.broken | (t->sides > 1 ? t->side[1].verdict.broken : 0)) >> bit & 1 &&
		    1u << bit != IOP_RULE_BLIND && 1u << bit != IOP_RULE_MISSED) {
			printf("%s %s", separator, iop_rule_words_of(bit, t->side[0].question.fifo));
			separator = ",";
		}
	printf("\n");
}

static void print_verdict(const struct iop_trace_shown *o, const struct iop_copy_traced *t, const struct iop_judge_answer *answer)
{
	if (t->blind) {
		print_blind(t);
		return;
	}
	printf("%s for %s", t->legal ? "legal" : "not legal", iop_tier_name(t->side[0].question.tier));
	print_broken(o, t, answer);
	printf("\n");
	print_decoders(t->side[0].question.tier, t->side[0].verdict.undecoded | (t->sides > 1 ? t->side[1].verdict.undecoded : 0));
	if (o->foreign && o->size && !t->side[0].verdict.accesses && !t->blind)
		printf("no access was made: is its prototype another one? (--call)\n");
	if (o->verdict)
		printf("the routine %s: %s\n", o->name, o->verdict);
	else if (t->legal)
		printf("this call is legal; 'iopath check' looks at all sizes and places\n");
}

void iop_trace_print(const struct iop_trace_shown *shown, const struct iop_copy_traced *traced,
		     const struct iop_judge_answer *answer)
{
	printf("%s %s, %zu bytes%s%s\n", shown->op, shown->name, shown->size, shown->machine ? ", emulated " : "",
	       shown->machine ? shown->machine : "");
	for (unsigned i = 0; i < traced->sides; i++)
		print_side(shown, &traced->side[i], traced->sides == 1 ? "device side" : i ? "destination" : "source");
	print_verdict(shown, traced, answer);
	if (shown->profile)
		iop_predict_print(shown->profile, traced);
}

static int print_accesses(FILE *out, const struct iop_access_list *list)
{
	int err = 0;

	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *a = &list->access[i];
		json_t *line = json_pack("{s:I, s:I, s:i, s:s, s:s}", "access", (json_int_t)i, "offset", (json_int_t)a->offset,
					 "width", a->width, "direction", a->write ? "write" : "read", "form", form(a));

		if (a->mask != iop_access_all(a->width)) {
			char mask[24];

			snprintf(mask, sizeof(mask), "0x%" PRIx64, a->mask);
			json_object_set_new(line, "mask", json_string(mask));
		}
		err |= json_dumpf(line, out, JSON_COMPACT) || fputc('\n', out) == EOF;
		json_decref(line);
	}
	return err;
}

int iop_trace_json(FILE *out, const struct iop_trace_shown *shown, const struct iop_copy_traced *traced,
		   const struct iop_judge_answer *answer)
{
	int err = 0;

	for (unsigned i = 0; i < traced->sides; i++) {
		const struct iop_copy_side *side = &traced->side[i];
		const struct iop_verdict *v = &side->verdict;
		json_t *broken = json_array(), *undecoded = json_array(), *verdict;

		err |= print_accesses(out, &side->list);
		for (unsigned bit = 0; bit < IOP_RULES; bit++)
			if (v->broken >> bit & 1)
				json_array_append_new(broken, json_string(iop_rule_words_of(bit, side->question.fifo)));
		for (unsigned bit = 0; bit < IOP_DECODERS; bit++)
			if (v->undecoded >> bit & 1)
				json_array_append_new(undecoded, json_string(iop_decoder_words(bit)));
		verdict = json_pack("{s:s, s:s, s:s, s:I, s:i, s:s, s:I, s:o, s:I, s:b, s:b, s:o, s:o, s:s*, s:s*, s:s*, s:s*}",
				    "op", shown->op, "side", side->question.write ? "write" : "read", "routine", shown->name,
				    "size", (json_int_t)shown->size, "align", (int)(side->question.io % 64), "tier",
				    iop_tier_name(side->question.tier), "accesses", (json_int_t)v->accesses, "optimum",
				    v->optimum == SIZE_MAX ? json_null() : json_integer((json_int_t)v->optimum), "bytes_twice",
				    (json_int_t)v->twice, "data_right", traced->data_right, "legal", traced->legal, "broken",
				    broken, "not_decoded_by", undecoded, "blind", side->list.blind, "fate",
				    answer->fate.text[0] ? answer->fate.text : NULL, "machine", shown->machine, "verdict",
				    shown->verdict);
		if (side->question.fifo)
			json_object_set_new(verdict, "fifo", json_integer((json_int_t)side->question.fifo));
		if (shown->profile)
			iop_predict_json(verdict, shown->profile, side);
		err |= json_dumpf(verdict, out, JSON_COMPACT) || fputc('\n', out) == EOF;
		json_decref(verdict);
	}
	return err ? iop_fail("trace", NULL, "out of memory") : 0;
}
