/* SPDX-License-Identifier: MIT */
#include "check.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * What a step may cost before it makes only one call in some. An access that is carried out costs one fault; one that is stepped
 * over, a fault, a trap and two changes of the window's rights.
 */
#define STEP_COST  ((size_t)2200000)
#define COST_STEP  10
#define THINNED_BY 16

struct run {
	const struct iop_check *check;
	struct iop_check_report *report;
	size_t planned, made;
	int err;
	/* Of the calls of the second step with one size: only the memory side's place differs. */
	uint64_t accesses_of_size;
	uint64_t size;
	uint32_t place;
	size_t cost[IOP_CHECK_STEPS];
};

/* What the accesses were, as a number. */
static uint64_t digest(const struct iop_copy_traced *t)
{
	uint64_t sum = 0xcbf29ce484222325;

	for (unsigned side = 0; side < t->sides; side++)
		for (size_t i = 0; i < t->side[side].list.count; i++) {
			const struct iop_access *a = &t->side[side].list.access[i];
			const uint64_t words[] = {(uint64_t)a->offset, a->width | (unsigned)a->write << 16 | side << 17, a->mask};

			for (size_t w = 0; w < 3; w++)
				sum = (sum ^ words[w]) * 0x100000001b3;
		}
	return sum;
}

static bool cannot(struct run *run, const struct iop_judge_call *call, const char *why)
{
	run->report->cannot = true;
	run->report->at = *call;
	snprintf(run->report->why, sizeof(run->report->why), "%s", why);
	return false;
}

/* Whether the device's widths have accesses for a call at all. */
static bool has_accesses(const struct run *run, const struct iop_judge_call *call)
{
	unsigned widths = run->report->widths;

	/* Of a FIFO, the prototype says so; with read, modify, write of the edges there is no other call. */
	if (!widths || widths & IOP_EDGES_RMW || run->check->judge->judged.fifo)
		return true;
	if (iop_rules_fewest(call->io_align, (size_t)call->n, widths) == SIZE_MAX)
		return false;
	return run->check->judge->judged.op != IOP_MOVE ||
	       iop_rules_fewest((uintptr_t)(call->io_align + 4096 + call->distance), (size_t)call->n, widths) != SIZE_MAX;
}

/* By size; and of one size, the one that needs the fewest options of trace to be shown. */
static bool smaller(const struct iop_judge_call *a, const struct iop_judge_call *b)
{
	const uint64_t key[][2] = {
		{a->n, b->n},
		{a->value != IOP_COPY_VALUE, b->value != IOP_COPY_VALUE},
		{a->guard != IOP_GUARD_NONE, b->guard != IOP_GUARD_NONE},
		{a->pattern, b->pattern},
		{a->io_align, b->io_align},
		{a->mem_align, b->mem_align},
	};

	for (size_t i = 0; i < sizeof(key) / sizeof(key[0]); i++)
		if (key[i][0] != key[i][1])
			return key[i][0] < key[i][1];
	return false;
}

static bool in_units(const struct iop_judge_call *call, unsigned unit)
{
	return call->n % unit == 0 && call->io_align % unit == 0 && (uint64_t)call->distance % unit == 0;
}

/* Where sizes and places are whole units of a width, is that the only width? */
static void note_widths(struct iop_check_report *report, const struct iop_copy_traced *t, const struct iop_judge_call *call)
{
	unsigned used = 0;

	for (unsigned side = 0; side < t->sides; side++)
		for (size_t i = 0; i < t->side[side].list.count; i++)
			used |= t->side[side].list.access[i].width;
	report->used |= used;
	for (unsigned width = 1; width <= 64 && call->n; width *= 2)
		if (in_units(call, width) && (used & ~width))
			report->alone &= ~width;
}

/* Of a FIFO and of a copy that merges its edges, what the rules say; else of each tier. */
static size_t fewest(const struct iop_check_report *report, const struct iop_copy_side *side, enum iop_tier tier)
{
	unsigned all = report->widths ? report->widths : 127;

	if (side->question.fifo || report->widths & IOP_EDGES_RMW)
		return side->verdict.optimum;
	return iop_rules_fewest(side->question.io, side->question.n, all & (2 * iop_tier_cap(tier) - 1));
}

