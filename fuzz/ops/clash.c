/* SPDX-License-Identifier: MIT */
/* A copy whose buffer lies anywhere in the arena, also in the view's own memory: debug builds find out. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_clash(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	uint64_t buffer = m->arena + c->x;

	if (fuzz_model_stale(m, c->a, r))
		return;
	fuzz_model_expect_cp(m, v->addr, v->len);
	if (fuzz_model_meet(v->addr, buffer, v->len)) {
		r->panic = "overlap";
		return;
	}
	if (c->kind)
		fuzz_model_bytes(m, v->addr, buffer, v->len);
	else
		fuzz_model_bytes(m, buffer, v->addr, v->len);
}

/* Where nobody finds out, a copy to the view: it is as good as none, but for its place in the program. */
static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];
	uint64_t own = v->addr - m->arena;

	if (!m->profile.debug) {
		c->op = FUZZ_copy_toio;
		return fuzz_operation_copy_toio.resolve(c, r, m);
	}
	c->kind = r->choice & 1;
	c->x = r->choice & 2 ? own + fuzz_number(r->x, v->len, 1) % (v->len + 1)
			     : own - fuzz_number(r->x, v->len, 1) % (v->len + 1);
	/* Away from the view, the buffer must still be unguarded memory of the arena. */
	if (c->x > FUZZ_ARENA || c->x + v->len > FUZZ_CONFIG_AT)
		c->x = FUZZ_RAM_AT;
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " v%u %s arena+%#" PRIx64, c->a, c->kind ? "<-" : "->", c->x);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *view = e->name[c->a];

	(void)m;
	if (c->kind)
		fprintf(e->out, "\tiop_copy_toio(%s, arena + %" PRIu64 ", iop_len(%s));\n\treturn 0;\n", view, c->x, view);
	else
		fprintf(e->out, "\tiop_copy_fromio(arena + %" PRIu64 ", %s, iop_len(%s));\n\treturn 0;\n", c->x, view, view);
}

FUZZ_OPERATION(clash, resolve, model_clash, explain, emit);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/clash.c>
#include <executor/each_backend.h>

FUZZ_ON_COPYING_VIEWS(clash);

#else
#if COPIES
static int ON(clash)(call_t c, result_t result)
{
	uint8_t *buffer = fuzz_executor_arena() + c->x;
	TYPE(S_U8) view = OPEN(S_U8);

	(void)result;
	if (c->kind)
		iop_copy_toio(view, buffer, iop_len(view));
	else
		iop_copy_fromio(buffer, view, iop_len(view));
	return 0;
}
#endif
#endif
