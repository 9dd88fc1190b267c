/* SPDX-License-Identifier: MIT */
/* Casts: the size and alignment of the new type are checked. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static void model_cast(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	unsigned type = fuzz_cast_type[c->kind];

	if (fuzz_layout[type].size > v->size || v->addr % fuzz_layout[type].align)
		r->rc = -EINVAL;
	else
		fuzz_model_keep_part(m, c, r, type, 0, 0);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->kind = r->choice % FUZZ_CASTS;
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u to %s", c->a, fuzz_type_name(fuzz_cast_type[c->kind]));
}

static struct fuzz_view makes(const struct fuzz_call *c, struct fuzz_view from)
{
	from.type = fuzz_cast_type[c->kind];
	return from;
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	unsigned type = fuzz_cast_type[c->kind];

	(void)m;
	if (type >= FUZZ_A_HALF)
		fprintf(e->out, "\treturn iop_try_cast_bytes(%s, &%s);\n", e->name[c->a], e->to);
	else
		fprintf(e->out, "\treturn iop_try_cast(%s, %s, &%s);\n", e->name[c->a], fuzz_emit_types[type].c, e->to);
}

FUZZ_OPERATION(cast, resolve, model_cast, explain, emit, .makes = makes);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/cast.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(cast);

#else
#define TO_TYPE(T, cast)             \
	case FUZZ_##T: {             \
		TYPE(T) to;          \
		int err = cast;      \
		if (!err)            \
			KEEP(T, to); \
		return err;          \
	}
#define CAST_TO(T)	 TO_TYPE(T, iop_try_cast(FROM, FUZZ_C_##T, &to))

/* Bytes need no opt-in. */
#define CAST_TO_BYTES(T) TO_TYPE(T, iop_try_cast_bytes(FROM, &to))

#define CAST_FROM(T)                                                      \
	static int ON(cast_##T)(call_t c, result_t result, unsigned type) \
	{                                                                 \
		TYPE(T) from = OPEN(T);                                   \
		switch (type) {                                           \
			FUZZ_EACH_CAST(CAST_TO, CAST_TO_BYTES)            \
		}                                                         \
		return 0;                                                 \
	}
#define FROM from
CAST_FROM(REGION0)
CAST_FROM(REGION42)
CAST_FROM(A_BYTES)
CAST_FROM(A_DATA)
CAST_FROM(A_64)
CAST_FROM(S_U8)
#undef FROM

static int ON(cast)(call_t c, result_t result)
{
	static const uint8_t types[] = {FUZZ_BLOCK, FUZZ_RING, FUZZ_WIDE, FUZZ_U16, FUZZ_U32, FUZZ_U64, FUZZ_A_64, FUZZ_A_DATA};

	switch (fuzz_slots[c->a].type) {
	case FUZZ_REGION0: return ON(cast_REGION0)(c, result, types[c->kind]);
	case FUZZ_REGION42: return ON(cast_REGION42)(c, result, types[c->kind]);
	case FUZZ_A_BYTES: return ON(cast_A_BYTES)(c, result, types[c->kind]);
	case FUZZ_A_DATA: return ON(cast_A_DATA)(c, result, types[c->kind]);
	case FUZZ_A_64: return ON(cast_A_64)(c, result, types[c->kind]);
	default: return ON(cast_S_U8)(c, result, types[c->kind]);
	}
}
#endif
