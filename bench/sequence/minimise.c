/* SPDX-License-Identifier: MIT */
#include "minimise.h"

#include <stdlib.h>
#include <string.h>

/* Where each failing run takes as long as it takes to say so. */
#define MOST_HANGS 24
/* Steps of one length, of which one or two are enough where what fails is a range. */
#define MOST_ALIKE 4

/* Calls for making a long history shorter: what needs thousands of calls would take hours. */
#define MOST_CALLS 400000

struct hunt {
	struct iop_sequence_runner *runner;
	struct iop_sequence_failure wanted, seen;
	struct iop_sequence_list *list;	 /* the best so far */
	struct iop_sequence_list *other; /* what is tried */
	bool fresh;			 /* a new process for each try */
	unsigned failing, better;
	uint64_t ends; /* when the runner has made so many calls; 0: never */
};

static void copy_list(struct iop_sequence_list *to, const struct iop_sequence_list *from)
{
	to->count = from->count;
	memcpy(to->sequence, from->sequence, from->count * sizeof(from->sequence[0]));
}

static bool alike(const struct iop_sequence_failure *a, const struct iop_sequence_failure *b)
{
	return a->fault == b->fault && a->entry == b->entry && (a->broken & ~b->broken) == 0;
}

/* Takes @other over if it fails like that. */
static bool better(struct hunt *h)
{
	const struct iop_sequence_module *module = h->runner->module;
	bool clean = true;

	if (iop_sequence_stopped(h->runner) || !h->other->count || (h->ends && h->runner->calls >= h->ends) ||
	    (h->wanted.fault == IOP_SEQUENCE_HANG && h->failing >= MOST_HANGS))
		return false;
	for (size_t i = 0; i < h->other->count; i++)
		if (!iop_sequence_takes(module, &h->other->sequence[i]))
			return false;
	if (h->fresh)
		iop_sequence_forget(h->runner);
	for (size_t i = 0; clean && i < h->other->count; i++)
		clean = iop_sequence_run(h->runner, &h->other->sequence[i], &h->seen);
	h->failing += !clean;
	if (clean || !alike(&h->seen, &h->wanted))
		return false;
	h->better++;
	copy_list(h->list, h->other);
	return true;
}

/* As the best so far, to be changed. */
static struct iop_sequence_list *again(struct hunt *h)
{
	copy_list(h->other, h->list);
	return h->other;
}

static void drop_sequences(struct hunt *h)
{
	for (size_t n = IOP_SEQUENCE_LONGEST / 2; n; n /= 2)
		for (size_t i = 0; h->list->count > 1 && i + n < h->list->count;) {
			struct iop_sequence_list *l = again(h);

			memmove(&l->sequence[i], &l->sequence[i + n], (l->count - i - n) * sizeof(l->sequence[0]));
			l->count -= n;
			if (!better(h))
				i += n;
		}
}

static void drop_steps(struct hunt *h)
{
	for (size_t q = 0; q < h->list->count; q++)
		for (uint32_t n = IOP_SEQUENCE_STEPS / 2; n; n /= 2)
			for (uint32_t i = 0; i + n <= h->list->sequence[q].steps;) {
				struct iop_sequence *s = &again(h)->sequence[q];

				memmove(&s->step[i], &s->step[i + n], (s->steps - i - n) * sizeof(s->step[0]));
				s->steps -= n;
				if (!better(h))
					i += n;
			}
}

/* One sequence where there were two, if windows need not be filled anew between them. */
static void join_sequences(struct hunt *h)
{
	for (size_t q = 0; q + 1 < h->list->count;) {
		struct iop_sequence_list *l = again(h);
		struct iop_sequence *first = &l->sequence[q], *second = first + 1;

		if (first->steps + second->steps > IOP_SEQUENCE_STEPS) {
			q++;
			continue;
		}
		memcpy(&first->step[first->steps], second->step, second->steps * sizeof(second->step[0]));
		first->steps += second->steps;
		memmove(second, second + 1, (l->count - q - 2) * sizeof(*second));
		l->count--;
		if (!better(h))
			q++;
	}
}

static bool try_member(struct hunt *h, size_t q, uint32_t i, enum iop_sequence_member m, uint64_t value)
{
	uint64_t *member = iop_sequence_member(&again(h)->sequence[q].step[i], m);

	if (*member == value)
		return true;
	*member = value;
	return better(h);
}

/* 0, else the smallest power of two, else less of it; of a size, less in any case. */
static void simplify_member(struct hunt *h, size_t q, uint32_t i, enum iop_sequence_member m)
{
	const uint64_t *now = iop_sequence_member(&h->list->sequence[q].step[i], m);

	if (try_member(h, q, i, m, 0))
		return;
	for (uint64_t power = 1; power && power < *now; power *= 2)
		if (try_member(h, q, i, m, power))
			break;
	if (m != IOP_MEMBER_SIZE && *now && (*now & (*now - 1)) == 0)
		return;
	/* By powers of two, which leave the bits below as they are; where what fails is no range, not as often as it goes. */
	for (uint64_t less = UINT64_C(1) << 63; less; less /= 2)
		for (unsigned times = 0; times < MOST_ALIKE && less < *now && try_member(h, q, i, m, *now - less); times++)
			;
}

