/* SPDX-License-Identifier: MIT */
/**
 * operation.h - what the file of an operation offers, and how everybody gets at it
 *
 * ops/NAME.c is compiled twice. With FUZZ_MODEL_SIDE it says what should happen: then no header of the library is to be found. Without,
 * it carries the operation out with the library (executor/execution.h).
 */
#ifndef IOPATH_FUZZ_OPERATION_H
#define IOPATH_FUZZ_OPERATION_H

#include "model.h"

#include <stdio.h>

struct fuzz_emitter;

struct fuzz_operation {
	/* Decides the operands, so that no rule is broken that the library leaves to its callers; views are found before. False: it cannot
	 * be done now. */
	bool (*resolve)(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m);
	/* What should happen, said naively. */
	void (*model)(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r);
	/* Its operands as text. */
	void (*explain)(FILE *out, const struct fuzz_call *c);
	/* The body of a C function that does it. */
	void (*emit)(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c);

	/* The type and backend of the view that it makes of @from when it does; NULL: it makes none. */
	struct fuzz_view (*makes)(const struct fuzz_call *c, struct fuzz_view from);
	/* The call of it that drops something that a program left open; NULL: it drops nothing. */
	bool (*left_open)(const struct fuzz_model *m, struct fuzz_call *c);
	/* The operation that makes what it needs, done in its place where it cannot be done; 0: found by its types. */
	uint8_t instead;
};

#define FUZZ_OPERATION(name, resolve_, model_, explain_, emit_, ...) \
	const struct fuzz_operation fuzz_operation_##name = {        \
		.resolve = (resolve_), .model = (model_), .explain = (explain_), .emit = (emit_), __VA_ARGS__}

#define FUZZ_OP_DECLARE(number, name, ...) extern const struct fuzz_operation fuzz_operation_##name;
FUZZ_OPS(FUZZ_OP_DECLARE)
#undef FUZZ_OP_DECLARE

/** The operation of a number; NULL: there is none. */
const struct fuzz_operation *fuzz_operation(uint8_t op);

/** Says what an operation should do; of a number that is none, -ENOSYS. */
void fuzz_model_run(struct fuzz_model *model, const struct fuzz_call *call, struct fuzz_result *result);

/** The next operation that drops what a program left open, a thing at a time; false: nothing is. */
bool fuzz_left_open(const struct fuzz_model *model, struct fuzz_call *call);

#endif
