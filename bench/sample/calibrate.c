/* SPDX-License-Identifier: MIT */
#include "calibrate.h"

#include "worker_say.h"

#include <host/quantile.h>

#include <iopath/iopath.h>

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_SECONDS 20e-6
#define MOST_OPS      65536
#define LINE	      64
#define KINDS	      (2 * IOP_ACCESS_DIRECTIONS * IOP_CALIBRATED_WIDTHS + 2)

/* What a batch works on. */
struct place {
	struct iop_timed_place place;
	uint64_t value; /* that was read there */
};
#define PAGE  4096
#define PAGES 16

static unsigned char cached[PAGES * PAGE] __attribute__((aligned(PAGE)));

#define ACCESSES(T)                                                              \
	static void read_##T(void *arg, size_t ops)                              \
	{                                                                        \
		volatile T *at = (volatile T *)((struct place *)arg)->place.now; \
		for (; ops; ops--)                                               \
			(void)*at;                                               \
	}                                                                        \
	static void write_##T(void *arg, size_t ops)                             \
	{                                                                        \
		volatile T *at = (volatile T *)((struct place *)arg)->place.now; \
		T value = (T)((struct place *)arg)->value;                       \
		for (; ops; ops--)                                               \
			*at = value;                                             \
	}
ACCESSES(uint8_t)
ACCESSES(uint16_t)
ACCESSES(uint32_t)
ACCESSES(uint64_t)

typedef void (*work_fn)(void *arg, size_t ops);
static const work_fn work_of[IOP_ACCESS_DIRECTIONS][IOP_CALIBRATED_WIDTHS] = {
	{read_uint8_t, read_uint16_t, read_uint32_t, read_uint64_t},
	{write_uint8_t, write_uint16_t, write_uint32_t, write_uint64_t}};

/* Lines one after the other, and from the start again. */
static void lines(void *arg, size_t ops, bool flush)
{
	struct place *p = arg;
	size_t at = 0, size = p->place.pages ? PAGE : 2 * LINE;

	for (; ops; ops--) {
		for (size_t i = 0; i < LINE; i += sizeof(uintptr_t))
			*(volatile uintptr_t *)(p->place.now + at + i) = (uintptr_t)p->value;
		at = at + 2 * LINE <= size ? at + LINE : 0;
		if (flush)
			iop_mb();
	}
}

static void write_lines(void *arg, size_t ops)
{
	lines(arg, ops, false);
}

static void write_and_flush(void *arg, size_t ops)
{
	lines(arg, ops, true);
}

static double seconds_of(const struct iop_timed *t, size_t ops)
{
	double began = iop_worker_seconds();

	t->work(t->arg, ops);
	return iop_worker_seconds() - began;
}

/* The shortest of three: one that was disturbed would end the search too early. */
static void find_ops(struct iop_timed *t)
{
	t->work(t->arg, 1);
	for (t->ops = 1; t->ops < MOST_OPS; t->ops *= 2) {
		double shortest = seconds_of(t, t->ops);

		for (unsigned i = 0; i < 2; i++)
			shortest = fmin(shortest, seconds_of(t, t->ops));
		if (shortest >= BATCH_SECONDS)
			return;
	}
}

static void turn(struct iop_timed *t, unsigned round)
{
	for (unsigned i = 0; i < 2; i++)
		if (t->place[i])
			t->place[i]->now = t->place[i]->start + (t->place[i]->pages ? round % t->place[i]->pages * PAGE : 0);
}

bool iop_time_in_turns(struct iop_timed *timed, size_t count, unsigned rounds)
{
	double *all = malloc((count * rounds + 1) * sizeof(*all));

	if (!all)
		return false;
	for (size_t i = 0; i < count; i++) {
		turn(&timed[i], 0);
		if (!timed[i].ops)
			find_ops(&timed[i]);
	}
	for (unsigned round = 0; round < rounds; round++)
		for (size_t i = 0; i < count; i++) {
			turn(&timed[i], round);
			/* What the turn put out of the near caches comes back. */
			timed[i].work(timed[i].arg, 1);
			all[i * rounds + round] = seconds_of(&timed[i], timed[i].ops) * 1e9 / (double)timed[i].ops;
		}
	for (size_t i = 0; i < count; i++)
		timed[i].median = iop_quantile(all + i * rounds, rounds, 0.5);
	free(all);
	return true;
}

static struct place place_at(const struct iop_calibration *c, unsigned where)
{
	return (struct place){.place = {.start = where ? cached : c->device, .pages = where ? PAGES : c->size / PAGE}};
}

static uint64_t value_of(const volatile unsigned char *at, unsigned width)
{
	switch (width) {
	case 0: return *at;
	case 1: return *(const volatile uint16_t *)at;
	case 2: return *(const volatile uint32_t *)at;
	default: return *(const volatile uint64_t *)at;
	}
}

/* Lines of zeros: who allows them has saved what was there. */
static bool measure_lines(struct iop_calibration *c)
{
	struct place there = place_at(c, 0), here = place_at(c, 1);
	struct iop_timed timed[] = {{.work = write_lines, .arg = &there, .place = {&there.place}},
				    {.work = write_and_flush, .arg = &there, .place = {&there.place}},
				    {.work = write_lines, .arg = &here, .place = {&here.place}}};

	if (!c->write || !c->wc || c->size < 2 * LINE || (uintptr_t)c->device % LINE)
		return true;
	if (!iop_time_in_turns(timed, 3, c->rounds))
		return false;
	c->line[0] = timed[0].median;
	c->line[1] = timed[2].median;
	c->flush = fmax(timed[1].median - timed[0].median, 0);
	return true;
}

bool iop_calibrate(struct iop_calibration *c)
{
	struct iop_timed timed[KINDS] = {0};
	struct place place[2][IOP_CALIBRATED_WIDTHS];
	double *out[KINDS];
	size_t n = 0;

	c->line[0] = c->line[1] = c->flush = NAN;
	for (unsigned where = 0; where < 2; where++)
		for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
			for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++) {
				c->cost[where][d][w] = NAN;
				if (w >= IOP_CALIBRATED_WIDTHS || !(c->widths & 1u << w) || (1u << w) > sizeof(uintptr_t) ||
				    (1u << w) > c->size || (d == IOP_ACCESS_WRITE && !c->write))
					continue;
				place[where][w] = place_at(c, where);
				place[where][w].value = value_of(place[where][w].place.start, w);
				timed[n] = (struct iop_timed){
					.work = work_of[d][w], .arg = &place[where][w], .place = {&place[where][w].place}};
				out[n++] = &c->cost[where][d][w];
			}
	if (!iop_time_in_turns(timed, n, c->rounds))
		return false;
	for (size_t i = 0; i < n; i++)
		*out[i] = timed[i].median;
	return measure_lines(c);
}
