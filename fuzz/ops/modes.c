/* SPDX-License-Identifier: MIT */
/* Registers with access modes: cleared by writing 1, read-only bits among others, write-only. */
#ifndef BACKEND
enum modes_kind {
	CLEAR_BIT,    /* of a register that is cleared by writing 1 as a whole: one store */
	CLEAR_FIELD,  /* the same, of several bits */
	CLEAR_EVENT,  /* of a register whose other bits are kept */
	CLEAR_EVENTS, /* the same, of several bits */
	UPDATE,	      /* of one with read-only bits, by a value that has others */
	KEEP,	      /* a write that clears nothing */
	WRITE,	      /* of what is only written: no load */
	KINDS
};
#endif

#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

/* Bits of the registers below, said again. */
#define EVENT  UINT64_C(0x00010000)
#define EVENTS UINT64_C(0x0000ff00)
#define FIXED  UINT64_C(0x8f000000)

static void model_modes(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t offset = FUZZ_REGISTER_AT + (fuzz_wide_t)c->x * FUZZ_REGISTER_STRIDE, addr = v->addr + offset;
	uint64_t found;

	if (c->x >= FUZZ_REGISTERS || offset + 4 > v->size || addr % 4 || !fuzz_model_takes(v, 4)) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	switch (c->kind) {
	case CLEAR_BIT: fuzz_model_store(m, v, addr, 4, 0x200); return;
	case CLEAR_FIELD: fuzz_model_store(m, v, addr, 4, 0xff000000); return;
	case WRITE: fuzz_model_store(m, v, addr, 4, c->value); return;
	default: break;
	}
	found = fuzz_model_load(m, v, addr, 4);
	switch (c->kind) {
	case CLEAR_EVENT: found = (found & ~(EVENT | EVENTS)) | EVENT; break;
	case CLEAR_EVENTS: found = (found & ~(EVENT | EVENTS)) | EVENTS; break;
	case UPDATE: found = (c->value & ~FIXED) | (found & FIXED); break;
	default: found &= ~(EVENT | EVENTS); break;
	}
	fuzz_model_store(m, v, addr, 4, found);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->kind = r->choice % KINDS;
	c->x = fuzz_number(r->x, FUZZ_REGISTERS, 1);
	return true;
}

static const char *const did[KINDS] = {"clear a bit", "clear a field", "clear an event", "clear events",
				       "update",      "clear nothing", "write"};

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u %s of register %#" PRIx64 " value %#" PRIx64, c->a, did[c->kind], c->x, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const name[KINDS] = {"cleared", "cleared", "mixed", "mixed", "mixed", "mixed", "written"};
	static const char *const field[KINDS] = {".bit", ".high", ".event", ".events"};
	char reg[32], at[64];

	(void)m;
	snprintf(reg, sizeof(reg), "fuzz_%s", c->kind == UPDATE ? "fixed" : name[c->kind]);
	snprintf(at, sizeof(at), "%s, iop_loc(%s, at)", e->name[c->a], reg);
	fprintf(e->out, "\tstruct %s_location at;\n\n\tif (!iop_try_at(%s, UINT64_C(%" PRIu64 "), &at))\n\t\treturn -EINVAL;\n",
		reg, reg, c->x);
	switch (c->kind) {
	case UPDATE:
		fprintf(e->out,
			"\treturn iop_try_update_reg(%s, old, ((void)old, iop_from_raw(%s, (uint32_t)UINT64_C(%" PRIu64 "))));\n",
			at, reg, c->value);
		break;
	case WRITE:
		fprintf(e->out, "\treturn iop_try_write_reg(%s, iop_from_raw(%s, (uint32_t)UINT64_C(%" PRIu64 ")));\n", at, reg,
			c->value);
		break;
	case KEEP:
		fprintf(e->out,
			"\t%s found = iop_zeroed(%s);\n\tint err = iop_try_read_reg(%s, &found);\n\n"
			"\treturn err ? err : iop_try_write_reg(%s, iop_keep_w1c(found));\n",
			reg, reg, at, at);
		break;
	default: fprintf(e->out, "\treturn iop_try_clear(%s, %s);\n", at, field[c->kind]); break;
	}
}

FUZZ_OPERATION(modes, resolve, model_modes, explain, emit);

#elif !defined(BACKEND)
#include <executor/world.h>

IOP_REGISTER(fuzz_cleared, uint32_t, IOP_W1C(IOP_ARRAY(6, 12, 0x10)), (3, 0, low), (9, 9, bit), (12, 12, level, ro),
	     (31, 24, high));
IOP_REGISTER(fuzz_mixed, uint32_t, IOP_ARRAY(6, 12, 0x10), (7, 0, on), (15, 8, events, w1c), (16, 16, event, w1c));
IOP_REGISTER(fuzz_fixed, uint32_t, IOP_ARRAY(6, 12, 0x10), (7, 0, on), (27, 24, link, ro), (31, 31, ready, ro));
IOP_REGISTER(fuzz_written, uint32_t, IOP_WO(IOP_ARRAY(6, 12, 0x10)), (31, 0, all));

#define EACH_BACKEND <ops/modes.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(modes);

#else
static int ON(modes_written)(call_t c, size_t i)
{
	struct fuzz_written_location at;

	if (!iop_try_at(fuzz_written, i, &at))
		return -EINVAL;
	return iop_try_write_reg(OPEN(REGION0), iop_loc(fuzz_written, at), iop_from_raw(fuzz_written, (uint32_t)c->value));
}

static int ON(modes_fixed)(call_t c, size_t i)
{
	struct fuzz_fixed_location at;

	if (!iop_try_at(fuzz_fixed, i, &at))
		return -EINVAL;
	return iop_try_update_reg(OPEN(REGION0), iop_loc(fuzz_fixed, at), old,
				  ((void)old, iop_from_raw(fuzz_fixed, (uint32_t)c->value)));
}

static int ON(modes_mixed)(call_t c, size_t i)
{
	struct fuzz_mixed_location at;
	fuzz_mixed found = iop_zeroed(fuzz_mixed);
	int err;

	if (!iop_try_at(fuzz_mixed, i, &at))
		return -EINVAL;
	switch (c->kind) {
	case CLEAR_EVENT: return iop_try_clear(OPEN(REGION0), iop_loc(fuzz_mixed, at), .event);
	case CLEAR_EVENTS: return iop_try_clear(OPEN(REGION0), iop_loc(fuzz_mixed, at), .events);
	default: err = iop_try_read_reg(OPEN(REGION0), iop_loc(fuzz_mixed, at), &found); break;
	}
	return err ? err : iop_try_write_reg(OPEN(REGION0), iop_loc(fuzz_mixed, at), iop_keep_w1c(found));
}

static int ON(modes)(call_t c, result_t result)
{
	struct fuzz_cleared_location at;

	(void)result;
	if (!iop_try_at(fuzz_cleared, c->x, &at))
		return -EINVAL;
	switch (c->kind) {
	case CLEAR_BIT: return iop_try_clear(OPEN(REGION0), iop_loc(fuzz_cleared, at), .bit);
	case CLEAR_FIELD: return iop_try_clear(OPEN(REGION0), iop_loc(fuzz_cleared, at), .high);
	case UPDATE: return ON(modes_fixed)(c, c->x);
	case WRITE: return ON(modes_written)(c, c->x);
	default: return ON(modes_mixed)(c, c->x);
	}
}
#endif
