/* SPDX-License-Identifier: MIT */
/* The alterations. */
#include "oracle.h"

#include <executor/executor.h>

#include <signal.h>
#include <string.h>

/* Answers. After a panic on both sides there are none. */
static bool panic_lost(struct answer *a)
{
	bool has = a->core->panic;

	a->core->panic = NULL;
	return has;
}

static bool panic_invented(struct answer *a)
{
	bool has = a->core->panic;

	if (!has)
		a->core->panic = "altered";
	return !has;
}

static bool panic_other(struct answer *a)
{
	bool has = a->core->panic;

	if (has)
		a->core->panic = "altered";
	return has;
}

#define ANSWER(name, condition, field)                                                                              \
	static bool name(struct answer *a)                                                                          \
	{                                                                                                           \
		if (a->core->panic || !(condition))                                                                 \
			return false;                                                                               \
		a->core->field ^= (__typeof__(a->core->field))(1ull << (a->random % (8 * sizeof(a->core->field)))); \
		return true;                                                                                        \
	}
ANSWER(code, true, rc)
ANSWER(value, true, value)
ANSWER(view_owner, a->core->has_view, view.owner)
ANSWER(view_address, a->core->has_view, view.addr)
ANSWER(view_size, a->core->has_view, view.size)
ANSWER(view_length, a->core->has_view, view.len)
ANSWER(view_bus, a->core->has_view, view.bus)
ANSWER(view_widths, a->core->has_view, view.widths)

/* Those that have names. */
static bool view_backend(struct answer *a)
{
	if (a->core->panic || !a->core->has_view)
		return false;
	a->core->view.backend = (uint8_t)((a->core->view.backend + 1 + a->random % (FUZZ_BACKENDS - 1)) % FUZZ_BACKENDS);
	return true;
}

static bool view_type(struct answer *a)
{
	if (a->core->panic || !a->core->has_view)
		return false;
	a->core->view.type = (uint8_t)((a->core->view.type + 1 + a->random % (FUZZ_TYPES - 1)) % FUZZ_TYPES);
	return true;
}

static bool view_tag(struct answer *a)
{
	if (a->core->panic || !a->core->has_view)
		return false;
	a->core->view.io = !a->core->view.io;
	return true;
}

static bool view_lost(struct answer *a)
{
	if (a->core->panic || !a->core->has_view)
		return false;
	a->core->has_view = false;
	return true;
}

static bool view_invented(struct answer *a)
{
	if (a->core->panic || a->core->has_view)
		return false;
	a->core->has_view = true;
	return true;
}

/* Memory. Whose a byte is, as program.h says it. */
static enum fuzz_divergence_kind kind_of(const struct fuzz_model *m, size_t byte)
{
	for (unsigned i = 0; i < FUZZ_MEMORY; i++)
		if (byte >= m->owner[i].base - m->arena && byte < m->owner[i].base - m->arena + m->owner[i].size)
			return FUZZ_BYTES;
	if ((byte >= FUZZ_RAM_AT && byte < FUZZ_RAM_AT + FUZZ_RAM) ||
	    (byte >= FUZZ_CONFIG_AT && byte < FUZZ_CONFIG_AT + FUZZ_CONFIG_SIZE))
		return FUZZ_BYTES;
	return FUZZ_GUARDS;
}

static bool memory(struct answer *a, size_t byte, bool for_a_moment)
{
	uint8_t *p = fuzz_executor_arena() + byte;

	if (byte >= FUZZ_ARENA)
		return false;
	a->kind = kind_of(a->model, byte);
	if (for_a_moment) {
		a->byte = p;
		a->is = *p;
	}
	*p ^= (uint8_t)(1u << a->random % 8);
	return true;
}

static bool first_written(struct answer *a)
{
	return a->model->wrote && memory(a, a->model->wrote_at, true);
}

static bool last_written(struct answer *a)
{
	return a->model->wrote && memory(a, a->model->wrote_at + a->model->wrote - 1, true);
}

static bool before_what_was_written(struct answer *a)
{
	return a->model->wrote && a->model->wrote_at >= 32 && memory(a, a->model->wrote_at - 32, true);
}

static bool after_what_was_written(struct answer *a)
{
	return a->model->wrote && memory(a, a->model->wrote_at + a->model->wrote + 31, true);
}

static bool any_byte(struct answer *a)
{
	return memory(a, a->random % FUZZ_ARENA, false);
}

static bool far_byte(struct answer *a)
{
	const size_t byte = a->random % FUZZ_ARENA, start = a->model->wrote_at;

	return (byte + 32 < start || byte >= start + a->model->wrote + 32) && memory(a, byte, false);
}

static bool any_guard(struct answer *a)
{
	size_t byte = a->random % FUZZ_ARENA;

	while (kind_of(a->model, byte) != FUZZ_GUARDS)
		byte = (byte + 1) % FUZZ_ARENA;
	return memory(a, byte, false);
}

