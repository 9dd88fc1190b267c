/* SPDX-License-Identifier: MIT */
/* The reset of a function, alone and in the middle of an update of one of its registers. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

/* One that fails has got half way; another function's leaves this one's registers alone. Is what was known of them unknown now? */
static bool reset(struct fuzz_model *m, const struct fuzz_call *c)
{
	const struct fuzz_owner *registers = &m->owner[0];

	if (c->y != FUZZ_RESET_MISSING)
		fuzz_model_asks(m, FUZZ_ASKED_RESET, 0, c->y == FUZZ_RESET_OTHER, 0);
	if (c->y == FUZZ_RESET_REFUSED || c->y == FUZZ_RESET_MISSING)
		return false;
	fuzz_model_expect_reset(m, c->y == FUZZ_RESET_OTHER);
	m->fails_late = true;
	if (c->y == FUZZ_RESET_OTHER)
		return false;
	m->resets++;
	fuzz_model_set(m, registers->base, 0, c->y == FUZZ_RESET_FAILS ? registers->size / 2 : registers->size);
	return true;
}

static int code(const struct fuzz_call *c)
{
	return c->y == FUZZ_RESET_GOOD || c->y == FUZZ_RESET_OTHER ? 0 : c->y == FUZZ_RESET_FAILS ? -EIO : -ENOTTY;
}

static void model_hold_reset(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_hold *h = &m->hold[c->to];
	struct fuzz_view view = {.live = true, .backend = FUZZ_MMIO};
	uint64_t addr = h->addr + c->x, old = 0;

	if (c->kind == FUZZ_RESET_ALONE) {
		reset(m, c);
		r->rc = code(c);
	} else if ((fuzz_wide_t)c->x + 4 > h->size || addr % 4) {
		r->rc = -EINVAL;
	} else {
		old = fuzz_model_load(m, &view, addr, 4);
		if (reset(m, c) && m->profile.debug) {
			r->panic = "reset during an update";
			return;
		}
		fuzz_model_store(m, &view, addr, 4, old ^ c->value);
		fuzz_model_wrote(m, m->owner[0].base, m->owner[0].size);
		old |= (uint64_t)(unsigned)-code(c) << 32;
	}
	r->value = (uint64_t)m->resets << 48 | old;
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_hold *h;
	uint64_t fixed;

	c->to = r->b % FUZZ_HOLDS;
	for (unsigned i = 0; i < FUZZ_HOLDS && !m->hold[c->to].open; i++)
		c->to = (c->to + 1) % FUZZ_HOLDS;
	h = &m->hold[c->to];
	c->kind = r->choice % FUZZ_RESET_KINDS;
	c->y = (r->choice >> 3) % FUZZ_RESETS;
	if (c->kind == FUZZ_RESET_IN_FIXED && !h->at_least_42)
		c->kind = FUZZ_RESET_IN_TRY;
	c->x = c->kind < FUZZ_RESET_IN_VALUE ? fuzz_number(r->x, h->size, 4) : c->kind == FUZZ_RESET_IN_VALUE ? 0 : FUZZ_RESET_AT;
	fixed = c->x;
	return h->open && fuzz_is_there(m, h, &c->x) && (c->x == fixed || c->kind < FUZZ_RESET_IN_VALUE);
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const within[FUZZ_RESET_KINDS] = {"alone", "in a fallible update", "in an update of a value",
							     "in an infallible update", "in an update of a register"};
	static const char *const how[FUZZ_RESETS] = {"", ", fails", ", refused", ", missing", ", of another function"};

	fprintf(out, " hold%u %s%s at %#" PRIx64 " value %#" PRIx64, c->to, within[c->kind], how[c->y], c->x, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	FILE *o = e->out;

	(void)m;
	if (c->kind == FUZZ_RESET_ALONE) {
		fprintf(o, "\tint err = hold_reset(%u);\n\n", (unsigned)c->y);
	} else {
		fprintf(o, "\tconst uint32_t change = UINT32_C(%" PRIu32 ");\n\tuint32_t was = 0;\n\tint err = 0, code = 0;\n\n",
			(uint32_t)c->value);
		if (c->kind == FUZZ_RESET_IN_VALUE)
			fprintf(o,
				"\tIOP_MMIO(uint32_t) view;\n\terr = iop_try_cast(hold[%u], uint32_t, &view);\n"
				"\tif (!err)\n\t\tiop_update(view, old, (was = old, code = hold_reset(%u), old ^ change));\n",
				c->to, (unsigned)c->y);
		else if (c->kind == FUZZ_RESET_IN_REGISTER)
			fprintf(o,
				"\terr = iop_try_update_reg(hold[%u], reset_register, old, (was = old.raw, code = hold_reset(%u), "
				"iop_from_raw(reset_register, old.raw ^ change)));\n",
				c->to, (unsigned)c->y);
		else if (c->kind == FUZZ_RESET_IN_FIXED)
			fprintf(o,
				"\tiop_update32(*(struct held42 *)&hold[%u], %d, old, (was = old, code = hold_reset(%u), old ^ "
				"change));\n",
				c->to, FUZZ_RESET_AT, (unsigned)c->y);
		else
			fprintf(o,
				"\terr = iop_try_update32(hold[%u], (size_t)%" PRIu64
				"u, old, (was = old, code = hold_reset(%u), old ^ change));\n",
				c->to, c->x, (unsigned)c->y);
		fprintf(o, "\tvalue = (uint64_t)(unsigned)-code << 32 | was;\n");
	}
	fprintf(o, "\tvalue |= (uint64_t)iop_bus_counts(&hold_bus).resets << 48;\n\treturn err;\n");
}

FUZZ_OPERATION(hold_reset, resolve, model_hold_reset, explain, emit, .instead = FUZZ_hold_open);

#else
#include <executor/holds.h>

IOP_REGISTER(fuzz_reset_register, uint32_t, IOP_AT(FUZZ_RESET_AT));

static uint32_t was;
static int code;

/* In the middle of an update that has read @old. */
static uint32_t change(const struct fuzz_call *c, uint32_t old)
{
	was = old;
	code = fuzz_hold_reset(c);
	return old ^ (uint32_t)c->value;
}

static int update_value(const struct fuzz_call *c)
{
	IOP_MMIO(uint32_t) view;
	int err = iop_try_cast(fuzz_holds[c->to].iomem, uint32_t, &view);

	if (!err)
		// cppcheck-suppress uninitvar
		iop_update(view, old, change(c, old));
	return err;
}

static int update(const struct fuzz_call *c)
{
	union fuzz_hold_of_any *hold = &fuzz_holds[c->to];

	switch (c->kind) {
	case FUZZ_RESET_IN_VALUE: return update_value(c);
	case FUZZ_RESET_IN_FIXED: iop_update32(hold->iomem42, FUZZ_RESET_AT, old, change(c, old)); return 0;
	case FUZZ_RESET_IN_REGISTER:
		return iop_try_update_reg(hold->iomem, fuzz_reset_register, old,
					  iop_from_raw(fuzz_reset_register, change(c, old.raw)));
	default: return iop_try_update32(hold->iomem, c->x, old, change(c, old));
	}
}

static int reset(const struct fuzz_call *c, struct fuzz_result *result)
{
	int err;

	was = 0;
	code = 0;
	err = c->kind == FUZZ_RESET_ALONE ? fuzz_hold_reset(c) : update(c);
	result->value = (uint64_t)iop_bus_counts(&fuzz_hold_bus).resets << 48 | (uint64_t)(unsigned)-code << 32 | was;
	return err;
}

FUZZ_EXECUTION(hold_reset, reset);
#endif
