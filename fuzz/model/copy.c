/* SPDX-License-Identifier: MIT */
/* Copies through views, between views, and by the routines themselves. */
#include "model.h"

#include <errno.h>

static bool is_io(const struct fuzz_view *v)
{
	return v->backend == FUZZ_MMIO || (v->backend == FUZZ_IOSYSMAP && v->io);
}

/* What the trace must show of bytes that move between a view and RAM. */
static void expect_side(struct fuzz_model *m, const struct fuzz_view *v, uint64_t n, bool store)
{
	if (is_io(v)) {
		if (store)
			fuzz_model_expect_copy(m, 0, 0, v->addr, n, true, false);
		else
			fuzz_model_expect_copy(m, v->addr, n, 0, 0, true, false);
	} else {
		fuzz_model_expect_cp(m, v->addr, n);
	}
}

static uint64_t ram(const struct fuzz_model *m, uint64_t offset)
{
	return m->arena + FUZZ_RAM_AT + offset;
}

void fuzz_model_copy_from(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (c->n != v->len) {
		r->panic = "copy length";
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	expect_side(m, v, c->n, true);
	fuzz_model_bytes(m, v->addr, ram(m, c->y), c->n);
}

void fuzz_model_copy_to(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (c->n != v->len) {
		r->panic = "copy length";
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	expect_side(m, v, c->n, false);
	fuzz_model_bytes(m, ram(m, c->y), v->addr, c->n);
}

void fuzz_model_object_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	expect_side(m, v, v->size, false);
	fuzz_model_bytes(m, ram(m, c->y), v->addr, v->size);
}

void fuzz_model_object_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	expect_side(m, v, v->size, true);
	fuzz_model_bytes(m, v->addr, ram(m, c->y), v->size);
}

static bool meet(uint64_t a, uint64_t b, uint64_t n)
{
	return (fuzz_wide_t)a < (fuzz_wide_t)b + n && (fuzz_wide_t)b < (fuzz_wide_t)a + n;
}

/* The ranges of a move are projections, the destination's first. */
static bool range_fits(const struct fuzz_model *m, unsigned slot, bool whole, uint64_t at, uint64_t n, struct fuzz_result *r)
{
	if (!whole && (fuzz_wide_t)at + n > m->view[slot].len) {
		r->panic = "range out of bounds";
		return false;
	}
	return !fuzz_model_stale(m, slot, r);
}

void fuzz_model_move(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *to = &m->view[c->a], *from = &m->view[c->b];
	uint64_t to_at = to->addr + (c->whole ? 0 : c->x), from_at = from->addr + (c->whole ? 0 : c->y);
	uint64_t n = c->whole ? to->len : c->n;

	if (!range_fits(m, c->a, c->whole, c->x, n, r) || !range_fits(m, c->b, c->whole, c->y, n, r))
		return;
	if (c->whole && to->len != from->len) {
		r->panic = "copy length";
		return;
	}
	/* The only move that cannot do without: all of the source must be somewhere before the first byte is written. */
	if (c->no_memory && n > FUZZ_PIECE && (is_io(to) || is_io(from)) && meet(to_at, from_at, n)) {
		r->rc = -ENOMEM;
		return;
	}
	if (is_io(to) || is_io(from))
		fuzz_model_expect_copy(m, from_at, is_io(from) ? n : 0, to_at, is_io(to) ? n : 0, false, meet(to_at, from_at, n));
	fuzz_model_bytes(m, to_at, from_at, n);
}

/* A copy whose buffer lies anywhere in the arena, also in the view's own memory: debug builds find out. */
void fuzz_model_clash(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	uint64_t buffer = m->arena + c->x;

	if (fuzz_model_stale(m, c->a, r))
		return;
	fuzz_model_expect_cp(m, v->addr, v->len);
	if (meet(v->addr, buffer, v->len)) {
		r->panic = "overlap";
		return;
	}
	if (c->kind)
		fuzz_model_bytes(m, v->addr, buffer, v->len);
	else
		fuzz_model_bytes(m, buffer, v->addr, v->len);
}

void fuzz_model_routine(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	uint64_t io = m->owner[c->a].base + c->x;

	(void)r;
	switch (c->kind) {
	case FUZZ_TOIO:
		fuzz_model_expect_copy(m, 0, 0, io, c->n, true, false);
		fuzz_model_bytes(m, io, ram(m, c->y), c->n);
		break;
	case FUZZ_FROMIO:
		fuzz_model_expect_copy(m, io, c->n, 0, 0, true, false);
		fuzz_model_bytes(m, ram(m, c->y), io, c->n);
		break;
	case FUZZ_SETIO:
		fuzz_model_expect_copy(m, 0, 0, io, c->n, true, false);
		fuzz_model_set(m, io, (uint8_t)c->value, c->n);
		break;
	default: fuzz_model_bytes(m, io, m->owner[c->a].base + c->y, c->n);
	}
}
