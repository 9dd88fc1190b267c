/* SPDX-License-Identifier: MIT */
/*
 * The device side of a cell is a tracer's window, so each access to it is seen, one operation at a time. A cell that plays a bus tells
 * its transactions itself.
 */
#include "touched.h"
#include "worker.h"
#include "worker_count.h"
#include "worker_say.h"

#include <host/accesses.h>
#include <host/module.h>

#include <tracer.h>

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#define TOUCHED_MOST 1048576 /* bytes of an operation; beyond that a list would be too long */
#define ALIKE_BYTES  2048    /* so many bytes decide whether operations are alike: sizes that change are smaller */
#define ALIKE_MOST   32
#define VARIED_OPS   512 /* a mean over so many, where they are not */

/* The one window of a cell, made as large as the cell asks; or the transactions that it tells. */
struct window {
	struct iop_tracer *tracer;
	struct iop_accesses told;
	unsigned char *start;
	size_t bytes;
	bool asked;
};

static void open_window(const struct window *w, bool open)
{
	mprotect(w->start, w->bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE);
}

static void *give(void *user, size_t bytes)
{
	struct window *w = user;

	if (w->asked)
		return NULL;
	w->asked = true;
	if (iop_tracer_open(&w->tracer, bytes))
		return NULL;
	w->start = iop_tracer_window(w->tracer);
	w->bytes = (bytes + 4095) / 4096 * 4096;
	open_window(w, true);
	return w->start;
}

static void hear(void *user, int write, unsigned bytes)
{
	struct window *w = user;

	w->told.known = iop_accesses_add(&w->told, write ? IOP_ACCESS_WRITE : IOP_ACCESS_READ, bytes);
}

/* A latency cell may go there and back in turns: its operations are seen in pairs. */
struct operation {
	const struct iop_cell *cell;
	void *ctx;
	uint64_t times;
};

static void run(void *arg)
{
	struct operation *o = arg;

	o->cell->batch(o->ctx, o->times);
}

/* The operations of one batch of a cell that has no window. */
static bool listen(struct window *w, struct operation *o, struct iop_accesses *a)
{
	w->told = (struct iop_accesses){0};
	if (o->cell->prepare)
		o->cell->prepare(o->ctx, o->times);
	run(o);
	*a = w->told;
	return a->known;
}

/* The operations of one batch. */
static bool touch(struct window *w, struct operation *o, struct iop_accesses *a)
{
	const struct iop_access_list *list;

	if (!w->tracer)
		return listen(w, o, a);
	*a = (struct iop_accesses){.known = true};
	if (o->cell->prepare)
		o->cell->prepare(o->ctx, o->times);
	open_window(w, false);
	list = iop_tracer_run(w->tracer, w->start, run, o);
	open_window(w, true);
	/* The window starts a page. */
	return list && iop_accesses_take(a, list, 0) && a->known;
}

static void add(struct iop_accesses *sum, const struct iop_accesses *a, double share)
{
	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			sum->count[d][w] += a->count[d][w] * share;
	sum->lines += a->lines * share;
}

/* The mean of few operations, if they are alike, else of many. False: nothing is known. */
static bool mean(struct window *w, struct operation *o, struct iop_accesses *result)
{
	uint64_t alike = o->cell->bytes ? ALIKE_BYTES / o->cell->bytes : ALIKE_MOST, n;
	struct iop_accesses first, a, sum = {.known = true};
	bool varied = false;

	alike = alike > ALIKE_MOST ? ALIKE_MOST : alike < 1 ? 1 : alike;
	if (!touch(w, o, &first))
		return false;
	add(&sum, &first, 1);
	for (n = 1; n < (varied ? VARIED_OPS : alike); n++) {
		if (!touch(w, o, &a))
			return false;
		varied |= !iop_accesses_equal(&first, &a);
		add(&sum, &a, 1);
	}
	n *= o->times;
	*result = (struct iop_accesses){.known = true};
	add(result, &sum, 1 / (double)n);
	return true;
}

static bool touches_of(const struct iop_worker *worker, const struct iop_cell *cell, struct iop_accesses *result)
{
	struct window w = {0};
	struct iop_cell_env env = worker->env;
	struct operation o = {.cell = cell, .times = cell->flags & IOP_CELL_LATENCY && cell->max_batch != 1 ? 2 : 1};
	bool known;

	env.device_memory = give;
	env.transaction = hear;
	env.user = &w;
	if (cell->bytes > TOUCHED_MOST || iop_module_setup(cell, &env, &o.ctx))
		return false;
	known = mean(&w, &o, result);
	cell->teardown(o.ctx);
	if (w.tracer)
		iop_tracer_close(w.tracer);
	return known;
}

static void say(int id, int side, const struct iop_accesses *a)
{
	char text[512];
	int used = 0;

	for (unsigned d = 0; d < IOP_ACCESS_DIRECTIONS; d++)
		for (unsigned w = 0; w < IOP_ACCESS_WIDTHS; w++)
			used += snprintf(text + used, sizeof(text) - (size_t)used, " %.9g", a->count[d][w]);
	iop_worker_say("d %d %d %.9g%s", id, side, a->lines, text);
}

void iop_worker_touches(struct iop_worker *w)
{
	for (size_t i = 0; i < w->count && iop_worker_next(w, i); i++) {
		struct iop_worker_task *t = &w->task[i];

		for (int side = 0; side < IOP_SIDES; side++) {
			struct iop_accesses a;

			if (t->pair.cell[side] && touches_of(w, t->pair.cell[side], &a))
				say(t->id, side, &a);
		}
	}
}