static bool first_byte(struct answer *a)
{
	return memory(a, 0, false);
}

static bool last_byte(struct answer *a)
{
	return memory(a, FUZZ_ARENA - 1, false);
}

/* Accesses. The values of a copy's are in memory; its two sides may take turns as they like. */
static struct fuzz_event *any_event(struct answer *a)
{
	return fuzz_executor_traces() && a->events ? &a->event[a->random % a->events] : NULL;
}

/* Where the list differs first from what is expected, and how: what people read of a finding. */
static bool told(struct answer *a, bool before_end, const char *missing, const char *other, const char *more, size_t i,
		 size_t count, uint64_t value)
{
	a->value = value;
	a->says = i == count ? missing : before_end ? other : more;
	return true;
}

static bool told_event(struct answer *a)
{
	const struct fuzz_model *m = a->model;
	size_t i = 0;

	while (i < a->events && i < m->expectations && memcmp(&a->event[i], &m->expected[i], sizeof(a->event[i])) == 0)
		i++;
	return m->copies || told(a, i < m->expectations, "missing: ", "unexpected: ", "one too many: ", i, a->events,
				 i == a->events ? m->expected[i].value : a->event[i].value);
}

static bool told_asked(struct answer *a)
{
	const struct fuzz_model *m = a->model;
	unsigned i = 0;

	while (i < a->asks && i < m->asked_count && memcmp(&a->asked[i], &m->asked[i], sizeof(a->asked[i])) == 0)
		i++;
	return told(a, i < m->asked_count, "not asked: ", "asked instead: ", "asked once too often: ", i, a->asks,
		    i == a->asks ? m->asked[i].value : a->asked[i].value);
}

#define EVENT(name, condition, change)               \
	static bool name(struct answer *a)           \
	{                                            \
		struct fuzz_event *e = any_event(a); \
		if (!e || !(condition))              \
			return false;                \
		change;                              \
		return told_event(a);                \
	}
EVENT(event_kind, true, e->kind = (uint8_t)((e->kind + 1 + a->random % FUZZ_EVENT_WF) % (FUZZ_EVENT_WF + 1)))
EVENT(event_source, true, e->source ^= (uint8_t)(1u << a->random % 3))
EVENT(event_width, true, e->width ^= 1u << a->random % 5)
EVENT(event_address, true, e->addr ^= 1ull << a->random % 64)
EVENT(event_value, !a->model->copies, e->value ^= 1ull << a->random % 64)

/* Of a copy: what it stored, and what it loaded where it did not overwrite that itself. */
static bool event_moved(struct answer *a)
{
	const struct fuzz_expected_copy *copy = &a->model->copy;
	struct fuzz_event *e = any_event(a);
	bool apart = copy->load_at + copy->loads <= copy->store_at || copy->store_at + copy->stores <= copy->load_at;

	if (!e || !a->model->copies || e->source != FUZZ_FROM_COPY ||
	    !(e->kind == FUZZ_EVENT_ST || (e->kind == FUZZ_EVENT_LD && apart)))
		return false;
	e->value ^= 1ull << a->random / 8 % (8 * (e->width < 8 ? e->width : 8));
	return true;
}

static bool event_lost(struct answer *a)
{
	struct fuzz_event *e = any_event(a);

	if (e)
		memmove(e, e + 1, (size_t)(&a->event[a->events--] - e - 1) * sizeof(*e));
	return e && told_event(a);
}

static bool event_twice(struct answer *a)
{
	struct fuzz_event *e = any_event(a);

	if (e)
		memmove(e + 1, e, (size_t)(&a->event[a->events++] - e) * sizeof(*e));
	return e && told_event(a);
}

static bool events_exchanged(struct answer *a)
{
	struct fuzz_event *e = any_event(a), kept;

	if (!e || e + 1 == &a->event[a->events] || memcmp(e, e + 1, sizeof(*e)) == 0 ||
	    (a->model->copies && e[0].kind != e[1].kind))
		return false;
	kept = e[0];
	e[0] = e[1];
	e[1] = kept;
	return told_event(a);
}

static bool event_invented(struct answer *a)
{
	if (!fuzz_executor_traces() || a->events)
		return false;
	a->event[a->events++] = (struct fuzz_event){.kind = FUZZ_EVENT_ST, .source = FUZZ_FROM_MMIO, .width = 1};
	return told_event(a);
}

/* Requests to buses. */
#define ASKED(name, change)                                                          \
	static bool name(struct answer *a)                                           \
	{                                                                            \
		struct fuzz_asked *q = &a->asked[a->asks ? a->random % a->asks : 0]; \
		if (!a->asks)                                                        \
			return false;                                                \
		change;                                                              \
		return told_asked(a);                                                \
	}
