/* SPDX-License-Identifier: MIT */
/* Many accesses to one address, of a value or at a checked offset, from and to unaligned memory. */
#ifndef BACKEND
enum {
	MOST = 12, /* accesses */
};
#endif

#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static bool at_offset(const struct fuzz_view *v)
{
	return FUZZ_IS_REGION >> v->type & 1;
}

static void model_rep(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	const fuzz_wide_t addr = (fuzz_wide_t)v->addr + c->x;
	const bool writes = c->kind, ordered = v->backend != FUZZ_RELAXED;
	uint64_t ram = fuzz_model_ram(m, c->y);

	if (at_offset(v) && ((fuzz_wide_t)c->x + c->width > v->size || addr % c->width || !fuzz_model_takes(v, c->width))) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r) || !c->n)
		return;
	if (!fuzz_model_takes(v, c->width)) {
		r->panic = "width not taken";
		return;
	}
	if (ordered)
		fuzz_model_expect_event(m, v, writes ? FUZZ_EVENT_BW : FUZZ_EVENT_BR, 0, 0, 0);
	for (uint64_t i = 0; i < c->n; i++, ram += c->width) {
		/* Bytes are bytes: nothing is swapped, whatever the machine. */
		uint64_t from = writes ? ram : (uint64_t)addr, to = writes ? (uint64_t)addr : ram;

		fuzz_model_expect_event(m, v, writes ? FUZZ_EVENT_ST : FUZZ_EVENT_LD, (uint64_t)addr, c->width,
					fuzz_model_peek(m, from, c->width));
		fuzz_model_bytes(m, to, from, c->width);
	}
	if (ordered)
		fuzz_model_expect_event(m, v, writes ? FUZZ_EVENT_AW : FUZZ_EVENT_AR, 0, 0, 0);
	if (writes)
		fuzz_model_wrote(m, (uint64_t)addr, c->width);
	else
		fuzz_model_wrote(m, fuzz_model_ram(m, c->y), c->n * c->width);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];

	c->kind = r->choice & 1;
	c->width = at_offset(v) ? fuzz_width_of(m, v->backend, r->choice >> 1) : fuzz_layout[v->type].size;
	c->x = at_offset(v) ? fuzz_number(r->x, v->size, c->width) : 0;
	c->n = r->b % (MOST + 1);
	c->y = fuzz_at_most(fuzz_number(r->y, FUZZ_RAM, 8), FUZZ_RAM - 8 * MOST);
	return c->width != 8 || m->profile.bits64;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u %s %" PRIu64 " times %u bytes at %#" PRIx64 ", RAM %#" PRIx64, c->a, c->kind ? "write" : "read", c->n,
		c->width, c->x, c->y);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *view = e->name[c->a], *name = c->kind ? "write" : "read";
	const size_t ram = FUZZ_RAM_AT + (size_t)c->y;

	(void)m;
	if (!(FUZZ_IS_REGION >> e->view[c->a].type & 1))
		fprintf(e->out, "\tiop_%s_rep(%s, arena + %zu, (size_t)%" PRIu64 ");\n\treturn 0;\n", name, view, ram, c->n);
	else if (c->kind)
		fprintf(e->out,
			"\treturn iop_try_write%u_rep(%s, arena + %zu, (size_t)%" PRIu64 ", (size_t)UINT64_C(%" PRIu64 "));\n",
			8 * c->width, view, ram, c->n, c->x);
	else
		fprintf(e->out,
			"\treturn iop_try_read%u_rep(%s, (size_t)UINT64_C(%" PRIu64 "), arena + %zu, (size_t)%" PRIu64 ");\n",
			8 * c->width, view, c->x, ram, c->n);
}

FUZZ_OPERATION(rep, resolve, model_rep, explain, emit);

#elif !defined(BACKEND)
/* A pair each, and a blank line, or they would be sorted. */
#include <executor/backend/mmio.h>
#include <ops/rep.c>

#include <executor/backend/relaxed.h>
#include <ops/rep.c>

#include <executor/backend/mmio_within.h>
#include <ops/rep.c>

#include <executor/backend/undefine.h>

static int rep_on_view(call_t c, result_t result)
{
	(void)result;
	switch (fuzz_slots[c->a].backend) {
	case FUZZ_MMIO: return mmio_rep(c);
	case FUZZ_RELAXED: return relaxed_rep(c);
	default: return mmio_within_rep(c);
	}
}
FUZZ_EXECUTION(rep, rep_on_view);

#else
static int ON(rep_at)(call_t c)
{
	switch (c->width << 1 | c->kind) {
#define AT(bits)                                                                                          \
	case (bits) / 8 << 1: return iop_try_read##bits##_rep(OPEN(REGION0), c->x, fuzz_ram(c->y), c->n); \
	case (bits) / 8 << 1 | 1:                                                                         \
		return iop_try_write##bits##_rep(OPEN(REGION0), fuzz_ram(c->y), c->n, c->x);
		EACH_WIDTH(AT)
#undef AT
	default: return 0;
	}
}

static int ON(rep)(call_t c)
{
	switch (fuzz_slots[c->a].type) {
#define OF(T, width)                                                  \
	case FUZZ_##T:                                                \
		if (c->kind)                                          \
			iop_write_rep(OPEN(T), fuzz_ram(c->y), c->n); \
		else                                                  \
			iop_read_rep(OPEN(T), fuzz_ram(c->y), c->n);  \
		return 0;
		EACH_VALUE(OF)
#undef OF
	default: return ON(rep_at)(c);
	}
}
#endif