static void note_accesses(struct iop_check_report *report, const struct iop_copy_traced *t, enum iop_copy_op op)
{

	for (unsigned side = 0; side < t->sides; side++) {
		const struct iop_access_list *list = &t->side[side].list;

		for (size_t i = 0; i < list->count; i++) {
			const struct iop_access *a = &list->access[i];

			report->reads += !a->write && (op == IOP_TOIO || op == IOP_SET) && !(report->widths & IOP_EDGES_RMW);
			report->vectors += a->form == IOP_FORM_VECTOR;
			report->strings += a->form == IOP_FORM_STRING;
			report->updates += a->form == IOP_FORM_UPDATE;
			report->masked += a->mask != iop_access_all(a->width);
			report->streaming += a->streaming;
		}
		if (t->data_right && t->side[side].verdict.optimum != SIZE_MAX) {
			report->accesses += t->side[side].verdict.accesses;
			for (enum iop_tier tier = IOP_STRICT; tier < IOP_TIERS; tier++)
				report->fewest[tier] += fewest(report, &t->side[side], tier);
		}
		report->undecoded |= t->side[side].verdict.undecoded;
	}
}

/* A call that was ended by its overrun has not touched the rest: that says nothing. */
static unsigned broken_of(const struct iop_copy_traced *t, const struct iop_fate *fate)
{
	unsigned broken = t->side[0].verdict.broken | (t->sides > 1 ? t->side[1].verdict.broken : 0);

	return fate->kind == IOP_FATE_OVERRUN ? broken & ~(unsigned)IOP_RULE_MISSED : broken;
}

static bool data_wrong(const struct iop_copy_traced *t, const struct iop_fate *fate)
{
	return !t->data_right && fate->kind != IOP_FATE_OVERRUN;
}

static void note_failure(struct iop_check_failure *failure, const struct iop_judge_call *call, const struct iop_copy_traced *t,
			 const struct iop_fate *fate)
{
	if (failure->any && !smaller(call, &failure->call))
		return;
	*failure = (struct iop_check_failure){
		.any = true, .call = *call, .broken = broken_of(t, fate), .data_wrong = data_wrong(t, fate), .fate = *fate};
}

/* For each tier, from the strictest on; what is legal for one is for those after it. */
static void judge_tiers(struct run *run, const struct iop_judge_call *call, struct iop_copy_traced *t, const struct iop_fate *fate)
{
	const struct iop_copy_call question = {
		.op = run->check->judge->judged.op,
		.n = (size_t)call->n,
		.fifo = run->check->judge->judged.fifo,
		.distance = (ptrdiff_t)call->distance,
	};
	const uintptr_t io[] = {t->side[0].question.io, t->side[1].question.io};
	struct iop_check_report *report = run->report;

	for (unsigned i = 0; i < IOP_CHECK_UNITS; i++)
		report->unit_calls[i] += call->n && in_units(call, 1u << i);
	for (enum iop_tier tier = IOP_STRICT; tier < IOP_TIERS; tier++) {
		bool legal;

		iop_copy_judge(t, &question, io, tier, report->widths);
		legal = t->legal && fate->kind == IOP_FATE_RETURNED;
		if (!legal) {
			note_failure(&report->failure[tier], call, t, fate);
			for (unsigned i = 0; i < IOP_CHECK_UNITS; i++)
				report->unit_failed[i][tier] += call->n && in_units(call, 1u << i);
		}
		if (tier != report->tier) {
			if (legal && tier > report->tier)
				return;
			continue;
		}
		note_accesses(report, t, question.op);
		report->failed += !legal;
		report->wrong_data += data_wrong(t, fate);
		report->overrun += fate->kind == IOP_FATE_OVERRUN;
		report->left += fate->kind == IOP_FATE_LEFT;
		for (unsigned bit = 0; bit < IOP_RULES; bit++)
			report->rule_calls[bit] += broken_of(t, fate) >> bit & 1;
		if (legal)
			return;
	}
}