ASKED(asked_what, q->request = 1 + (q->request + a->random % (FUZZ_ASKED_FREE - 1)) % FUZZ_ASKED_FREE)
ASKED(asked_width, q->width ^= 1u << a->random % 32)
ASKED(asked_where, q->at ^= 1ull << a->random % 64)
ASKED(asked_value, q->value ^= 1ull << a->random % 64)
ASKED(asked_less, memmove(q, q + 1, (size_t)(&a->asked[a->asks--] - q - 1) * sizeof(*q)))
ASKED(asked_twice, memmove(q + 1, q, (size_t)(&a->asked[a->asks++] - q) * sizeof(*q)))

static bool asked_unexpectedly(struct answer *a)
{
	if (a->asks)
		return false;
	a->asked[a->asks++] = (struct fuzz_asked){.request = FUZZ_ASKED_RESET};
	return told_asked(a);
}

/* The library does not come back, or only by a signal. */
static bool crashes(struct answer *a)
{
	return raise(a->random % 2 ? SIGSEGV : SIGFPE) == 0;
}

static bool does_not_end(struct answer *a)
{
	for (volatile bool on = a; on;)
		;
	return true;
}

const struct observable observables[] = {
	{"panic lost", FUZZ_PANICS, ANY_TIME, panic_lost},
	{"panic invented", FUZZ_PANICS, ANY_TIME, panic_invented},
	{"panic for another reason", FUZZ_PANICS, ANY_TIME, panic_other},
	{"return code", FUZZ_CODES, ANY_TIME, code},
	{"value", FUZZ_VALUES, ANY_TIME, value},
	{"view lost", FUZZ_VIEWS, ANY_TIME, view_lost},
	{"view invented", FUZZ_VIEWS, ANY_TIME, view_invented},
	{"backend of a view", FUZZ_VIEWS, ANY_TIME, view_backend},
	{"type of a view", FUZZ_VIEWS, ANY_TIME, view_type},
	{"owner of a view", FUZZ_VIEWS, ANY_TIME, view_owner},
	{"tag of a view", FUZZ_VIEWS, ANY_TIME, view_tag},
	{"address of a view", FUZZ_VIEWS, ANY_TIME, view_address},
	{"size of a view", FUZZ_VIEWS, ANY_TIME, view_size},
	{"length of a view", FUZZ_VIEWS, ANY_TIME, view_length},
	{"bus address of a view", FUZZ_VIEWS, ANY_TIME, view_bus},
	{"widths of a view", FUZZ_VIEWS, ANY_TIME, view_widths},
	{"first byte written", FUZZ_AGREE, ANY_TIME, first_written},
	{"last byte written", FUZZ_AGREE, ANY_TIME, last_written},
	{"32 bytes before those", FUZZ_AGREE, ANY_TIME, before_what_was_written},
	{"32 bytes after those", FUZZ_AGREE, ANY_TIME, after_what_was_written},
	{"any byte", FUZZ_AGREE, LAST, any_byte},
	{"any guard", FUZZ_GUARDS, LAST, any_guard},
	{"first byte of the arena", FUZZ_GUARDS, LAST, first_byte},
	{"last byte of the arena", FUZZ_GUARDS, LAST, last_byte},
	{"kind of an access", FUZZ_TRACES, ANY_TIME, event_kind},
	{"source of an access", FUZZ_TRACES, ANY_TIME, event_source},
	{"width of an access", FUZZ_TRACES, ANY_TIME, event_width},
	{"address of an access", FUZZ_TRACES, ANY_TIME, event_address},
	{"value of an access", FUZZ_TRACES, ANY_TIME, event_value},
	{"value of an access of a copy", FUZZ_TRACES, ANY_TIME, event_moved},
	{"access lost", FUZZ_TRACES, ANY_TIME, event_lost},
	{"access made twice", FUZZ_TRACES, ANY_TIME, event_twice},
	{"accesses exchanged", FUZZ_TRACES, ANY_TIME, events_exchanged},
	{"access where there is none", FUZZ_TRACES, ANY_TIME, event_invented},
	{"what a bus was asked", FUZZ_TRACES, ANY_TIME, asked_what},
	{"width of a request", FUZZ_TRACES, ANY_TIME, asked_width},
	{"place of a request", FUZZ_TRACES, ANY_TIME, asked_where},
	{"value of a request", FUZZ_TRACES, ANY_TIME, asked_value},
	{"request lost", FUZZ_TRACES, ANY_TIME, asked_less},
	{"request made twice", FUZZ_TRACES, ANY_TIME, asked_twice},
	{"request where there is none", FUZZ_TRACES, ANY_TIME, asked_unexpectedly},
	{"value, once", FUZZ_VALUES, FIRST, value},
	{"far byte, once", FUZZ_BYTES, LAST_ONCE, far_byte},
	{"a crash", FUZZ_CRASHES, INSIDE, crashes},
	{"no end", FUZZ_HANGS, INSIDE, does_not_end},
};
const size_t observable_count = sizeof(observables) / sizeof(observables[0]);
