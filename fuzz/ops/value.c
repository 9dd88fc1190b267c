/* SPDX-License-Identifier: MIT */
/* The value of a view: read, written, updated. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!fuzz_model_stale(m, c->a, r))
		r->value = fuzz_model_load(m, v, v->addr, fuzz_layout[v->type].size);
}

static void model_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	/* Counts the evaluations of the value. */
	r->value = 1;
	fuzz_model_store(m, v, v->addr, fuzz_layout[v->type].size, c->value);
}

static void model_update(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	r->value = fuzz_model_load(m, v, v->addr, fuzz_layout[v->type].size);
	fuzz_model_store(m, v, v->addr, fuzz_layout[v->type].size, r->value ^ c->value);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];

	(void)r;
	return v->type != FUZZ_U64 || (m->profile.bits64 && v->backend != FUZZ_CONFIGSPACE);
}

static void explain_read(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u", c->a);
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u value %#" PRIx64, c->a, c->value);
}

static void emit_read(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tvalue = iop_read(%s);\n\treturn 0;\n", e->name[c->a]);
}

static void emit_write(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_write(%s, (value++, (%s)UINT64_C(%" PRIu64 ")));\n\treturn 0;\n", e->name[c->a],
		fuzz_emit_types[e->view[c->a].type].c, c->value);
}

static void emit_update(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_update(%s, old, (value = old, (%s)(old ^ UINT64_C(%" PRIu64 "))));\n\treturn 0;\n", e->name[c->a],
		fuzz_emit_types[e->view[c->a].type].c, c->value);
}

FUZZ_OPERATION(read, resolve, model_read, explain_read, emit_read);
FUZZ_OPERATION(write, resolve, model_write, explain, emit_write);
FUZZ_OPERATION(update, resolve, model_update, explain, emit_update);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/value.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(read);
FUZZ_ON_VIEWS(write);
FUZZ_ON_VIEWS(update);

#else
static int ON(read)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define READ(T, width)                             \
	case FUZZ_##T:                             \
		result->value = iop_read(OPEN(T)); \
		break;
		EACH_VALUE(READ)
#undef READ
	}
	return 0;
}

static int ON(write)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define WRITE(T, width)                                                      \
	case FUZZ_##T:                                                       \
		iop_write(OPEN(T), (result->value++, (FUZZ_C_##T)c->value)); \
		break;
		EACH_VALUE(WRITE)
#undef WRITE
	}
	return 0;
}

static int ON(update)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define UPDATE(T, width)                                                                       \
	case FUZZ_##T:                                                                         \
		iop_update(OPEN(T), old, (result->value = old, (FUZZ_C_##T)(old ^ c->value))); \
		break;
		EACH_VALUE(UPDATE)
#undef UPDATE
	}
	return 0;
}
#endif
