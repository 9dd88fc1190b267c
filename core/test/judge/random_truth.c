/* SPDX-License-Identifier: MIT */
/* What must be seen of a random routine, from its steps. Written from docs/copies.md, 1, and not from the library's rules. */
#include "random_routine.h"

#include <string.h>

#define AROUND 128 /* bytes beside the range that are kept account of */
#define BYTES  (2 * AROUND + 512)
#define SAME   INT32_MIN /* as it was before */

static enum iop_access_form form_of(enum step_kind kind)
{
	switch (kind) {
	case STEP_MOV:
	case STEP_EXTEND:
	case STEP_WRONG: return IOP_FORM_PLAIN;
	case STEP_STRING: return IOP_FORM_STRING;
	case STEP_VECTOR:
	case STEP_MASKED: return IOP_FORM_VECTOR;
	case STEP_UPDATE: return IOP_FORM_UPDATE;
	default: return IOP_FORM_OTHER;
	}
}

static void see(struct random_truth *t, const struct step *s, int offset, bool write)
{
	t->access[t->count++] = (struct iop_access){
		.offset = offset, .width = (uint16_t)s->width, .write = write, .form = form_of(s->kind), .mask = s->mask};
}

/* The accesses of one step. */
static void see_step(struct random_truth *t, const struct random_routine *r, const struct step *s, int offset)
{
	const bool write = r->op != IOP_FROMIO;

	if (!s->mask)
		return;
	if (s->kind == STEP_UPDATE) {
		see(t, s, offset, false);
		see(t, s, offset, true);
	} else if (s->kind == STEP_WRONG && !write) {
		/* What is written back was read. */
		see(t, s, offset, false);
		see(t, s, offset, true);
	} else {
		see(t, s, offset, s->kind == STEP_WRONG ? !write : write);
	}
}

/* Which byte of the source each byte of the destination has: its number, or SAME. A fill with another value has a number of its own. */
static void move_step(int32_t *from, const struct random_routine *r, const struct step *s, int offset)
{
	const bool no_copy = s->kind == STEP_WRONG || (s->kind == STEP_UPDATE && r->op == IOP_FROMIO);

	for (int b = 0; b < (int)s->width && !no_copy; b++) {
		if (!(s->mask >> b & 1))
			continue;
		if (r->op == IOP_FROMIO)
			from[AROUND + offset + s->skew + b] = offset + b;
		else
			from[AROUND + offset + b] = offset + s->skew + b;
	}
}

void random_truth(struct random_truth *t, const struct random_routine *r)
{
	int32_t from[BYTES];

	t->count = 0;
	t->data_right = true;
	for (int i = 0; i < BYTES; i++)
		from[i] = SAME;
	for (unsigned i = 0; i < r->steps; i++) {
		const struct step *s = &r->step[i];

		for (unsigned e = 0; e < s->elements; e++) {
			int offset = s->offset + (int)((s->down ? s->elements - 1 - e : e) * s->width);

			see_step(t, r, s, offset);
			move_step(from, r, s, offset);
		}
	}
	for (int i = -AROUND; i < BYTES - AROUND; i++)
		t->data_right &= from[AROUND + i] == (i >= 0 && i < (int)r->n ? i : SAME);
}

static unsigned broken_form(const struct iop_access *a, enum iop_tier tier)
{
	static const enum iop_tier strictest[] = {
		[IOP_FORM_PLAIN] = IOP_STRICT, [IOP_FORM_STRING] = IOP_STRICT_S, [IOP_FORM_VECTOR] = IOP_WIDE,
		[IOP_FORM_UPDATE] = IOP_MEM,   [IOP_FORM_OTHER] = IOP_STRICT_S,
	};
	unsigned broken = tier < strictest[a->form] ? IOP_RULE_FORM : 0;

	if (tier < IOP_WIDE && a->width > 8)
		broken |= IOP_RULE_WIDTH;
	if (tier < IOP_WIDE_M && (unsigned)__builtin_popcountll(a->mask) != a->width)
		broken |= IOP_RULE_WIDTH;
	return broken;
}

unsigned random_broken(const struct random_truth *t, const struct random_routine *r, enum iop_tier tier, unsigned widths)
{
	unsigned char times[BYTES] = {0};
	unsigned broken = 0, strict = 0;
	ptrdiff_t highest = PTRDIFF_MIN;

	for (size_t i = 0; i < t->count; i++) {
		const struct iop_access *a = &t->access[i];

		if (a->write != (r->op != IOP_FROMIO))
			broken |= IOP_RULE_DIRECTION;
		if (widths && !(widths & a->width))
			broken |= IOP_RULE_DEVICE;
		strict |= broken_form(a, tier);
		if (((ptrdiff_t)r->io_align + a->offset + 256) % a->width)
			strict |= IOP_RULE_ALIGNED;
		/* It is enough to look at neighbours: where each ascends, all do. */
		if (a->offset + __builtin_ctzll(a->mask) < highest)
			strict |= IOP_RULE_ORDER;
		highest = a->offset + __builtin_ctzll(a->mask);
		for (unsigned b = 0; b < a->width; b++)
			times[AROUND + a->offset + (int)b] += a->mask >> b & 1;
	}
	for (int i = -AROUND; i < BYTES - AROUND; i++) {
		bool inside = i >= 0 && i < (int)r->n;

		if (!inside && times[AROUND + i])
			broken |= IOP_RULE_OUTSIDE;
		if (inside && !times[AROUND + i])
			broken |= IOP_RULE_MISSED;
		if (inside && times[AROUND + i] > 1)
			strict |= IOP_RULE_TWICE;
	}
	return tier == IOP_MEM ? broken : broken | strict;
}
