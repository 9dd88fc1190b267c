/* SPDX-License-Identifier: MIT */
/* 64 bits as two halves of 32, in the order that the name says: of a u64, at an offset that is checked, at one that is proved. */
#ifndef BACKEND
/* What the kind says. */
enum {
	HIGH_FIRST = 1,
	WRITES = 2,
	PROVED = 4, /* of a Region of at least 42 bytes */
};
#endif

#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static void model_halves(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t addr = (fuzz_wide_t)v->addr + c->x;
	bool writes = c->kind & WRITES, high = c->kind & HIGH_FIRST, little = fuzz_model_is_little(m, v);
	size_t start = SIZE_MAX;
	bool checked = v->type != FUZZ_U64 && !(c->kind & PROVED);

	if ((fuzz_wide_t)c->x + 8 > v->size || addr % 4 || (checked && !fuzz_model_takes(v, 4))) {
		r->rc = -EINVAL;
		/* What the variable held before. */
		r->value = writes ? 0 : c->value;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	/* Counts the evaluations of the value. */
	r->value = writes;
	for (unsigned i = 0; i < 2; i++, high = !high) {
		fuzz_wide_t half = addr + (high == little ? 4 : 0);
		unsigned shift = high ? 32 : 0;

		if (writes)
			fuzz_model_store(m, v, half, 4, c->value >> shift);
		else
			r->value |= fuzz_model_load(m, v, half, 4) << shift;
		start = m->wrote_at < start ? m->wrote_at : start;
	}
	if (writes) {
		m->wrote_at = start;
		m->wrote = 8;
	}
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];

	c->kind = r->choice & (HIGH_FIRST | WRITES);
	if (v->type == FUZZ_U64)
		return true;
	if (v->type == FUZZ_REGION42 && r->choice & PROVED) {
		c->kind |= PROVED;
		c->x = r->choice & 8 ? 32 : 4;
	} else {
		c->x = fuzz_number(r->x, v->size, 4);
	}
	return true;
}

static const char *order_of(const struct fuzz_call *c)
{
	return c->kind & HIGH_FIRST ? "hi_lo" : "lo_hi";
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u %s %s at %#" PRIx64 "%s value %#" PRIx64, c->a, c->kind & WRITES ? "write" : "read", order_of(c), c->x,
		c->kind & PROVED ? ", proved," : "", c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *view = e->name[c->a], *bits = e->view[c->a].type == FUZZ_U64 ? "" : "64", *order = order_of(c);
	bool checked = *bits && !(c->kind & PROVED);
	char offset[48] = "";

	(void)m;
	if (*bits)
		snprintf(offset, sizeof(offset), ", (size_t)UINT64_C(%" PRIu64 ")", c->x);
	if (c->kind & WRITES)
		fprintf(e->out, "\t%siop_%swrite%s_%s(%s, (value++, UINT64_C(%" PRIu64 "))%s);\n%s", checked ? "return " : "",
			checked ? "try_" : "", bits, order, view, c->value, offset, checked ? "" : "\treturn 0;\n");
	else if (checked)
		fprintf(e->out, "\tvalue = UINT64_C(%" PRIu64 ");\n\treturn iop_try_read64_%s(%s%s, &value);\n", c->value, order,
			view, offset);
	else
		fprintf(e->out, "\tvalue = iop_read%s_%s(%s%s);\n\treturn 0;\n", bits, order, view, offset);
}

FUZZ_OPERATION(halves, resolve, model_halves, explain, emit);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/halves.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(halves);

#else
static int ON(halves_checked)(call_t c, result_t result)
{
	uint64_t value = c->value;
	int err = 0;

	switch (c->kind) {
	case 0: err = iop_try_read64_lo_hi(OPEN(REGION0), c->x, &value); break;
	case HIGH_FIRST: err = iop_try_read64_hi_lo(OPEN(REGION0), c->x, &value); break;
	case WRITES: return iop_try_write64_lo_hi(OPEN(REGION42), (result->value++, c->value), c->x);
	default: return iop_try_write64_hi_lo(OPEN(REGION42), (result->value++, c->value), c->x);
	}
	result->value = value;
	return err;
}

static int ON(halves_proved)(call_t c, result_t result)
{
	switch (c->x << 3 | c->kind) {
#define AT(offset)                                                                                                           \
	case (offset) << 3 | PROVED: result->value = iop_read64_lo_hi(OPEN(REGION42), offset); break;                        \
	case (offset) << 3 | PROVED | HIGH_FIRST: result->value = iop_read64_hi_lo(OPEN(REGION42), offset); break;           \
	case (offset) << 3 | PROVED | WRITES: iop_write64_lo_hi(OPEN(REGION42), (result->value++, c->value), offset); break; \
	case (offset) << 3 | PROVED | WRITES | HIGH_FIRST:                                                                   \
		iop_write64_hi_lo(OPEN(REGION42), (result->value++, c->value), offset);                                      \
		break;
		AT(4)
		AT(32)
#undef AT
	}
	return 0;
}

static int ON(halves_of_value)(call_t c, result_t result)
{
	switch (c->kind) {
	case 0: result->value = iop_read_lo_hi(OPEN(U64)); break;
	case HIGH_FIRST: result->value = iop_read_hi_lo(OPEN(U64)); break;
	case WRITES: iop_write_lo_hi(OPEN(U64), (result->value++, c->value)); break;
	default: iop_write_hi_lo(OPEN(U64), (result->value++, c->value)); break;
	}
	return 0;
}

static int ON(halves)(call_t c, result_t result)
{
	if (fuzz_slots[c->a].type == FUZZ_U64)
		return ON(halves_of_value)(c, result);
	return c->kind & PROVED ? ON(halves_proved)(c, result) : ON(halves_checked)(c, result);
}
#endif
