/* SPDX-License-Identifier: MIT */
/* A number that is no operation is refused by all that are asked about it; each of the others is known to all of them. */
#include <engine/machine.h>
#include <engine/operands.h>
#include <executor/executor.h>
#include <finding/emit.h>
#include <finding/explain.h>
#include <model/operation.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>

static int failures;
#define CHECK(x) ((x) ? (void)0 : (void)(failures++, printf("%s:%d: operation %u: %s\n", __FILE__, __LINE__, op, #x)))

/* What was printed since the last time. */
static const char *printed(FILE *out, char **text)
{
	fflush(out);
	rewind(out);
	return *text;
}

static void check_none(uint8_t op)
{
	struct fuzz_call call = {.op = op}, resolved;
	struct fuzz_record record = {.op = op};
	struct fuzz_result core, want;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);
	struct fuzz_emitter *emitter = calloc(1, sizeof(*emitter));
	struct fuzz_model *model = aligned_alloc(_Alignof(struct fuzz_model), sizeof(*model));

	memcpy(model, fuzz_the_model(), sizeof(*model));
	CHECK(!fuzz_operation(op));
	CHECK(!fuzz_resolve(&resolved, &record, model));
	fuzz_model_run(model, &call, &want);
	CHECK(want.rc == -ENOSYS);
	fuzz_executor_run(&call, &core);
	CHECK(core.rc == -ENOSYS);
	fuzz_explain_call(out, &call);
	CHECK(strstr(printed(out, &text), "is no operation"));
	emitter->out = out;
	fuzz_emit_call(emitter, model, &call);
	CHECK(strncmp(printed(out, &text), "#error", 6) == 0);
	fclose(out);
	free(text);
	free(emitter);
	free(model);
}

static void check_operation(uint8_t op)
{
	const struct fuzz_operation *operation = fuzz_operation(op);

	CHECK(operation && operation->resolve && operation->model && operation->explain && operation->emit);
	CHECK(strcmp(fuzz_op_name(op), "nothing") != 0);
}

int main(void)
{
	struct fuzz_program nothing = {.count = 0};
	struct fuzz_divergence d;
	unsigned none = 0;

	fuzz_run(&nothing, &d, NULL, NULL);
	for (unsigned op = 0; op < 256; op++) {
		none += !fuzz_op_group((uint8_t)op);
		if (fuzz_op_group((uint8_t)op))
			check_operation((uint8_t)op);
		else
			check_none((uint8_t)op);
	}
	printf("%u numbers are none\n", none);
	return failures || !none;
}
