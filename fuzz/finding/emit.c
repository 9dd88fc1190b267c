/* SPDX-License-Identifier: MIT */
#include "emit.h"

#include "emit_prelude.h"

#include <engine/machine.h>
#include <model/operation.h>

#include <stdlib.h>
#include <string.h>

static const char *const backends[] = {"MMIO", "RELAXED", "SYSMEM", "IOSYSMAP", "CONFIG", "COHERENT", "MMIO_WITHIN", "WC"};

static void view_type(char text[48], const struct fuzz_view *v)
{
	snprintf(text, 48, "%s_%s", fuzz_backend_name(v->backend), fuzz_emit_types[v->type].name);
}

static void declare(struct fuzz_emitter *e, const struct fuzz_view *v)
{
	char type[48];

	if (e->declared[v->backend][v->type])
		return;
	e->declared[v->backend][v->type] = true;
	view_type(type, v);
	fprintf(e->out, "typedef IOP_%s(%s) %s;\n", backends[v->backend], fuzz_emit_types[v->type].c, type);
}

/* What memory becomes, into want[]. */
static void emit_effects(struct fuzz_emitter *e, const struct fuzz_model *m)
{
	for (size_t i = 0; i < FUZZ_ARENA; i++)
		if (e->memory[i] != m->memory[i]) {
			fprintf(e->body, "\twant[%zu] = %#x;\n", i, m->memory[i]);
			e->memory[i] = m->memory[i];
		}
}

/* The accesses as text, where the operation reports any and the model knows each of them. */
static void emit_trace(struct fuzz_emitter *e, const struct fuzz_model *m)
{
	static const char *const kind[] = {"BR", "LD", "AR", "BW", "ST", "AW", "CP", "RS", "WF"};

	if (m->copies || !fuzz_traced()) {
		fprintf(e->body, "NULL);\n");
		return;
	}
	fprintf(e->body, "\"");
	for (unsigned i = 0; i < m->expectations; i++) {
		const struct fuzz_event *event = &m->expected[i];

		fprintf(e->body, " %s", kind[event->kind]);
		if (event->width || event->kind == FUZZ_EVENT_CP)
			fprintf(e->body, "%u@%" PRIu64, event->width,
				event->source == FUZZ_FROM_CONFIG ? event->addr : event->addr - m->arena);
	}
	fprintf(e->body, "\");\n");
}

static void emit_copies(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_expected_copy *want, unsigned step,
			uint8_t op)
{
	unsigned all = 2u * want->widest - 1;

	fprintf(e->body, "\tcopies(\"operation %u, %s\", %zu, %zu, %zu, %zu, %u, %u, %d, %d, %d);\n", step, fuzz_op_name(op),
		want->loads ? (size_t)(want->load_at - m->arena) : 0, (size_t)want->loads,
		want->stores ? (size_t)(want->store_at - m->arena) : 0, (size_t)want->stores, want->load_set ? want->load_set : all,
		want->store_set ? want->store_set : all, want->fewest, want->whole_first, want->descends);
}

void fuzz_emit_call(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const struct fuzz_operation *operation = fuzz_operation(c->op);

	if (operation)
		operation->emit(e, m, c);
	else
		fprintf(e->out, "#error %u is no operation\n", c->op);
}

static void emit_step(void *context, unsigned step, const struct fuzz_model *m, const struct fuzz_call *c,
		      const struct fuzz_result *want)
{
	struct fuzz_emitter *e = context;
	const struct fuzz_operation *operation = fuzz_operation(c->op);
	struct fuzz_view made = want->view;

	snprintf(e->to, sizeof(e->to), "v%u", step + FUZZ_SLOTS);
	if (operation && operation->makes) {
		/* Or the type that it would have had, on the path that does not return. */
		if (!want->has_view)
			made = operation->makes(c, e->view[c->a]);
		declare(e, &made);
		view_type(e->type, &made);
		fprintf(e->out, "static %s %s;\n", e->type, e->to);
	}
	fprintf(e->out, "\nstatic int step%u(void)\n{\n", step);
	fuzz_emit_call(e, m, c);
	fprintf(e->out, "}\n\n");
	emit_effects(e, m);
	fprintf(e->body, "\texpect(\"operation %u, %s\", step%u, %d, ", step, fuzz_op_name(c->op), step, want->rc);
	if (want->panic)
		fprintf(e->body, "\"%s\", NULL, ", want->panic);
	else
		fprintf(e->body, "NULL, &(uint64_t){UINT64_C(%" PRIu64 ")}, ", want->value);
	emit_trace(e, m);
	if (m->copies && fuzz_traced())
		emit_copies(e, m, &m->copy, step, c->op);
	if (!want->has_view)
		return;
	fprintf(e->body,
		"\tseen(\"operation %u, %s\", iop_addr(%s), iop_size(%s), %s UINT64_C(%" PRIu64 "), UINT64_C(%" PRIu64 "));\n",
		step, fuzz_op_name(c->op), e->to, e->to, want->view.backend == FUZZ_CONFIGSPACE ? "" : "(uintptr_t)arena +",
		want->view.backend == FUZZ_CONFIGSPACE ? want->view.addr : want->view.addr - m->arena, want->view.size);
	if (want->view.backend == FUZZ_COHERENT)
		fprintf(e->body,
			"\tif (iop_coherent_dma(%s) != UINT64_C(%" PRIu64
			"))\n\t\tfail(\"operation %u\", \"wrong DMA address\");\n",
			e->to, want->view.bus, step);
	if (want->view.backend == FUZZ_IOSYSMAP)
		fprintf(e->body, "\tif (iop_iosysmap_tag(%s) != %d)\n\t\tfail(\"operation %u\", \"wrong tag\");\n", e->to,
			want->view.io, step);
	e->view[c->to] = want->view;
	snprintf(e->name[c->to], sizeof(e->name[0]), "%s", e->to);
}

