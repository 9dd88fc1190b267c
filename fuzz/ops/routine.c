/* SPDX-License-Identifier: MIT */
/* The library's copy routines, each by its name. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <executor/executor.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_routine(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	uint64_t io = m->owner[c->a].base + c->x, from = m->owner[c->a].base + c->y;

	(void)r;
	switch (c->kind) {
	case FUZZ_TOIO:
		fuzz_model_expect_copy(m, 0, 0, io, c->n, true, false);
		fuzz_model_bytes(m, io, fuzz_model_ram(m, c->y), c->n);
		break;
	case FUZZ_FROMIO:
		fuzz_model_expect_copy(m, io, c->n, 0, 0, true, false);
		fuzz_model_bytes(m, fuzz_model_ram(m, c->y), io, c->n);
		break;
	case FUZZ_SETIO:
		fuzz_model_expect_copy(m, 0, 0, io, c->n, true, false);
		fuzz_model_set(m, io, (uint8_t)c->value, c->n);
		break;
	default:
		fuzz_model_expect_copy(m, from, c->n, io, c->n, true, false);
		m->copy.descends = io > from && io - from < c->n;
		fuzz_model_bytes(m, io, from, c->n);
	}
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	struct fuzz_record unnamed = *r;
	uint64_t size, room;

	/* The name is no part of the value. */
	c->routine = fuzz_record_routine(r);
	c->value = unnamed.value = (uint32_t)r->value;
	c->a = r->a % FUZZ_MEMORY;
	c->kind = r->choice % FUZZ_ROUTINE_KINDS;
	size = m->owner[c->a].size;
	c->x = fuzz_at_most(fuzz_number(r->x, size, 8), size);
	c->y = fuzz_at_most(fuzz_number(r->y, size, 8), size);
	room = size - (c->kind == FUZZ_MOVEIO && c->y > c->x ? c->y : c->x);
	c->n = fuzz_length(&unnamed, room);
	if (c->kind != FUZZ_MOVEIO)
		c->y = fuzz_at_most(c->y, FUZZ_RAM - c->n);
	return true;
}

/* Who it is here. */
static const char *name_of(const struct fuzz_call *c)
{
	const char *name = fuzz_executor_routine_name(c->routine);

	return name ? name : FUZZ_PORTABLE;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const what[FUZZ_ROUTINE_KINDS] = {"toio", "fromio", "set", "move"};

	fprintf(out, " owner%u %s of %s x=%#" PRIx64 " y=%#" PRIx64 " n=%#" PRIx64 " value %#" PRIx64, c->a, what[c->kind],
		name_of(c), c->x, c->y, c->n, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	size_t ram = FUZZ_RAM_AT + (size_t)c->y, io = (size_t)(m->owner[c->a].base - m->arena + c->x);
	FILE *o = e->out;

	fprintf(o,
		"\tconst struct iop_routine *portable = routine_of(\"%s\"), *r = routine_of(\"%s\");\n\n\tif (!r)\n\t\tr = "
		"portable;\n",
		FUZZ_PORTABLE, name_of(c));
	if (c->kind == FUZZ_TOIO)
		fprintf(o, "\t(r->toio ? r : portable)->toio(arena + %zu, arena + %zu, %" PRIu64 ");\n", io, ram, c->n);
	else if (c->kind == FUZZ_FROMIO)
		fprintf(o, "\t(r->fromio ? r : portable)->fromio(arena + %zu, arena + %zu, %" PRIu64 ");\n", ram, io, c->n);
	else if (c->kind == FUZZ_SETIO)
		fprintf(o, "\t(r->set ? r : portable)->set(arena + %zu, %d, %" PRIu64 ");\n", io, (int)(c->value & 0x7fffffff),
			c->n);
	else
		fprintf(o,
			"\tuint8_t *to = arena + %zu, *from = arena + %zu;\n\n\tif (r->move)\n\t\tr->move(to, from, %" PRIu64
			");\n\telse\n\t\tiop_copy_between((uintptr_t)to, 1, (uintptr_t)from, 1, %" PRIu64 ");\n",
			io, (size_t)(io - c->x + c->y), c->n, c->n);
	fprintf(o, "\treturn 0;\n");
}

FUZZ_OPERATION(routine, resolve, model_routine, explain, emit);

#else
#include <executor/routines.h>
#include <executor/world.h>

static int routine(const struct fuzz_call *c, struct fuzz_result *result)
{
	const struct iop_routine *r = fuzz_routine(c->routine), *portable = fuzz_routine(0);
	uint8_t *io = fuzz_owner_base[c->a] + c->x, *ram = fuzz_ram(c->y);

	(void)result;
	fuzz_progress.traces = IOP_EVENTS && r->tier == IOP_STRICT;
	switch (c->kind) {
	case FUZZ_TOIO: (r->toio ? r : portable)->toio(io, ram, c->n); break;
	case FUZZ_FROMIO: (r->fromio ? r : portable)->fromio(ram, io, c->n); break;
	case FUZZ_SETIO: (r->set ? r : portable)->set(io, (int)(c->value & 0x7fffffff), c->n); break;
	default:
		ram = fuzz_owner_base[c->a] + c->y;
		if (r->move)
			r->move(io, ram, c->n);
		else
			iop_copy_between((uintptr_t)io, 1, (uintptr_t)ram, 1, c->n);
	}
	return 0;
}

FUZZ_EXECUTION(routine, routine);
#endif
