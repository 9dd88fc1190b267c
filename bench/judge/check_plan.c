/* SPDX-License-Identifier: MIT */
/* Which calls are made. Nothing here is left to chance: random ones come from a fixed seed. */
#include "check.h"

#include <stdlib.h>

#define MOST	   256u
#define PLACES	   64u
#define APART	   512 /* a move whose sides do not overlap */
#define RANDOM	   256
#define MOST_BYTES 65536u
#define RANDOM_SUM ((uint64_t)1 << 19) /* bytes of all random calls: a routine by bytes takes a microsecond for each */

static const unsigned some_sizes[] = {0,  1,  2,  3,  4,  5,  7,  8,  9,   12,	15,  16,  17,
				      24, 31, 32, 33, 48, 63, 64, 65, 100, 127, 128, 129, 256};
static const unsigned few_places[] = {0, 1, 4, 8, 60};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *iop_check_step_words(enum iop_check_step step)
{
	static const char *const words[IOP_CHECK_STEPS] = {
		"sizes 0 to 256, both sides at every place",
		"some sizes, only the other side's place changes",
		"some sizes, both sides at all pairs of places",
		"sizes 0 to 256, between inaccessible memory",
		"other data and other values",
		"overlap",
		"random sizes up to 64 KiB",
		"the same calls again",
		"each instruction looked at",
	};

	return words[step];
}

struct plan {
	enum iop_check_step step;
	const struct iop_judged *judged;
	bool (*one)(void *user, enum iop_check_step step, const struct iop_judge_call *call);
	void *user;
	bool stopped;
};

/* What places of a device side are multiples of. */
static unsigned step_of(const struct plan *p)
{
	const struct iop_prototype *prototype = &p->judged->prototype;

	return prototype->place ? prototype->place : prototype->unit;
}

/* The call, or one with the other side at the next lower place that the routine is made for. */
static bool make(struct plan *p, struct iop_judge_call call)
{
	const struct iop_prototype *prototype = &p->judged->prototype;
	/* Behind the end of the memory side the page ends. */
	const uint32_t memory = call.guard == IOP_GUARD_AFTER ? (uint32_t)(call.n % PLACES) : 0;

	if (p->judged->op == IOP_MOVE)
		call.distance -= (call.distance + (int64_t)call.io_align + ((int64_t)1 << 32)) % step_of(p);
	else if (prototype->memory_place)
		call.mem_align -= call.mem_align % prototype->memory_place;
	if (!p->stopped && iop_prototype_takes(prototype, call.n, call.io_align) && iop_prototype_takes_memory(prototype, memory))
		p->stopped = !p->one(p->user, p->step, &call);
	return !p->stopped;
}

/* A call with both places given; of a move, the other place is that of its destination. */
static struct iop_judge_call placed(const struct plan *p, unsigned n, unsigned io, unsigned other)
{
	struct iop_judge_call call = {.n = n, .io_align = io, .value = IOP_COPY_VALUE};

	if (p->judged->op == IOP_MOVE)
		call.distance = APART + (int64_t)other - io;
	else if (p->judged->op != IOP_SET)
		call.mem_align = other;
	return call;
}

static void device_places(struct plan *p)
{
	/* The other side's place goes around as well, for each size: 29 and 64 have no common factor. */
	for (unsigned n = 0; n <= MOST; n++)
		for (unsigned io = 0; io < PLACES; io++)
			if (!make(p, placed(p, n, io, (29 * io + 3 * n) % PLACES)))
				return;
}

static void memory_places(struct plan *p)
{
	unsigned step = step_of(p);

	for (size_t i = 0; i < COUNT(some_sizes) && p->judged->op != IOP_SET; i++)
		for (unsigned other = 0; other < PLACES; other++)
			if (!make(p, placed(p, some_sizes[i], 5 * some_sizes[i] / step * step % PLACES, other)))
				return;
}

static void both_places(struct plan *p)
{
	static const unsigned sizes[] = {1, 3, 4, 7, 8, 15, 16, 31, 64};

	for (size_t i = 0; i < COUNT(sizes) && p->judged->op != IOP_SET; i++)
		for (unsigned io = 0; io < PLACES; io++)
			for (unsigned other = 0; other < PLACES; other++)
				if (!make(p, placed(p, sizes[i], io, other)))
					return;
}

/* The side that is memory; of a move and a fill there is none. */
static void guards(struct plan *p)
{
	for (unsigned n = 0; n <= MOST && (p->judged->op == IOP_TOIO || p->judged->op == IOP_FROMIO); n++)
		for (unsigned guard = IOP_GUARD_BEFORE; guard < IOP_COPY_GUARDS; guard++)
			for (unsigned i = 0; i <= 8; i++) {
				/* All places within a word, and with the sizes all words of a line; and the boundary itself. */
				struct iop_judge_call call = placed(p, n, i < 8 ? i + (n + i) % 8 * 8 : 0, 0);

				call.guard = guard;
				if (!make(p, call))
					return;
			}
}

