/* SPDX-License-Identifier: MIT */
/** emit_operation.h - one operation of a program as C: the body of a function that carries it out */
#ifndef FUZZ_EMIT_OPERATION_H
#define FUZZ_EMIT_OPERATION_H

#include <engine/machine.h>

#include <stdio.h>

/* A test in the making. */
struct emitter {
	FILE *out;
	FILE *body; /* of main() */
	uint8_t memory[FUZZ_ARENA];
	struct fuzz_view view[FUZZ_SLOTS];
	char name[FUZZ_SLOTS][12];
	bool declared[FUZZ_BACKENDS][FUZZ_TYPES];
};

/** The types of views, as C has them and as names are made of them. */
struct fuzz_emit_type {
	const char *c, *name;
};
extern const struct fuzz_emit_type fuzz_emit_types[FUZZ_TYPES];

/** Whether an operation makes a view; then @to is what it is kept in, and @type the type of that. */
bool fuzz_emit_makes(uint8_t op);

/** Prints the body of the function for @c. */
void fuzz_emit_operation(struct emitter *e, const struct fuzz_model *m, const struct fuzz_call *c, const char *to,
			 const char *type);

/** The same of an operation on an owner of a mapping, of a vmap, or of what can be taken away; emit_owner.c. */
void fuzz_emit_owner(FILE *out, const struct fuzz_model *m, const struct fuzz_call *c);

#endif