static void emit_owners(struct fuzz_emitter *e, const struct fuzz_model *m)
{
	char type[48];

	for (unsigned i = 0; i < FUZZ_OWNERS; i++) {
		if (!m->view[i].live)
			continue;
		e->view[i] = m->view[i];
		snprintf(e->name[i], sizeof(e->name[0]), "v%u", i);
		declare(e, &m->view[i]);
		view_type(type, &m->view[i]);
		fprintf(e->out, "static %s v%u;\n", type, i);
		if (i == FUZZ_MEMORY)
			fprintf(e->body, "\tv%u.raw = iop_config_handle(&device);\n\tv%u.len[0] = %u;\n", i, i, FUZZ_CONFIG_SIZE);
		else if (m->owner[i].coherent)
			fprintf(e->body,
				"\tlease[%u] = iop_lease_take();\n\tv%u.raw.addr = (uintptr_t)arena + %" PRIu64
				";\n\tv%u.raw.dma = "
				"UINT64_C(%" PRIu64 ");\n\tv%u.len[0] = %" PRIu64 ";\n\tIOP_LEASE_SET(v%u.raw, lease[%u]);\n",
				i, i, m->owner[i].base - m->arena, i, m->bus, i, m->owner[i].size, i, i);
		else
			fprintf(e->body,
				"\tlease[%u] = iop_lease_take();\n\tv%u = iop_region_at(%s, arena + %" PRIu64 ", %" PRIu64 ");\n"
				"\tIOP_LEASE_SET(v%u.raw, lease[%u]);\n",
				i, i, type, m->owner[i].base - m->arena, m->owner[i].size, i, i);
	}
}

static bool has_owners(const struct fuzz_program *program)
{
	for (unsigned i = 0; i < program->count; i++)
		if (fuzz_op_group(program->record[i].op) & FUZZ_OWNER)
			return true;
	return false;
}

void fuzz_emit(FILE *out, const struct fuzz_program *program, const char *name)
{
	struct fuzz_emitter e = {.out = out};
	struct fuzz_divergence d;
	struct fuzz_program nothing = {.layout = program->layout};
	char *body = NULL;
	size_t size = 0;

	e.body = open_memstream(&body, &size);
	if (!e.body)
		return;
	fprintf(out,
		"/*\n * %s: a finding of the fuzzer as a test. It fails on the library that it was found in and passes on a right "
		"one:\n"
		" *	cc -std=gnu11 -O1 -Wall -Werror -DIOP_EVENTS=1 -fno-builtin-memcpy -Icore/include -IBUILD/include\n"
		" *	   this.c core/{base,copy,owner,provider}/... -Wl,--wrap=memcpy -Wl,--wrap=malloc -lpthread\n */\n"
		"#include <stddef.h>\n#include <stdint.h>\n\nenum { CONFIG_AT = %zu, OWNER_AT = %zu, OWNER_SIZE = %d };\n"
		"static _Alignas(64) uint8_t arena[%zu], want[sizeof(arena)];\n\n%s\n%s",
		name, (size_t)FUZZ_CONFIG_AT, FUZZ_OWNER_AT(0) + (program->layout & 1 ? 4 : 0), FUZZ_SMALL, (size_t)FUZZ_ARENA,
		fuzz_emit_prelude, has_owners(program) ? fuzz_emit_prelude_owner : "");
	fuzz_run(&nothing, &d, NULL, NULL);
	memcpy(e.memory, fuzz_the_model()->memory, sizeof(e.memory));
	emit_owners(&e, fuzz_the_model());
	fuzz_run(program, &d, emit_step, &e);
	fclose(e.body);
	fprintf(out,
		"int main(void)\n{\n\tfor (size_t i = 0; i < sizeof(arena); i++)\n"
		"\t\tarena[i] = want[i] = (uint8_t)(i * 167 + (i >> 8) * 29 + 13);\n"
		"\tiop_event_hook = record;\n\tiop_panic_set_hook(leave_panic);\n\tiop_config_device_init(&device, &bus, NULL, "
		"%u);\n%s"
		"\tprintf(\"%%s\\n\", failures ? \"FAILED\" : \"passed\");\n\treturn failures != 0;\n}\n",
		FUZZ_CONFIG_SIZE, body);
	free(body);
}
