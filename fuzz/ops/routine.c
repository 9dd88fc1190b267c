/* SPDX-License-Identifier: MIT */
/* The library's copy routines, called by themselves. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static void model_routine(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	uint64_t io = m->owner[c->a].base + c->x;

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
	default: fuzz_model_bytes(m, io, m->owner[c->a].base + c->y, c->n);
	}
}

static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t size, room;

	c->a = r->a % FUZZ_MEMORY;
	c->b = r->b;
	c->kind = r->choice % FUZZ_ROUTINE_KINDS;
	size = m->owner[c->a].size;
	c->x = fuzz_at_most(fuzz_number(r->x, size, 8), size);
	c->y = fuzz_at_most(fuzz_number(r->y, size, 8), size);
	room = size - (c->kind == FUZZ_MOVEIO && c->y > c->x ? c->y : c->x);
	c->n = fuzz_length(r, room);
	if (c->kind != FUZZ_MOVEIO)
		c->y = fuzz_at_most(c->y, FUZZ_RAM - c->n);
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const what[FUZZ_ROUTINE_KINDS] = {"toio", "fromio", "set", "move"};

	fprintf(out, " owner%u %s of routine %u: x=%#" PRIx64 " y=%#" PRIx64 " n=%#" PRIx64 " value %#" PRIx64, c->a, what[c->kind],
		c->b, c->x, c->y, c->n, c->value);
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	size_t ram = FUZZ_RAM_AT + (size_t)c->y, io = (size_t)(m->owner[c->a].base - m->arena + c->x);
	FILE *o = e->out;

	fprintf(o,
		"\tunsigned count = 0, first = %u;\n\tconst struct iop_routine *r = NULL;\n\n\twhile "
		"(iop_routines[count])\n\t\tcount++;\n"
		"\tdo\n\t\tr = iop_routines[first++ %% count];\n\twhile (r->supported && !r->supported());\n",
		c->b);
	if (c->kind == FUZZ_TOIO)
		fprintf(o, "\t(r->toio ? r->toio : iop_routines[0]->toio)(arena + %zu, arena + %zu, %" PRIu64 ");\n", io, ram,
			c->n);
	else if (c->kind == FUZZ_FROMIO)
		fprintf(o, "\t(r->fromio ? r->fromio : iop_routines[0]->fromio)(arena + %zu, arena + %zu, %" PRIu64 ");\n", ram, io,
			c->n);
	else if (c->kind == FUZZ_SETIO)
		fprintf(o, "\t(r->set ? r->set : iop_routines[0]->set)(arena + %zu, %d, %" PRIu64 ");\n", io,
			(int)(c->value & 0x7fffffff), c->n);
	else
		fprintf(o, "\tr->move(arena + %zu, arena + %zu, %" PRIu64 ");\n", io, (size_t)(io - c->x + c->y), c->n);
	fprintf(o, "\treturn 0;\n");
}

FUZZ_OPERATION(routine, resolve, model_routine, explain, emit);

#else
#include <executor/world.h>

#include <iopath/routine.h>

/* Routines that this CPU can run, in turn. */
static const struct iop_routine *routine_of(unsigned number)
{
	unsigned count = 0;

	for (unsigned i = 0; iop_routines[i]; i++)
		count++;
	for (unsigned i = 0; i < count; i++) {
		const struct iop_routine *routine = iop_routines[(number + i) % count];

		if (!routine->supported || routine->supported())
			return routine;
	}
	return iop_routines[0];
}

static int routine(const struct fuzz_call *c, struct fuzz_result *result)
{
	const struct iop_routine *r = routine_of(c->b);
	uint8_t *io = fuzz_owner_base[c->a] + c->x, *ram = fuzz_ram(c->y);

	(void)result;
	fuzz_progress.traces = IOP_EVENTS && r->tier == IOP_STRICT && c->kind != FUZZ_MOVEIO;
	switch (c->kind) {
	case FUZZ_TOIO: (r->toio ? r->toio : iop_routines[0]->toio)(io, ram, c->n); break;
	case FUZZ_FROMIO: (r->fromio ? r->fromio : iop_routines[0]->fromio)(ram, io, c->n); break;
	case FUZZ_SETIO: (r->set ? r->set : iop_routines[0]->set)(io, (int)(c->value & 0x7fffffff), c->n); break;
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
