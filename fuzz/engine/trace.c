/* SPDX-License-Identifier: MIT */
#include "machine.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static const char *const kind_name[] = {"BR", "LD", "AR", "BW", "ST", "AW", "CP", "RS", "WF"};

static bool differ(char text[256], const char *what, const struct fuzz_event *e, uint64_t arena)
{
	snprintf(text, 256, "%s: %s width %u at arena+%#" PRIx64 " value %#" PRIx64, what, kind_name[e->kind], e->width,
		 e->addr ? e->addr - arena : 0, e->value);
	return false;
}

/* One side of a copy: where it has got to; descending, the end of what is left. */
struct side {
	uint64_t at, left, accesses;
};

/*
 * The fewest naturally aligned accesses that cover a range: up to a multiple of the widest, ever wider ones, one for each bit that
 * the start lacks; then the widest; then ever narrower ones, one for each bit of the end.
 */
static uint64_t fewest(uint64_t at, uint64_t n, uint64_t widest)
{
	uint64_t end = at + n;

	/* A short range may hold no multiple of the widest. */
	while ((end & -widest) < at)
		widest /= 2;
	return (uint64_t)__builtin_popcount((unsigned)(-at & (widest - 1))) +
	       ((end & -widest) - ((at + widest - 1) & -widest)) / widest +
	       (uint64_t)__builtin_popcount((unsigned)(end & (widest - 1)));
}

/* The fewest of a set: the widest that may start at a place is part of them, since each width divides the wider ones. */
static uint64_t fewest_of(uint64_t at, uint64_t n, unsigned set)
{
	uint64_t count = 0;

	for (; n; count++) {
		uint64_t width = 64;

		while (width > 1 && (!(set & width) || at % width || width > n))
			width /= 2;
		at += width;
		n -= width;
	}
	return count;
}

static bool take(struct side *side, const struct fuzz_event *e, unsigned widest, unsigned set, bool descends)
{
	bool power = e->width && (e->width & (e->width - 1)) == 0;

	if (e->addr != side->at - (descends ? e->width : 0) || !power || (set ? !(set & e->width) : e->width > widest) ||
	    e->width > side->left || e->addr & (e->width - 1))
		return false;
	side->at += descends ? -(uint64_t)e->width : e->width;
	side->left -= e->width;
	side->accesses++;
	return true;
}

static uint64_t fewest_side(uint64_t at, uint64_t n, unsigned widest, unsigned set)
{
	return set ? fewest_of(at, n, set) : fewest(at, n, widest);
}

/*
 * Whether an access of a copy reported the bytes that are there: both sides have done the operation, and a copy stores each byte once.
 * Of wider accesses the first eight are reported.
 */
static bool is_there(const struct fuzz_model *m, const struct fuzz_event *e)
{
	const uint8_t *there = m->memory + (e->addr - m->arena), *said = (const uint8_t *)&e->value;
	unsigned width = e->width < 8 ? e->width : 8;

	if (__BYTE_ORDER__ == __ORDER_BIG_ENDIAN__)
		said += 8 - width;
	return memcmp(there, said, width) == 0;
}

static bool check_copy(const struct fuzz_model *m, const struct fuzz_expected_copy *want, const struct fuzz_event *event,
		       size_t count, size_t *i, char text[256])
{
	struct side loads = {want->load_at + (want->descends ? want->loads : 0), want->loads, 0};
	struct side stores = {want->store_at + (want->descends ? want->stores : 0), want->stores, 0};
	/* What was loaded may be overwritten by now. */
	bool unchanged = want->load_at + want->loads <= want->store_at || want->store_at + want->stores <= want->load_at;

	for (; loads.left || stores.left; (*i)++) {
		const struct fuzz_event *e = &event[*i];

		if (*i == count) {
			snprintf(text, 256, "the copy is incomplete: %" PRIu64 " bytes not loaded, %" PRIu64 " not stored",
				 loads.left, stores.left);
			return false;
		}
		if (e->source != FUZZ_FROM_COPY || (e->kind != FUZZ_EVENT_LD && e->kind != FUZZ_EVENT_ST))
			return differ(text, "not an access of the copy", e, m->arena);
		if (e->kind == FUZZ_EVENT_ST && want->whole_first && loads.left)
			return differ(text, "stored before all of an overlapping source was read", e, m->arena);
		if (!take(e->kind == FUZZ_EVENT_LD ? &loads : &stores, e, want->widest,
			  e->kind == FUZZ_EVENT_LD ? want->load_set : want->store_set, want->descends))
			return differ(text, "not the next aligned access of its side", e, m->arena);
		if ((e->kind == FUZZ_EVENT_ST || unchanged) && !is_there(m, e))
			return differ(text, "not what it moved", e, m->arena);
	}
	if (want->fewest &&
	    loads.accesses + stores.accesses != fewest_side(want->load_at, want->loads, want->widest, want->load_set) +
							fewest_side(want->store_at, want->stores, want->widest, want->store_set)) {
		snprintf(text, 256, "%" PRIu64 " accesses where fewer suffice", loads.accesses + stores.accesses);
		return false;
	}
	return true;
}

bool fuzz_check_trace(const struct fuzz_model *m, const struct fuzz_event *event, size_t count, char text[256])
{
	size_t i = 0;

	if (m->copies) {
		if (!check_copy(m, &m->copy, event, count, &i, text))
			return false;
		return i == count || differ(text, "one too many", &event[i], m->arena);
	}
	if (count == m->expectations && (!count || memcmp(event, m->expected, count * sizeof(*event)) == 0))
		return true;
	while (i < count && i < m->expectations && memcmp(&event[i], &m->expected[i], sizeof(*event)) == 0)
		i++;
	if (i == count)
		return differ(text, "missing", &m->expected[i], m->arena);
	return differ(text, i < m->expectations ? "unexpected" : "one too many", &event[i], m->arena);
}
