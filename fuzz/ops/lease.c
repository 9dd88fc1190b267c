/* SPDX-License-Identifier: MIT */
/* Owners that go, and new ones of the same memory: views of the old one are stale. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_drop(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)r;
	m->owner[c->a].live = false;
}

/* Views of the old owner stay stale. */
static void model_take(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_owner *owner = &m->owner[c->a];

	(void)r;
	owner->live = true;
	owner->generation++;
	m->generation[c->a] = owner->generation;
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->a = r->a % FUZZ_MEMORY;
	return m->profile.debug;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " owner%u", c->a);
}

static void emit_drop(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_lease_end(lease[%u]);\n\treturn 0;\n", c->a);
}

static void emit_take(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\tiop_lease_end(lease[%u]);\n\tlease[%u] = iop_lease_take();\n\tIOP_LEASE_SET(v%u.raw, lease[%u]);\n\treturn 0;\n",
		c->a, c->a, c->a, c->a);
}

FUZZ_OPERATION(drop, resolve, model_drop, explain, emit_drop);
FUZZ_OPERATION(take, resolve, model_take, explain, emit_take);

#else
#include <executor/world.h>

static int drop(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	iop_lease_end(fuzz_lease[c->a]);
	return 0;
}

static int take(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	fuzz_owner_take(c->a);
	return 0;
}

FUZZ_EXECUTION(drop, drop);
FUZZ_EXECUTION(take, take);
#endif
