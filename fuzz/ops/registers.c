/* SPDX-License-Identifier: MIT */
/* An array of registers with a bit field, typed. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

/* An array of registers with a field in bits 4 to 10, a bit 31, and what is between them left alone. */
static void model_registers(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t offset = FUZZ_REGISTER_AT + (fuzz_wide_t)c->x * FUZZ_REGISTER_STRIDE;
	fuzz_wide_t addr = v->addr + offset;
	uint64_t old;

	if (c->x >= FUZZ_REGISTERS || offset + 4 > v->size || addr % 4 || !fuzz_model_takes(v, 4)) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	switch (c->kind) {
	case 0: r->value = fuzz_model_load(m, v, addr, 4); break;
	case 1: fuzz_model_store(m, v, addr, 4, c->value); break;
	case 2: r->value = fuzz_model_load(m, v, addr, 4) >> 4 & 0x7f; break;
	default:
		old = fuzz_model_load(m, v, addr, 4);
		/* A value that does not fit is refused, and then what was there is written back. */
		r->value = (c->value & 0xffff) <= 0x7f ? 0 : (uint64_t)-EOVERFLOW;
		if (!r->value)
			old = (old & ~UINT64_C(0x7f0)) | (c->value & 0xffff) << 4;
		fuzz_model_store(m, v, addr, 4, old);
	}
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	c->kind = r->choice % FUZZ_REGISTER_KINDS;
	c->x = fuzz_number(r->x, FUZZ_REGISTERS, 1);
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const access[FUZZ_REGISTER_KINDS] = {"read", "write", "read a field", "update a field"};

	fprintf(out, " v%u %s of register %#" PRIx64 " value %#" PRIx64, c->a, access[c->kind], c->x, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *a = e->name[c->a];
	FILE *o = e->out;

	(void)m;
	fprintf(o,
		"\tstruct fuzz_register_location at;\n\tfuzz_register reg = iop_from_raw(fuzz_register, "
		"(uint32_t)UINT64_C(%" PRIu64 "));\n"
		"\tint err = 0;\n\n\tif (!iop_try_at(fuzz_register, UINT64_C(%" PRIu64 "), &at))\n\t\treturn -EINVAL;\n",
		c->value, c->x);
	if (c->kind == 1)
		fprintf(o, "\terr = iop_try_write_reg(%s, iop_loc(fuzz_register, at), reg);\n", a);
	else if (c->kind == 3)
		fprintf(o,
			"\terr = iop_try_update_reg(%s, iop_loc(fuzz_register, at), old, __extension__({\n"
			"\t\tvalue = (uint64_t)(int64_t)iop_try_with(&old, .level, UINT64_C(%" PRIu64
			") & 0xffff);\n\t\told;\n\t}));\n",
			a, c->value);
	else
		fprintf(o, "\terr = iop_try_read_reg(%s, iop_loc(fuzz_register, at), &reg);\n\tvalue = err ? 0 : %s;\n", a,
			c->kind ? "iop_get(reg, .level)" : "reg.raw");
	fprintf(o, "\t(void)reg;\n\treturn err;\n");
}

FUZZ_OPERATION(registers, resolve, model_registers, explain, emit);

#elif !defined(BACKEND)
#include <executor/world.h>

IOP_REGISTER(fuzz_register, uint32_t, IOP_ARRAY(6, 12, 0x10), (10, 4, level), (31, 31, busy));

#define EACH_BACKEND <ops/registers.c>
#include <executor/each_backend.h>

FUZZ_ON_VIEWS(registers);

#else
static int ON(registers)(call_t c, result_t result)
{
	struct fuzz_register_location at;
	fuzz_register value = iop_from_raw(fuzz_register, (uint32_t)c->value);
	int err;

	if (!iop_try_at(fuzz_register, c->x, &at))
		return -EINVAL;
	switch (c->kind) {
	case 0:
		err = iop_try_read_reg(OPEN(REGION0), iop_loc(fuzz_register, at), &value);
		result->value = err ? 0 : value.raw;
		return err;
	case 1: return iop_try_write_reg(OPEN(REGION0), iop_loc(fuzz_register, at), value);
	case 2:
		err = iop_try_read_reg(OPEN(REGION0), iop_loc(fuzz_register, at), &value);
		result->value = err ? 0 : iop_get(value, .level);
		return err;
	default:
		/* cppcheck-suppress constStatement ; it takes the value of the statement expression for a statement */
		return iop_try_update_reg(OPEN(REGION0), iop_loc(fuzz_register, at), old, __extension__({
						  int fits = iop_try_with(&old, .level, c->value & 0xffff);
						  result->value = (uint64_t)(int64_t)fits;
						  old;
					  }));
	}
}
#endif
