/* SPDX-License-Identifier: MIT */
/* The value of a view, exchanged for another one. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];

	(void)r;
	return v->type != FUZZ_U64 || (m->profile.bits64 && v->backend != FUZZ_CONFIGSPACE);
}

static void model(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	r->value = fuzz_model_load(m, v, v->addr, fuzz_layout[v->type].size);
	fuzz_model_store(m, v, v->addr, fuzz_layout[v->type].size, c->value);
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u for %#" PRIx64, c->a, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tvalue = iop_read(%s);\n\tiop_write(%s, (%s)UINT64_C(%" PRIu64 "));\n\treturn 0;\n", e->name[c->a],
		e->name[c->a], fuzz_emit_types[e->view[c->a].type].c, c->value);
}

FUZZ_OPERATION(addition, resolve, model, explain, emit);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/addition.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(addition);

#else
static int ON(addition)(call_t c, result_t result)
{
	switch (fuzz_slots[c->a].type) {
#define EXCHANGE(T, width)                                \
	case FUZZ_##T:                                    \
		result->value = iop_read(OPEN(T));        \
		iop_write(OPEN(T), (FUZZ_C_##T)c->value); \
		break;
		EACH_VALUE(EXCHANGE)
#undef EXCHANGE
	}
	return 0;
}
#endif
