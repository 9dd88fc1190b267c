/* SPDX-License-Identifier: MIT */
/* Copies between a view and RAM: bytes, and whole objects. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

/* What the trace must show of bytes that move between a view and RAM. */
static void expect_side(struct fuzz_model *m, const struct fuzz_view *v, uint64_t n, bool store)
{
	if (fuzz_model_is_io(v)) {
		if (store)
			fuzz_model_expect_copy(m, 0, 0, v->addr, n, true, false);
		else
			fuzz_model_expect_copy(m, v->addr, n, 0, 0, true, false);
		m->copy.load_set = m->copy.store_set = (uint8_t)fuzz_model_copy_set(m, v);
	} else {
		fuzz_model_expect_cp(m, v->addr, n);
	}
}

/* Whether the copy of view a is not made, and which panic it is then. */
static bool stopped(const struct fuzz_model *m, const struct fuzz_call *c, uint64_t n, struct fuzz_result *r)
{
	if (fuzz_model_stale(m, c->a, r))
		return true;
	if (fuzz_model_copy_fits(m, &m->view[c->a], m->view[c->a].addr, n))
		r->panic = "copy widths";
	return r->panic;
}

static void model_copy_toio(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (c->n != v->len) {
		r->panic = "copy length";
		return;
	}
	if (stopped(m, c, c->n, r))
		return;
	expect_side(m, v, c->n, true);
	fuzz_model_bytes(m, v->addr, fuzz_model_ram(m, c->y), c->n);
}

static void model_copy_fromio(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (c->n != v->len) {
		r->panic = "copy length";
		return;
	}
	if (stopped(m, c, c->n, r))
		return;
	expect_side(m, v, c->n, false);
	fuzz_model_bytes(m, fuzz_model_ram(m, c->y), v->addr, c->n);
}

static void model_object_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (stopped(m, c, v->size, r))
		return;
	expect_side(m, v, v->size, false);
	fuzz_model_bytes(m, fuzz_model_ram(m, c->y), v->addr, v->size);
}

static void model_object_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (stopped(m, c, v->size, r))
		return;
	expect_side(m, v, v->size, true);
	fuzz_model_bytes(m, v->addr, fuzz_model_ram(m, c->y), v->size);
}

static bool resolve_copy(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t len = m->view[c->a].len;

	c->n = r->choice % 8 ? len : fuzz_number(r->x, len, 1);
	if (r->choice % 8 == 0 && r->choice & 0x80)
		c->n = len + (UINT64_C(1) << 32);
	c->y = fuzz_at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - len);
	return true;
}

static bool resolve_object(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->y = fuzz_at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - m->view[c->a].size);
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u %" PRIu64 " bytes, RAM at %" PRIu64, c->a, c->n, c->y);
}

static void explain_object(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u, RAM at %" PRIu64, c->a, c->y);
}

static size_t ram_at(const struct fuzz_call *c)
{
	return FUZZ_RAM_AT + (size_t)c->y;
}

static void emit_copy_toio(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_copy_toio(%s, arena + %zu, (size_t)UINT64_C(%" PRIu64 "));\n\treturn 0;\n", e->name[c->a], ram_at(c),
		c->n);
}

static void emit_copy_fromio(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_copy_fromio(arena + %zu, %s, (size_t)UINT64_C(%" PRIu64 "));\n\treturn 0;\n", ram_at(c),
		e->name[c->a], c->n);
}

static void emit_object_read(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\t%s object = iop_copy_read(%s);\n\n\tmemcpy(arena + %zu, &object, sizeof(object));\n\treturn 0;\n",
		fuzz_emit_types[e->view[c->a].type].c, e->name[c->a], ram_at(c));
}

static void emit_object_write(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\t%s object;\n\n\tmemcpy(&object, arena + %zu, sizeof(object));\n\tiop_copy_write(%s, object);\n\treturn 0;\n",
		fuzz_emit_types[e->view[c->a].type].c, ram_at(c), e->name[c->a]);
}

FUZZ_OPERATION(copy_toio, resolve_copy, model_copy_toio, explain, emit_copy_toio);
FUZZ_OPERATION(copy_fromio, resolve_copy, model_copy_fromio, explain, emit_copy_fromio);
FUZZ_OPERATION(object_read, resolve_object, model_object_read, explain_object, emit_object_read);
FUZZ_OPERATION(object_write, resolve_object, model_object_write, explain_object, emit_object_write);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/copy.c>
#include <executor/each_backend.h>

FUZZ_ON_COPYING_VIEWS(copy_toio);
FUZZ_ON_COPYING_VIEWS(copy_fromio);
FUZZ_ON_COPYING_VIEWS(object_read);
FUZZ_ON_COPYING_VIEWS(object_write);

#else
#if COPIES
static int ON(copy_toio)(call_t c, result_t result)
{
	(void)result;
	iop_copy_toio(OPEN(S_U8), fuzz_ram(c->y), c->n);
	return 0;
}

static int ON(copy_fromio)(call_t c, result_t result)
{
	(void)result;
	iop_copy_fromio(fuzz_ram(c->y), OPEN(S_U8), c->n);
	return 0;
}

static int ON(object_read)(call_t c, result_t result)
{
	(void)result;
	switch (fuzz_slots[c->a].type) {
#define READ(T)                                                                    \
	case FUZZ_##T: {                                                           \
		FUZZ_C_##T object = iop_copy_read(OPEN(T));                        \
		memcpy(fuzz_ram(c->y) + fuzz_devices_at, &object, sizeof(object)); \
		break;                                                             \
	}
		FUZZ_EACH_OBJECT(READ)
#undef READ
	}
	return 0;
}

static int ON(object_write)(call_t c, result_t result)
{
	(void)result;
	switch (fuzz_slots[c->a].type) {
#define WRITE(T)                                                                   \
	case FUZZ_##T: {                                                           \
		FUZZ_C_##T object;                                                 \
		memcpy(&object, fuzz_ram(c->y) + fuzz_devices_at, sizeof(object)); \
		iop_copy_write(OPEN(T), object);                                   \
		break;                                                             \
	}
		FUZZ_EACH_OBJECT(WRITE)
#undef WRITE
	}
	return 0;
}
#endif
#endif
