/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <inttypes.h>

static void print_operands(FILE *out, const struct fuzz_call *c)
{
	static const char *const index[] = {"[x]", "[x..y]", "[..y]", "[x..]", "[..]"};

	if (fuzz_op_types(c->op))
		fprintf(out, " v%u", c->a);
	else if (fuzz_op_group(c->op) & FUZZ_MAP)
		fprintf(out, " map%u", c->to);
	else if (c->op >= FUZZ_hold_open && c->op <= FUZZ_hold_use)
		fprintf(out, " hold%u", c->to);
	else if (c->op >= FUZZ_vmap_open && c->op <= FUZZ_vmap_use)
		fprintf(out, " vmap%u", c->to);
	else if (c->op == FUZZ_guard_open)
		fprintf(out, " guarded%u <- hold%u", c->to, c->a);
	else if (c->op > FUZZ_guard_open && c->op <= FUZZ_guard_end)
		fprintf(out, " guarded%u", c->to);
	else
		fprintf(out, " owner%u", c->a);
	switch (c->op) {
	case FUZZ_index:
		fprintf(out, " %s%s x=%#" PRIx64 " y=%#" PRIx64, c->panics ? "or-panic" : "try", index[c->kind], c->x, c->y);
		break;
	case FUZZ_path: fprintf(out, " .ring[%s: %#" PRIx64 "] member %u", c->panics ? "panic" : "try", c->x, c->kind); break;
	case FUZZ_field: fprintf(out, " field %u", c->kind); break;
	case FUZZ_cast: fprintf(out, " to %s", fuzz_type_name(fuzz_cast_type[c->kind])); break;
	case FUZZ_offset_read: fprintf(out, " u%u at %#" PRIx64, c->width * 8u, c->x); break;
	case FUZZ_offset_write:
	case FUZZ_offset_update: fprintf(out, " u%u at %#" PRIx64 " value %#" PRIx64, c->width * 8u, c->x, c->value); break;
	case FUZZ_write:
	case FUZZ_update: fprintf(out, " value %#" PRIx64, c->value); break;
	case FUZZ_move:
		if (c->whole)
			fprintf(out, " <- v%u", c->b);
		else
			fprintf(out, "[%#" PRIx64 "..] <- v%u[%#" PRIx64 "..] %" PRIu64 " bytes", c->x, c->b, c->y, c->n);
		if (c->no_memory)
			fprintf(out, ", no memory");
		break;
	default:
		fprintf(out, " kind %u width %u x=%#" PRIx64 " y=%#" PRIx64 " n=%#" PRIx64 " value %#" PRIx64, c->kind, c->width,
			c->x, c->y, c->n, c->value);
	}
}

static void line(void *context, unsigned step, const struct fuzz_model *m, const struct fuzz_call *c,
		 const struct fuzz_result *want)
{
	FILE *out = context;

	fprintf(out, "%3u  %-14s", step, fuzz_op_name(c->op));
	print_operands(out, c);
	if (want->panic)
		fprintf(out, "  => panic \"%s\"", want->panic);
	else if (want->rc)
		fprintf(out, "  => %d", want->rc);
	else if (want->has_view)
		fprintf(out, "  => v%u = %s %s +%#" PRIx64 " size %" PRIu64, c->to, fuzz_backend_name(want->view.backend),
			fuzz_type_name(want->view.type),
			want->view.backend == FUZZ_CONFIGSPACE ? want->view.addr : want->view.addr - m->arena, want->view.size);
	else
		fprintf(out, "  => %#" PRIx64, want->value);
	fputc('\n', out);
}

void fuzz_explain(FILE *out, const struct fuzz_program *program)
{
	struct fuzz_divergence d;
	char signature[96];

	if (fuzz_run(program, &d, line, out)) {
		fprintf(out, "     library and model agree\n");
		return;
	}
	fuzz_signature(signature, &d);
	fprintf(out, "     diverges at operation %u: %s: %s\n     signature %s\n", d.step, fuzz_divergence_name(d.kind), d.text,
		signature);
}
