/* SPDX-License-Identifier: MIT */
/* From a view of a device to one that asks a set of widths, which may be none, at each access. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_ask_widths(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view v = m->view[c->a];

	v.backend = FUZZ_MMIO_WITHIN;
	/* What is no set takes nothing. */
	v.widths = c->x >= 1 && c->x <= 127 ? (uint16_t)c->x : 256;
	fuzz_model_keep(m, c, r, v, m->generation[c->a]);
}

/* The widths of copies by vectors are the business of operation within: which of them there are is the machine's. */
static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	static const uint16_t often[8] = {4, 4, 8, 4 | 8, 1 | 2 | 4 | 8, 2 | 4, 0, 128 | 4};

	(void)m;
	c->x = r->choice & 8 ? r->value % 16 : often[r->choice % 8];
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u widths %#" PRIx64, c->a, c->x);
}

static struct fuzz_view makes(const struct fuzz_call *c, struct fuzz_view from)
{
	(void)c;
	from.backend = FUZZ_MMIO_WITHIN;
	return from;
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fuzz_emit_made(e, "iop_mmio_within(%s, %" PRIu64 "u)", e->name[c->a], c->x);
}

FUZZ_OPERATION(ask_widths, resolve, model_ask_widths, explain, emit, .makes = makes, .instead = FUZZ_offset_read);

#else
#include <executor/world.h>

#include <executor/backend/mmio.h>

#define ASK(T)                                                                                                             \
	case FUZZ_##T: {                                                                                                   \
		__auto_type asks_ = iop_mmio_within(OPEN(T), (unsigned)c->x);                                              \
		struct fuzz_slot slot_ = {.backend = FUZZ_MMIO_WITHIN, .type = FUZZ_##T, .owner = fuzz_slots[c->a].owner}; \
		slot_.raw.mmio_within = asks_.raw;                                                                         \
		__builtin_memcpy(&slot_.len, asks_.len, sizeof(asks_.len));                                                \
		fuzz_slots[c->to] = slot_;                                                                                 \
		fuzz_seen(result, &slot_, iop_addr(asks_), iop_size(asks_));                                               \
		break;                                                                                                     \
	}

static int ask_widths(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
		FUZZ_EACH_TYPE(ASK)
	}
	return 0;
}

FUZZ_EXECUTION(ask_widths, ask_widths);
#endif
