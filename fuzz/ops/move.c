/* SPDX-License-Identifier: MIT */
/* A copy from view to view, of ranges or of all of both, also where they overlap. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

/* The ranges of a move are projections, the destination's first. */
static bool range_fits(const struct fuzz_model *m, unsigned slot, bool whole, uint64_t at, uint64_t n, struct fuzz_result *r)
{
	if (fuzz_model_stale(m, slot, r))
		return false;
	if (!whole && (fuzz_wide_t)at + n > m->view[slot].len) {
		r->panic = "range out of bounds";
		return false;
	}
	return true;
}

/* Of the widths that all take there is no question. */
static bool asks(const struct fuzz_view *v)
{
	return v->backend == FUZZ_MMIO_WITHIN && v->widths != 15;
}

/* Where a side takes only some widths, all that is not in one piece needs memory. */
static void move_within(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, uint64_t to_at, uint64_t from_at,
			uint64_t n)
{
	const struct fuzz_view *to = &m->view[c->a], *from = &m->view[c->b];

	r->rc = fuzz_model_copy_fits(m, to, to_at, n);
	if (!r->rc)
		r->rc = fuzz_model_copy_fits(m, from, from_at, n);
	if (!r->rc && c->no_memory && n > FUZZ_PIECE)
		r->rc = -ENOMEM;
	if (r->rc)
		return;
	fuzz_model_expect_copy(m, from_at, fuzz_model_is_io(from) ? n : 0, to_at, fuzz_model_is_io(to) ? n : 0, true, true);
	m->copy.load_set = (uint8_t)fuzz_model_copy_set(m, from);
	m->copy.store_set = (uint8_t)fuzz_model_copy_set(m, to);
	fuzz_model_bytes(m, to_at, from_at, n);
}

static void model_move(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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
	if (asks(to) || asks(from)) {
		move_within(m, c, r, to_at, from_at, n);
		return;
	}
	/* The only move that cannot do without: all of the source must be somewhere before the first byte is written. */
	if (c->no_memory && n > FUZZ_PIECE && (fuzz_model_is_io(to) || fuzz_model_is_io(from)) &&
	    fuzz_model_meet(to_at, from_at, n)) {
		r->rc = -ENOMEM;
		return;
	}
	if (fuzz_model_is_io(to) || fuzz_model_is_io(from))
		fuzz_model_expect_copy(m, from_at, fuzz_model_is_io(from) ? n : 0, to_at, fuzz_model_is_io(to) ? n : 0, false,
				       fuzz_model_meet(to_at, from_at, n));
	fuzz_model_bytes(m, to_at, from_at, n);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *to = &m->view[c->a], *from = &m->view[c->b];
	uint64_t room;

	c->whole = r->choice % 8 == 0;
	c->no_memory = r->choice & 0x80;
	c->x = fuzz_at_most(fuzz_number(r->x, to->len, 8), to->len);
	c->y = fuzz_at_most(fuzz_number(r->y, from->len, 8), from->len);
	room = to->len - c->x < from->len - c->y ? to->len - c->x : from->len - c->y;
	c->n = fuzz_length(r, room);
	/* Longer than one piece of a bounced copy, the ranges touching, or meeting in one byte: chance seldom gets there. */
	if ((r->choice & 0x30) == 0x30 && to->len > 1045 && from->len > 1045) {
		uint64_t apart;

		c->whole = false;
		c->n = FUZZ_PIECE + r->value % 8;
		apart = c->n - (r->value >> 3) % 2;
		c->x = (r->value >> 4) % 8 + (r->choice & 8 ? apart : 0);
		c->y = (r->value >> 4) % 8 + (r->choice & 8 ? 0 : apart);
	}
	/* More than there is of one of them. */
	if (r->choice % 16 == 15)
		c->n = room + 1 + r->value % 8;
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	if (c->whole)
		fprintf(out, " v%u <- v%u", c->a, c->b);
	else
		fprintf(out, " v%u[%#" PRIx64 "..] <- v%u[%#" PRIx64 "..] %" PRIu64 " bytes", c->a, c->x, c->b, c->y, c->n);
	if (c->no_memory)
		fprintf(out, ", no memory");
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *to = e->name[c->a], *from = e->name[c->b];

	(void)m;
	if (c->no_memory)
		fprintf(e->out, "\tno_memory = 1;\n");
	if (c->whole)
		fprintf(e->out, "\treturn iop_copy_view(%s, %s);\n", to, from);
	else
		fprintf(e->out,
			"\treturn iop_copy_view(iop_project(%s, iop_or_panic_range(%" PRIu64 ", %" PRIu64 ")),\n"
			"\t\t\t     iop_project(%s, iop_or_panic_range(%" PRIu64 ", %" PRIu64 ")));\n",
			to, c->x, c->x + c->n, from, c->y, c->y + c->n);
}

FUZZ_OPERATION(move, resolve, model_move, explain, emit);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/move.c>
#include <executor/each_backend.h>

FUZZ_ON_COPYING_VIEWS(move);

#else
#if COPIES
#define MOVE(name, B_VIEW)                                                                           \
	case FROM_##name: {                                                                          \
		typedef B_VIEW(IOP_SLICE(uint8_t)) from_t;                                           \
		from_t from;                                                                         \
		from.raw = fuzz_slots[c->b].raw.name;                                                \
		from.len[0] = fuzz_slots[c->b].len;                                                  \
		if (c->whole)                                                                        \
			return iop_copy_view(OPEN(S_U8), from);                                      \
		return iop_copy_view(iop_project(OPEN(S_U8), iop_or_panic_range(c->x, c->x + c->n)), \
				     iop_project(from, iop_or_panic_range(c->y, c->y + c->n)));      \
	}
#define FROM_mmio	 FUZZ_MMIO
#define FROM_sysmem	 FUZZ_SYSMEM
#define FROM_iosysmap	 FUZZ_IOSYSMAP
#define FROM_coherent	 FUZZ_COHERENT
#define FROM_mmio_within FUZZ_MMIO_WITHIN
#define FROM_wc		 FUZZ_WC

static int ON(move)(call_t c, result_t result)
{
	(void)result;
	switch (fuzz_slots[c->b].backend) {
		MOVE(mmio, IOP_MMIO)
		MOVE(sysmem, IOP_SYSMEM)
		MOVE(iosysmap, IOP_IOSYSMAP)
		MOVE(coherent, IOP_COHERENT)
		MOVE(mmio_within, IOP_MMIO_WITHIN)
		MOVE(wc, IOP_WC)
	}
	return 0;
}
#endif
#endif
