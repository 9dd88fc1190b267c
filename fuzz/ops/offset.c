/* SPDX-License-Identifier: MIT */
/* Access at a checked offset of a Region. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

/* The rule for an access of @width bytes: inside, and the absolute address aligned. Widths are their own alignment here. */
static bool valid(const struct fuzz_view *v, uint64_t offset, unsigned width)
{
	fuzz_wide_t end = (fuzz_wide_t)offset + width;
	fuzz_wide_t address = (fuzz_wide_t)v->addr + offset;

	return end <= v->size && address % width == 0 && fuzz_model_takes(v, width);
}

static void model_offset_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	/* What the variable held before. */
	r->value = c->width == 8 ? c->value : c->value & ((UINT64_C(1) << 8 * c->width) - 1);
	if (!valid(v, c->x, c->width))
		r->rc = -EINVAL;
	else if (!fuzz_model_stale(m, c->a, r))
		r->value = fuzz_model_load(m, v, (fuzz_wide_t)v->addr + c->x, c->width);
}

static void model_offset_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!valid(v, c->x, c->width)) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	/* Counts the evaluations of the value. */
	r->value = 1;
	fuzz_model_store(m, v, (fuzz_wide_t)v->addr + c->x, c->width, c->value);
}

static void model_offset_update(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!valid(v, c->x, c->width)) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	r->value = fuzz_model_load(m, v, (fuzz_wide_t)v->addr + c->x, c->width);
	fuzz_model_store(m, v, (fuzz_wide_t)v->addr + c->x, c->width, r->value ^ c->value);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];

	c->width = fuzz_width_of(m, v->backend, r->choice);
	c->x = fuzz_number(r->x, v->size, c->width);
	return true;
}

static void explain_read(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u u%u at %#" PRIx64, c->a, c->width * 8u, c->x);
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	explain_read(out, c);
	fprintf(out, " value %#" PRIx64, c->value);
}

static void emit_read(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	unsigned bits = c->width * 8u;

	(void)m;
	fprintf(e->out,
		"\tuint%u_t got = (uint%u_t)UINT64_C(%" PRIu64 ");\n\tint err = iop_try_read%u(%s, (size_t)UINT64_C(%" PRIu64
		"), &got);\n\n\tvalue = got;\n\treturn err;\n",
		bits, bits, c->value, bits, e->name[c->a], c->x);
}

static void emit_write(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	unsigned bits = c->width * 8u;

	(void)m;
	fprintf(e->out,
		"\treturn iop_try_write%u(%s, (value++, (uint%u_t)UINT64_C(%" PRIu64 ")), (size_t)UINT64_C(%" PRIu64 "));\n", bits,
		e->name[c->a], bits, c->value, c->x);
}

static void emit_update(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	unsigned bits = c->width * 8u;

	(void)m;
	fprintf(e->out,
		"\treturn iop_try_update%u(%s, (size_t)UINT64_C(%" PRIu64 "), old, (value = old, (uint%u_t)(old ^ UINT64_C(%" PRIu64
		"))));\n",
		bits, e->name[c->a], c->x, bits, c->value);
}

FUZZ_OPERATION(offset_read, resolve, model_offset_read, explain_read, emit_read);
FUZZ_OPERATION(offset_write, resolve, model_offset_write, explain, emit_write);
FUZZ_OPERATION(offset_update, resolve, model_offset_update, explain, emit_update);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/offset.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(offset_read);
FUZZ_ON_VIEWS(offset_write);
FUZZ_ON_VIEWS(offset_update);

#else
static int ON(offset_read)(call_t c, result_t result)
{
	int err = 0;

	switch (c->width * 8) {
#define READ(bits)                                                     \
	case bits: {                                                   \
		uint##bits##_t value = (uint##bits##_t)c->value;       \
		err = iop_try_read##bits(OPEN(REGION0), c->x, &value); \
		result->value = value;                                 \
		break;                                                 \
	}
		EACH_WIDTH(READ)
#undef READ
	}
	return err;
}

static int ON(offset_write)(call_t c, result_t result)
{
	switch (c->width * 8) {
#define WRITE(bits) \
	case bits:  \
		return iop_try_write##bits(OPEN(REGION42), (result->value++, (uint##bits##_t)c->value), c->x);
		EACH_WIDTH(WRITE)
#undef WRITE
	}
	return 0;
}

static int ON(offset_update)(call_t c, result_t result)
{
	switch (c->width * 8) {
#define UPDATE(bits) \
	case bits:   \
		return iop_try_update##bits(OPEN(REGION0), c->x, old, (result->value = old, (uint##bits##_t)(old ^ c->value)));
		EACH_WIDTH(UPDATE)
#undef UPDATE
	}
	return 0;
}
#endif
