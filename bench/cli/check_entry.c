/* SPDX-License-Identifier: MIT */
#include "check_entry.h"

#include "check_show.h"

#include <host/legality.h>
#include <host/registered.h>
#include <judge/emulated.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const iop_outcome_name[] = {"as claimed", "not as claimed", "not judged"};

static void widths_text(char *text, unsigned widths)
{
	*text = '\0';
	for (unsigned width = 1; width <= 64; width *= 2)
		if (widths & width)
			sprintf(text + strlen(text), "%s%u", *text ? "," : "", width);
}

/* What failed, as check says it of one routine. */
static char *failure_text(const struct iop_target *target, const struct iop_check_report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out) {
		iop_check_print_failure(out, target, report);
		fclose(out);
	}
	return text;
}

/* Of an accessor whose access is right. */
static const char *wrong_beside(const struct iop_check_failure *failure)
{
	if (failure->broken)
		return "";
	return failure->data_wrong ? ", of another value" : ", and something else is wrong";
}

static void words_of_copy(struct iop_checked *line, const struct iop_target *target, const struct iop_check_report *r)
{
	char words[IOP_LEGALITY_TEXT];
	unsigned unit;
	enum iop_tier strictest = iop_check_strictest(r);

	if (r->cannot) {
		char *command = iop_check_command(target, &r->at);

		line->outcome = IOP_NOT_JUDGED;
		snprintf(line->words, sizeof(line->words), "%.300s (%.150s)", r->why, command ? command : "");
		free(command);
		return;
	}
	line->calls = r->calls;
	line->largest = r->largest;
	line->tier = target->wanted.width || strictest == IOP_TIERS ? NULL : iop_tier_name(strictest);
	line->widths = target->wanted.width || strictest == IOP_TIERS ? 0 : r->used;
	line->outcome = r->failure[r->tier].any ? IOP_NOT_AS_CLAIMED : IOP_AS_CLAIMED;
	if (line->outcome == IOP_NOT_AS_CLAIMED)
		line->more = failure_text(target, r);
	if (target->wanted.width && line->outcome == IOP_AS_CLAIMED)
		snprintf(line->words, sizeof(line->words), "one access of %u byte%s", target->wanted.width,
			 target->wanted.width > 1 ? "s" : "");
	else if (target->wanted.width)
		snprintf(line->words, sizeof(line->words), "%s%u byte%s%s",
			 r->failure[r->tier].broken ? "not one access of " : "one access of ", target->wanted.width,
			 target->wanted.width > 1 ? "s" : "", wrong_beside(&r->failure[r->tier]));
	else if (strictest < IOP_TIERS)
		snprintf(line->words, sizeof(line->words), "%s", iop_legality_words(words, iop_tier_name(strictest), r->used));
	else if (iop_check_strictest_in_units(r, &unit) < IOP_TIERS)
		snprintf(line->words, sizeof(line->words), "legal only where sizes and places are multiples of %u", unit);
	else
		snprintf(line->words, sizeof(line->words), "legal for no tier");
}

/* What an emulator counts and what the code is. */
static void count(struct iop_judge *judge, const struct iop_entry_object *object, const struct iop_target *target, size_t bytes)
{
	const struct iop_judge_call call = {.n = bytes, .value = IOP_COPY_VALUE, .look = IOP_LOOK_COUNT, .distance = 5120};
	const struct iop_judge_answer *answer;
	struct iop_copy_traced traced;

	if (!iop_prototype_takes(&target->prototype, call.n, 0))
		return;
	answer = iop_judge_ask(judge, &call);
	if (iop_judge_verdict(judge, target->tier, target->widths, &traced))
		return;
	if (!traced.blind && answer->fate.kind == IOP_FATE_RETURNED)
		object->counted(object->user, bytes, answer, &traced, iop_judge_code(judge));
	iop_judge_forget(&traced);
}

void iop_check_entry(const struct iop_entry_object *object, const struct iop_described_entry *entry, struct iop_checked *line)
{
	struct iop_target target = {
		.object = object->path, .symbol = entry->symbol, .tier_name = entry->tier, .limits = object->limits};
	struct iop_check_report report = {0};
	struct iop_judge judge;
	struct iop_check check = {.judge = &judge};
	char widths[32], op[16];
	int err;

	line->outcome = IOP_NOT_JUDGED;
	widths_text(widths, entry->widths);
	target.widths_text = *widths ? widths : NULL;
	err = iop_target_wanted(&target, "check", iop_registered_op_of(op, entry->kind, entry->width));
	if (!err && entry->unit > 1)
		target.prototype.unit = (uint8_t)entry->unit;
	if (!err)
		err = iop_target_find(&target, "check");
	if (err) {
		snprintf(line->words, sizeof(line->words), "its claims are not understood");
		return;
	}
	if (object->emulated)
		target.runner = &iop_judge_emulated;
	if (!iop_judge_open(&judge, &target.judged, target.runner, &target.limits)) {
		snprintf(line->words, sizeof(line->words), "%s", judge.why);
		return;
	}
	/* In what is shown. */
	if (object->shown)
		target.object = object->shown;
	report.tier = target.tier;
	report.widths = target.widths;
	if (iop_check_run(&check, &report))
		snprintf(line->words, sizeof(line->words), "out of memory");
	else
		words_of_copy(line, &target, &report);
	for (size_t i = 0; object->counted && line->outcome != IOP_NOT_JUDGED && object->sizes[i]; i++) {
		count(&judge, object, &target, target.wanted.width ? target.wanted.width : object->sizes[i]);
		if (target.wanted.width)
			break;
	}
	iop_judge_close(&judge);
}
