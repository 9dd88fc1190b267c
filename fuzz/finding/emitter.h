/* SPDX-License-Identifier: MIT */
/**
 * emitter.h - programs as text and as C: what the operations' files need for their part of it
 */
#ifndef IOPATH_FUZZ_EMITTER_H
#define IOPATH_FUZZ_EMITTER_H

#include <program/program.h>

#include <inttypes.h>
#include <stdio.h>

/* A C test in the making. */
struct fuzz_emitter {
	FILE *out;  /* functions, one an operation */
	FILE *body; /* of main() */
	uint8_t memory[FUZZ_ARENA];
	struct fuzz_view view[FUZZ_SLOTS]; /* before the operation */
	char name[FUZZ_SLOTS][12];
	bool declared[FUZZ_BACKENDS][FUZZ_TYPES];
	char to[12], type[48]; /* where the operation keeps the view that it makes, and what its type is called */
};

/** The types of views, as C has them and as names are made of them. */
struct fuzz_emit_type {
	const char *c, *name;
};
extern const struct fuzz_emit_type fuzz_emit_types[FUZZ_TYPES];

/** The body of an operation that makes a view: of the expression that @format says. */
void fuzz_emit_made(struct fuzz_emitter *e, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** All operands of an operation, by their names here: for those that have no better way to put it. */
void fuzz_explain_operands(FILE *out, const struct fuzz_call *c);

#endif