static void data(struct plan *p)
{
	static const int values[] = {0, 0x5a, 0xff, -3, -1, 0x80, 0x1a5, -256, 0x7fffff01, 0x12345678};
	bool fills = p->judged->op == IOP_SET;

	for (size_t i = 0; i < COUNT(some_sizes); i++)
		for (size_t place = 0; place < COUNT(few_places); place++)
			for (unsigned kind = 0; kind < (fills ? COUNT(values) : IOP_COPY_PATTERNS); kind++) {
				struct iop_judge_call call =
					placed(p, some_sizes[i], few_places[place], 7 * few_places[place] % PLACES);

				if (fills)
					call.value = (uint64_t)values[kind];
				else
					call.pattern = kind;
				if (!make(p, call))
					return;
			}
}

/* A move of @n bytes by @distance, its source at @place. */
static bool make_move(struct plan *p, unsigned n, unsigned place, int distance)
{
	struct iop_judge_call call = placed(p, n, place, 0);

	call.distance = distance;
	return make(p, call);
}

static void overlap(struct plan *p)
{
	static const int apart[] = {63, 64, 65, 127, 128, 129, 255, 256, 257};

	for (size_t i = 0; i < COUNT(some_sizes) && p->judged->op == IOP_MOVE; i++)
		for (size_t place = 0; place < COUNT(few_places); place++) {
			for (int distance = -40; distance <= 40; distance++)
				if (!make_move(p, some_sizes[i], few_places[place], distance))
					return;
			for (size_t far = 0; far < COUNT(apart); far++)
				if (!make_move(p, some_sizes[i], few_places[place], apart[far]) ||
				    !make_move(p, some_sizes[i], few_places[place], -apart[far]))
					return;
		}
}

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return z ^ z >> 31;
}

static void random_calls(struct plan *p)
{
	unsigned unit = p->judged->prototype.unit, step = step_of(p);
	uint64_t state = 1, sum = 0;

	for (unsigned i = 0; i < RANDOM && sum < RANDOM_SUM; i++) {
		/* As many of each order of magnitude. */
		unsigned most = 256u << next(&state) % 9;
		unsigned n = (unsigned)(next(&state) % most + most / 2) % (MOST_BYTES + 1) / unit * unit;
		struct iop_judge_call call =
			placed(p, n, (unsigned)(next(&state) % PLACES) / step * step, (unsigned)(next(&state) % PLACES));

		if (p->judged->op == IOP_MOVE)
			call.distance = (int64_t)(next(&state) % (2 * n + 129)) - n - 64;
		else if (p->judged->op != IOP_SET)
			call.guard = (uint32_t)(next(&state) % IOP_COPY_GUARDS);
		call.pattern = (uint32_t)(next(&state) % IOP_COPY_PATTERNS);
		call.value = (uint64_t)(int)next(&state);
		if (p->judged->op != IOP_SET)
			call.value = IOP_COPY_VALUE;
		sum += n;
		if (!make(p, call))
			return;
	}
}

/* Each call is made twice by who judges. */
static void again(struct plan *p)
{
	for (unsigned n = 0; n <= MOST; n++)
		if (!make(p, placed(p, n, 0, 0)))
			return;
}

static void look_close(struct plan *p)
{
	static const unsigned large[] = {512, 1000, 4096, 20000};

	for (size_t i = 0; i < COUNT(some_sizes) + COUNT(large); i++)
		for (size_t place = 0; place < COUNT(few_places); place++) {
			unsigned n = i < COUNT(some_sizes) ? some_sizes[i] : large[i - COUNT(some_sizes)];
			struct iop_judge_call call = placed(p, n, few_places[place], few_places[place]);

			if (n > MOST && place)
				continue;
			if (p->judged->op == IOP_MOVE)
				call.distance = (int64_t)n + 64;
			if (!make(p, call))
				return;
		}
}

void iop_check_plan(enum iop_check_step step, const struct iop_judged *judged,
		    bool (*one)(void *user, enum iop_check_step step, const struct iop_judge_call *call), void *user)
{
	static void (*const steps[IOP_CHECK_STEPS])(struct plan * p) = {
		device_places, memory_places, both_places, guards, data, overlap, random_calls, again, look_close,
	};
	struct plan plan = {.step = step, .judged = judged, .one = one, .user = user};

	steps[step](&plan);
}