/*
 * Two together: places of both sides, or a size and an offset in it, where what matters is their distance; and a size and its place,
 * which becomes @more, where what matters is the end.
 */
static void lower_both(struct hunt *h, size_t q, uint32_t i, enum iop_sequence_member a, enum iop_sequence_member b, bool more)
{
	struct iop_sequence_step *now = &h->list->sequence[q].step[i];

	for (uint64_t less = IOP_SEQUENCE_WINDOW; less; less /= 2)
		for (unsigned times = 0;
		     times < MOST_ALIKE && less <= *iop_sequence_member(now, a) && (more || less <= *iop_sequence_member(now, b));
		     times++) {
			struct iop_sequence_step *step = &again(h)->sequence[q].step[i];

			*iop_sequence_member(step, a) -= less;
			*iop_sequence_member(step, b) += more ? less : -less;
			if (!better(h))
				break;
		}
}

static void simplify_step(struct hunt *h, size_t q, uint32_t i)
{
	const unsigned members = iop_sequence_members(h->runner->module->entry[h->list->sequence[q].step[i].entry].kind);

	for (unsigned m = 0; m < IOP_MEMBERS; m++)
		if (members & 1u << m)
			simplify_member(h, q, i, m);
	if (members & 1u << IOP_MEMBER_OTHER) {
		lower_both(h, q, i, IOP_MEMBER_IO, IOP_MEMBER_OTHER, false);
		lower_both(h, q, i, IOP_MEMBER_SIZE, IOP_MEMBER_OTHER, true);
	}
	if (members & 1u << IOP_MEMBER_SIZE)
		lower_both(h, q, i, IOP_MEMBER_SIZE, IOP_MEMBER_IO, true);
	if (members & 1u << IOP_MEMBER_OFFSET)
		lower_both(h, q, i, IOP_MEMBER_SIZE, IOP_MEMBER_OFFSET, false);
}

static void simplify(struct hunt *h)
{
	for (size_t q = 0; q < h->list->count; q++) {
		if (h->list->sequence[q].fill != 1) {
			again(h)->sequence[q].fill = 1;
			better(h);
		}
		for (uint32_t i = 0; i < h->list->sequence[q].steps; i++)
			simplify_step(h, q, i);
	}
}

/* Both are tried: what is seen without watching is simpler, and a finding shows the accesses where they can be shown. */
static void watch(struct hunt *h, bool watched)
{
	struct iop_sequence_list *l = again(h);

	for (size_t q = 0; q < l->count; q++)
		for (uint32_t i = 0; i < l->sequence[q].steps; i++)
			l->sequence[q].step[i].watched = watched;
	better(h);
}

static bool fails_in_a_new_process(struct hunt *h)
{
	return !iop_sequence_run_list(h->runner, h->list, &h->seen) && alike(&h->seen, &h->wanted);
}

/* What became simpler may let something else be simpler. */
static void shorten(struct hunt *h)
{
	unsigned before;

	watch(h, false);
	drop_sequences(h);
	do {
		before = h->better;
		drop_steps(h);
		join_sequences(h);
		simplify(h);
	} while (h->better != before);
}

static bool minimise(struct hunt *h, struct iop_sequence_list *history)
{
	h->fresh = true;
	h->list->count = 1;
	h->list->sequence[0] = history->sequence[history->count - 1];
	/* Alone first; then with all that came before it in its process. */
	if (!fails_in_a_new_process(h)) {
		copy_list(h->list, history);
		if (!fails_in_a_new_process(h))
			return false;
		h->ends = history->count > IOP_SEQUENCE_HISTORY ? h->runner->calls + MOST_CALLS : 0;
	} else {
		/* In one process for all tries, which is faster, if the result does not depend on that. */
		copy_list(history, h->list);
		h->fresh = false;
	}
	shorten(h);
	if (!h->fresh && !fails_in_a_new_process(h)) {
		copy_list(h->list, history);
		h->fresh = true;
		h->failing = 0;
		shorten(h);
	}
	h->fresh = true;
	h->ends = 0;
	watch(h, true);
	return fails_in_a_new_process(h);
}

bool iop_sequence_minimise(struct iop_sequence_runner *runner, struct iop_sequence_list *list, struct iop_sequence_failure *failure)
{
	struct iop_sequence_list *best = malloc(sizeof(*best)), *other = malloc(sizeof(*other));
	struct hunt h = {.runner = runner, .wanted = *failure, .list = best, .other = other};
	const bool found = best && other && minimise(&h, list);

	iop_sequence_forget(runner);
	if (found) {
		copy_list(list, best);
		*failure = h.seen;
	}
	failure->partial = iop_sequence_stopped(runner);
	free(best);
	free(other);
	return found;
}
