/* SPDX-License-Identifier: MIT */
/**
 * emit.h - programs as C
 */
#ifndef IOPATH_FUZZ_EMIT_H
#define IOPATH_FUZZ_EMIT_H

#include "emitter.h"

#include <model/model.h>

/**
 * Prints a C program that needs nothing but the library: it does the same, checks each answer, all memory and the accesses
 * against what the model says, and so fails on a faulty library and passes on a right one.
 */
void fuzz_emit(FILE *out, const struct fuzz_program *program, const char *name);

/** The body of the function of one operation; what is none does not compile. */
void fuzz_emit_call(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c);

#endif
