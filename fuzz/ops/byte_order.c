/* SPDX-License-Identifier: MIT */
/* Numbers of a byte order that the name says: values in either order; big-endian ones at an offset that is checked, or proved. */
#ifndef BACKEND
/* What the kind says. */
enum {
	LITTLE = 1, /* values only: at an offset there is no name for it */
	WRITES = 2,
	PROVED = 4, /* of a Region of at least 42 bytes */
};
#endif

#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static void model_byte_order(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t addr = (fuzz_wide_t)v->addr + c->x;
	bool writes = c->kind & WRITES, swaps = !(c->kind & LITTLE) == fuzz_model_is_little(m, v);
	uint64_t value = c->width == 8 ? c->value : c->value & ((UINT64_C(1) << 8 * c->width) - 1);
	bool checked = FUZZ_IS_REGION >> v->type & 1 && !(c->kind & PROVED);

	if ((fuzz_wide_t)c->x + c->width > v->size || addr % c->width || (checked && !fuzz_model_takes(v, c->width))) {
		r->rc = -EINVAL;
		/* What the variable held before. */
		r->value = writes ? 0 : value;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	if (writes) {
		/* Counts the evaluations of the value. */
		r->value = 1;
		fuzz_model_store(m, v, addr, c->width, swaps ? fuzz_model_swap(value, c->width) : value);
	} else {
		value = fuzz_model_load(m, v, addr, c->width);
		r->value = swaps ? fuzz_model_swap(value, c->width) : value;
	}
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];

	c->kind = r->choice >> 1 & WRITES;
	if (FUZZ_IS_VALUE >> v->type & 1) {
		c->kind |= r->choice & LITTLE;
		c->width = fuzz_layout[v->type].size;
		return c->width < 8 || fuzz_width_of(m, v->backend, 3) == 8;
	}
	c->width = fuzz_width_of(m, v->backend, r->choice);
	c->width = c->width < 2 ? 2 : c->width;
	if (v->type == FUZZ_REGION42 && r->choice & 8) {
		/* The last place that the minimum size has: of 64 bits, whose alignment no Region promises, there is none. */
		c->kind |= PROVED;
		c->width = c->width == 2 ? 2 : 4;
		c->x = c->width == 2 ? 40 : 36;
	} else {
		c->x = fuzz_number(r->x, v->size, c->width);
	}
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u %s %s%u at %#" PRIx64 "%s value %#" PRIx64, c->a, c->kind & WRITES ? "write" : "read",
		c->kind & LITTLE ? "le" : "be", c->width * 8u, c->x, c->kind & PROVED ? ", proved," : "", c->value);
}

static void emit_of_value(FILE *o, const char *view, const char *type, const struct fuzz_call *c)
{
	const char *order = c->kind & LITTLE ? "le" : "be";

	if (c->kind & WRITES)
		fprintf(o, "\tiop_write_%s(%s, (value++, (%s)UINT64_C(%" PRIu64 ")));\n\treturn 0;\n", order, view, type, c->value);
	else
		fprintf(o, "\tvalue = iop_read_%s(%s);\n\treturn 0;\n", order, view);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *view = e->name[c->a];
	bool proved = c->kind & PROVED;
	unsigned bits = c->width * 8u;

	(void)m;
	if (FUZZ_IS_VALUE >> e->view[c->a].type & 1)
		emit_of_value(e->out, view, fuzz_emit_types[e->view[c->a].type].c, c);
	else if (c->kind & WRITES)
		fprintf(e->out,
			"\t%siop_%swrite%ube(%s, (value++, (uint%u_t)UINT64_C(%" PRIu64 ")), (size_t)UINT64_C(%" PRIu64 "));\n%s",
			proved ? "" : "return ", proved ? "" : "try_", bits, view, bits, c->value, c->x,
			proved ? "\treturn 0;\n" : "");
	else if (proved)
		fprintf(e->out, "\tvalue = iop_read%ube(%s, %" PRIu64 ");\n\treturn 0;\n", bits, view, c->x);
	else
		fprintf(e->out,
			"\tuint%u_t got = (uint%u_t)UINT64_C(%" PRIu64
			");\n\tint err = iop_try_read%ube(%s, (size_t)UINT64_C(%" PRIu64
			"), &got);\n\n\tvalue = got;\n\treturn err;\n",
			bits, bits, c->value, bits, view, c->x);
}

FUZZ_OPERATION(byte_order, resolve, model_byte_order, explain, emit);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/byte_order.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(byte_order);

#else
/* X(bits) */
#undef EACH_ORDERED
#if HAS_64
#define EACH_ORDERED(X) X(16) X(32) X(64)
#else
#define EACH_ORDERED(X) X(16) X(32)
#endif

static int ON(big_endian_checked)(call_t c, result_t result)
{
	int err = 0;

	switch (c->width * 8 | (c->kind & WRITES)) {
#define CHECKED(bits)                                                      \
	case bits: {                                                       \
		uint##bits##_t value = (uint##bits##_t)c->value;           \
		err = iop_try_read##bits##be(OPEN(REGION0), c->x, &value); \
		result->value = value;                                     \
		break;                                                     \
	}                                                                  \
	case bits | WRITES:                                                \
		return iop_try_write##bits##be(OPEN(REGION42), (result->value++, (uint##bits##_t)c->value), c->x);
		EACH_ORDERED(CHECKED)
#undef CHECKED
	}
	return err;
}

static int ON(big_endian_proved)(call_t c, result_t result)
{
	switch (c->width * 8 | (c->kind & WRITES)) {
	case 16: result->value = iop_read16be(OPEN(REGION42), 40); break;
	case 32: result->value = iop_read32be(OPEN(REGION42), 36); break;
	case 16 | WRITES: iop_write16be(OPEN(REGION42), (result->value++, (uint16_t)c->value), 40); break;
	case 32 | WRITES: iop_write32be(OPEN(REGION42), (result->value++, (uint32_t)c->value), 36); break;
	}
	return 0;
}

static int ON(ordered_value)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type << 2 | c->kind) {
#define VALUE(T, width)                                                                                     \
	case FUZZ_##T << 2: result->value = iop_read_be(OPEN(T)); break;                                    \
	case FUZZ_##T << 2 | LITTLE: result->value = iop_read_le(OPEN(T)); break;                           \
	case FUZZ_##T << 2 | WRITES: iop_write_be(OPEN(T), (result->value++, (FUZZ_C_##T)c->value)); break; \
	case FUZZ_##T << 2 | WRITES | LITTLE:                                                               \
		iop_write_le(OPEN(T), (result->value++, (FUZZ_C_##T)c->value));                             \
		break;
		EACH_VALUE(VALUE)
#undef VALUE
	}
	return 0;
}

static int ON(byte_order)(call_t c, result_t result)
{
	if (FUZZ_IS_VALUE >> fuzz_slots[c->a].type & 1)
		return ON(ordered_value)(c, result);
	return c->kind & PROVED ? ON(big_endian_proved)(c, result) : ON(big_endian_checked)(c, result);
}
#endif