/* Makes the call, and fills @t in as of the tier that is asked about. False if that could not be judged. */
static bool ask(struct run *run, const struct iop_judge_call *call, struct iop_copy_traced *t,
		const struct iop_judge_answer **answer)
{
	struct iop_judge *judge = run->check->judge;

	*answer = iop_judge_ask(judge, call);
	if (iop_fate_is_reason(&(*answer)->fate)) {
		char why[sizeof(run->report->why)];

		snprintf(why, sizeof(why), "%s%.380s", (*answer)->fate.kind == IOP_FATE_CANNOT ? "" : "it ", (*answer)->fate.text);
		return cannot(run, call, why);
	}
	run->err = iop_judge_verdict(judge, run->report->tier, run->report->widths, t);
	if (run->err)
		return false;
	if (!t->blind)
		return true;
	cannot(run, call, "accesses may be missing");
	for (unsigned side = 0; side < t->sides; side++)
		if (t->side[side].list.blind)
			cannot(run, call, t->side[side].list.blind);
	iop_judge_forget(t);
	return false;
}

static bool stores(const struct iop_copy_traced *t)
{
	for (unsigned side = 0; side < t->sides; side++)
		for (size_t i = 0; i < t->side[side].list.count; i++)
			if (t->side[side].list.access[i].write)
				return true;
	return false;
}

static size_t cost_of(const struct iop_judge_answer *answer)
{
	return (size_t)(answer->count[0] + answer->count[1] + COST_STEP * answer->steps);
}

/* The same call once more, or looked at closely: the accesses must be the same. */
static bool once_more(struct run *run, enum iop_check_step step, const struct iop_judge_call *call, uint64_t before)
{
	struct iop_judge_call again = *call;
	struct iop_copy_traced t;
	const struct iop_judge_answer *answer;
	bool same, looked = step == IOP_CHECK_CLOSE;

	if (looked)
		again.look = IOP_LOOK_CLOSE;
	if (!ask(run, &again, &t, &answer))
		return false;
	same = digest(&t) == before;
	if (looked && answer->looked && stores(&t)) {
		run->report->close_stores++;
		run->report->close_fenced += answer->fenced;
	}
	iop_judge_forget(&t);
	if (same)
		return true;
	if (looked && !run->report->has_state)
		return cannot(run, call, "its accesses differ when it is single-stepped");
	run->report->has_state = true;
	return true;
}

/* Whether only another place of the memory side has made other accesses to the device. */
static void note_memory(struct run *run, const struct iop_judge_call *call, uint64_t accesses)
{
	if (run->accesses_of_size && run->size == call->n && run->place == call->io_align)
		run->report->follows_memory |= run->accesses_of_size != accesses;
	run->accesses_of_size = accesses;
	run->size = call->n;
	run->place = call->io_align;
}

static bool goes_on(const struct run *run, enum iop_check_step step)
{
	const struct iop_check *check = run->check;

	return !check->progress || check->progress(check->user, step, (double)run->made / (double)run->planned);
}

