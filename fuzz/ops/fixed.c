/* SPDX-License-Identifier: MIT */
/* Access of a Region of at least 42 bytes at offsets that need no check. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_fixed(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t addr = (fuzz_wide_t)v->addr + fuzz_fixed[c->kind].offset;
	unsigned width = fuzz_fixed[c->kind].width;

	if (fuzz_model_stale(m, c->a, r))
		return;
	if (c->y != 1)
		r->value = fuzz_model_load(m, v, addr, width);
	if (c->y != 0)
		fuzz_model_store(m, v, addr, width, c->y == 1 ? c->value : r->value ^ c->value);
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->kind = r->choice % 8;
	c->y = (r->choice >> 3) % 3;
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const access[] = {"read", "write", "update"};
	const struct fuzz_fixed *fixed = &fuzz_fixed[c->kind];

	fprintf(out, " v%u %s u%u at %u value %#" PRIx64, c->a, access[c->y], fixed->width * 8u, fixed->offset, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	unsigned bits = fuzz_fixed[c->kind].width * 8u, at = fuzz_fixed[c->kind].offset;
	const char *view = e->name[c->a];

	(void)m;
	if (c->y == 0)
		fprintf(e->out, "\tvalue = iop_read%u(%s, %u);\n", bits, view, at);
	else if (c->y == 1)
		fprintf(e->out, "\tiop_write%u(%s, (uint%u_t)UINT64_C(%" PRIu64 "), %u);\n", bits, view, bits, c->value, at);
	else
		fprintf(e->out, "\tiop_update%u(%s, %u, old, (value = old, (uint%u_t)(old ^ UINT64_C(%" PRIu64 "))));\n", bits,
			view, at, bits, c->value);
	fprintf(e->out, "\treturn 0;\n");
}

FUZZ_OPERATION(fixed, resolve, model_fixed, explain, emit);

#elif !defined(BACKEND)
#define EACH_BACKEND <ops/fixed.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(fixed);

#else
static int ON(fixed)(call_t c, result_t result)
{
	switch (c->kind << 2 | (unsigned)c->y) {
#define FIXED(number, bits, offset)                                                                                     \
	case (number) << 2: result->value = iop_read##bits(OPEN(REGION42), offset); break;                              \
	case (number) << 2 | 1: iop_write##bits(OPEN(REGION42), (uint##bits##_t)c->value, offset); break;               \
	case (number) << 2 | 2:                                                                                         \
		iop_update##bits(OPEN(REGION42), offset, old, (result->value = old, (uint##bits##_t)(old ^ c->value))); \
		break;
		FUZZ_EACH_FIXED(FIXED)
#undef FIXED
	}
	return 0;
}
#endif
