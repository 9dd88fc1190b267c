/* SPDX-License-Identifier: MIT */
#include "witness.h"

#include <executor/executor.h>

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

uint64_t fuzz_witnessed;

/* How often the operation has written a byte. */
static uint8_t written[FUZZ_ARENA];

struct judgement {
	const struct fuzz_model *model;
	const struct fuzz_event *event;
	size_t events, next;
	bool reports; /* all that it does to devices, and by accessors */
	bool once; /* memory is written by the C library's copies, which are plain ones here, not by routines of the library's own */
	char *text;
};

static bool differ(const struct judgement *j, const char *what, bool write, unsigned width, uint64_t at)
{
	snprintf(j->text, 256, "%s: %s of %u bytes at arena+%#" PRIx64, what, write ? "write" : "read", width, at);
	return false;
}

static bool seen_differs(const struct judgement *j, const char *what, const struct fuzz_seen_access *a)
{
	return differ(j, what, a->write, a->width, a->at);
}

/* The next access to memory that was reported; NULL: there is none. What config space's bus is asked is compared elsewhere. */
static const struct fuzz_event *reported(struct judgement *j)
{
	for (; j->next < j->events; j->next++) {
		const struct fuzz_event *e = &j->event[j->next];

		if ((e->kind == FUZZ_EVENT_LD || e->kind == FUZZ_EVENT_ST) && e->source != FUZZ_FROM_CONFIG &&
		    e->addr - j->model->arena < FUZZ_ARENA)
			return e;
	}
	return NULL;
}

static bool is_reported(struct judgement *j, const struct fuzz_seen_access *a)
{
	const struct fuzz_event *e = reported(j);

	if (!e || a->at != e->addr - j->model->arena || a->width != e->width || a->write != (e->kind == FUZZ_EVENT_ST))
		return false;
	if (a->write && memcmp(a->bytes, &e->value, a->width < 8 ? a->width : 8) != 0)
		return false;
	j->next++;
	return true;
}

/* Whether all of it lies in one owner's memory, or in RAM. */
static bool is_inside(const struct fuzz_model *m, uint64_t at, unsigned width)
{
	for (int i = 0; i < FUZZ_MEMORY; i++) {
		uint64_t start = m->owner[i].base - m->arena;

		if (at >= start && at - start < m->owner[i].size && width <= m->owner[i].size - (at - start))
			return true;
	}
	return at >= FUZZ_RAM_AT && at - FUZZ_RAM_AT < FUZZ_RAM && width <= FUZZ_RAM - (at - FUZZ_RAM_AT);
}

static bool inside(uint64_t at, unsigned width, uint64_t start, uint64_t n)
{
	return at >= start && at - start < n && width <= n - (at - start);
}

/* Several moves may follow one another, and one access may belong to two of them. */
static bool is_moved(const struct fuzz_model *m, const struct fuzz_seen_access *a)
{
	uint64_t at = a->at + m->arena;
	unsigned left = a->width;

	for (unsigned i = 0; i < m->moved_count && left; i++) {
		const struct fuzz_moved *moved = &m->moved[i];
		uint64_t start = a->write ? moved->to : moved->from;

		if (!a->write && !moved->reads)
			continue;
		if (inside(at, left, start, moved->n))
			return true;
		if (inside(at, 1, start, moved->n)) {
			left -= (unsigned)(start + moved->n - at);
			at = start + moved->n;
		}
	}
	return !left;
}

static bool meets(uint64_t at, uint64_t n, uint64_t start, uint64_t count)
{
	return at < start + count && start < at + n;
}

/* Whether it is where the operation reports what it does, in that direction. */
static bool is_reported_there(const struct fuzz_model *m, const struct fuzz_seen_access *a)
{
	uint64_t at = a->at + m->arena;

	if (m->copies)
		return a->write ? meets(at, a->width, m->copy.store_at, m->copy.stores)
				: meets(at, a->width, m->copy.load_at, m->copy.loads);
	for (unsigned i = 0; i < m->expectations; i++) {
		const struct fuzz_event *e = &m->expected[i];

		if (e->kind == (a->write ? FUZZ_EVENT_ST : FUZZ_EVENT_LD) && meets(at, a->width, e->addr, e->width))
			return true;
	}
	return false;
}

/* Others read that memory meanwhile: what they find is the old bytes or the new ones. */
static bool is_final(const struct judgement *j, const struct fuzz_seen_access *a)
{
	const uint8_t *now = fuzz_executor_arena() + a->at;

	for (unsigned b = 0; b < a->width; b++) {
		if (!(a->mask >> b & 1))
			continue;
		if (a->bytes[b] != now[b])
			return seen_differs(j, "another value before the last one", a);
		if (written[a->at + b]++ && j->once)
			return seen_differs(j, "memory is written twice", a);
	}
	return true;
}

static bool judge(struct judgement *j, const struct fuzz_seen_access *a)
{
	if (!is_inside(j->model, a->at, a->width) && !is_moved(j->model, a))
		return seen_differs(j, "outside of all memory", a);
	if (j->reports && is_reported(j, a))
		return true;
	if (j->reports && is_reported_there(j->model, a))
		return seen_differs(j, "not reported", a);
	if (!is_moved(j->model, a))
		return seen_differs(j, j->reports ? "not reported, and nothing is moved there" : "nothing is moved there", a);
	return !a->write || is_final(j, a);
}

bool fuzz_judge_accesses(const struct fuzz_model *m, const struct fuzz_seen_access *seen, size_t count, char text[256])
{
	struct judgement j = {.model = m, .reports = fuzz_executor_traces(), .once = fuzz_executor_traces(), .text = text};
	const struct fuzz_event *e;

	j.event = fuzz_executor_events(&j.events);
	/* A library that reports nothing is held to what the model expects; but for copies, where routines differ. */
	if (!fuzz_executor_reports() && !m->copies) {
		j.event = m->expected;
		j.events = m->expectations;
		j.reports = true;
	}
	memset(written, 0, sizeof(written));
	for (size_t i = 0; i < count; i++)
		if (!judge(&j, &seen[i]))
			return false;
	fuzz_witnessed += count;
	e = j.reports ? reported(&j) : NULL;
	return !e || differ(&j, "reported and not seen", e->kind == FUZZ_EVENT_ST, e->width, e->addr - m->arena);
}
