/* SPDX-License-Identifier: MIT */
#include "explain.h"

#include <model/operation.h>

#include <inttypes.h>

void fuzz_explain_call(FILE *out, const struct fuzz_call *c)
{
	const struct fuzz_operation *operation = fuzz_operation(c->op);

	fprintf(out, "%-14s", fuzz_op_name(c->op));
	if (operation)
		operation->explain(out, c);
	else
		fprintf(out, " %u is no operation", c->op);
}

static void line(void *context, unsigned step, const struct fuzz_model *m, const struct fuzz_call *c,
		 const struct fuzz_result *want)
{
	FILE *out = context;

	fprintf(out, "%3u  ", step);
	fuzz_explain_call(out, c);
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