static bool one(void *user, enum iop_check_step step, const struct iop_judge_call *call)
{
	struct run *run = user;
	struct iop_check_report *report = run->report;
	size_t failed = report->failed;
	const struct iop_judge_answer *answer;
	struct iop_copy_traced t;
	enum iop_fate_kind fate;
	uint64_t accesses;

	run->made++;
	if (run->cost[step] > STEP_COST && run->made % THINNED_BY)
		return true;
	if (!has_accesses(run, call)) {
		report->left_out++;
		return true;
	}
	if (!goes_on(run, step))
		return cannot(run, call, IOP_CHECK_INTERRUPTED);
	if (!ask(run, call, &t, &answer))
		return false;
	/* Who interrupts may have ended the call: that is no fault of the routine. */
	if (!goes_on(run, step)) {
		iop_judge_forget(&t);
		return cannot(run, call, IOP_CHECK_INTERRUPTED);
	}
	fate = (enum iop_fate_kind)answer->fate.kind;
	accesses = digest(&t);
	run->cost[step] += cost_of(answer);
	note_widths(report, &t, call);
	judge_tiers(run, call, &t, &answer->fate);
	iop_judge_forget(&t);
	report->calls++;
	if (call->n > report->largest)
		report->largest = call->n;
	report->step_calls[step]++;
	report->step_failed[step] += report->failed - failed;
	if (step == IOP_CHECK_MEMORY_PLACES && run->check->judge->judged.op != IOP_MOVE && fate == IOP_FATE_RETURNED)
		note_memory(run, call, accesses);
	if ((step != IOP_CHECK_AGAIN && step != IOP_CHECK_CLOSE) || fate != IOP_FATE_RETURNED)
		return true;
	return once_more(run, step, call, accesses);
}

static bool count(void *user, enum iop_check_step step, const struct iop_judge_call *call)
{
	(void)step, (void)call;
	++*(size_t *)user;
	return true;
}

static bool is_worth(const struct iop_judge *judge, enum iop_check_step step)
{
	return step != IOP_CHECK_CLOSE || judge->runner->looks;
}

/* The smallest call that fails, as the only one of another process. One that cannot be made there is left as it was seen. */
static int repeat(const struct iop_check *check, struct iop_check_report *report)
{
	struct iop_check_failure *failure = &report->failure[report->tier];
	struct iop_judge alone;
	struct iop_copy_traced t;
	int err;

	failure->repeats = failure->any;
	if (!failure->any || !iop_judge_open(&alone, &check->judge->judged, check->judge->runner, &check->judge->limits))
		return 0;
	if (!iop_fate_is_reason(&iop_judge_ask(&alone, &failure->call)->fate)) {
		err = iop_judge_verdict(&alone, report->tier, report->widths, &t);
		if (!err) {
			failure->repeats = !t.legal;
			iop_judge_forget(&t);
		}
	} else {
		err = 0;
	}
	iop_judge_close(&alone);
	return err;
}

int iop_check_run(const struct iop_check *check, struct iop_check_report *report)
{
	struct run run = {.check = check, .report = report};

	report->alone = 127;
	for (enum iop_check_step step = 0; step < IOP_CHECK_STEPS; step++)
		if (is_worth(check->judge, step))
			iop_check_plan(step, &check->judge->judged, count, &run.planned);
	for (enum iop_check_step step = 0; step < IOP_CHECK_STEPS && !report->cannot && !run.err; step++) {
		if (is_worth(check->judge, step))
			iop_check_plan(step, &check->judge->judged, one, &run);
		if (check->stepped && report->step_calls[step])
			check->stepped(check->user, step, report);
	}
	if (!report->cannot && !run.err && !report->calls)
		cannot(&run, &(struct iop_judge_call){0}, "no call can be made with accesses of these widths");
	report->alone &= report->used;
	return run.err || report->cannot ? run.err : repeat(check, report);
}

enum iop_tier iop_check_strictest(const struct iop_check_report *report)
{
	enum iop_tier tier = IOP_STRICT;

	while (tier < IOP_TIERS && report->failure[tier].any)
		tier++;
	return tier;
}

static bool is_condition(const struct iop_check_report *report, unsigned i, enum iop_tier tier)
{
	const size_t outside = report->unit_calls[0] - report->unit_calls[i], failed = report->unit_failed[0][tier];

	return report->unit_calls[i] >= 100 && !report->unit_failed[i][tier] && failed && failed >= outside / 10;
}

enum iop_tier iop_check_strictest_in_units(const struct iop_check_report *report, unsigned *unit)
{
	for (enum iop_tier tier = IOP_STRICT; tier < IOP_TIERS; tier++)
		for (unsigned i = 0; i < IOP_CHECK_UNITS; i++)
			if (is_condition(report, i, tier)) {
				*unit = 1u << i;
				return tier;
			}
	return IOP_TIERS;
}
