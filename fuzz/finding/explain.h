/* SPDX-License-Identifier: MIT */
/**
 * explain.h - programs for people: as text, and as C
 */
#ifndef IOPATH_FUZZ_EXPLAIN_H
#define IOPATH_FUZZ_EXPLAIN_H

#include <engine/machine.h>

#include <stdio.h>

/** Prints what the program does and answers, one line an operation, and the divergence where there is one. */
void fuzz_explain(FILE *out, const struct fuzz_program *program);

/** One operation as text; also says of a number that it is none. */
void fuzz_explain_call(FILE *out, const struct fuzz_call *call);

/**
 * Prints a C program that needs nothing but the library: it does the same, checks each answer, all memory and the accesses
 * against what the model says, and so fails on a faulty library and passes on a right one.
 */
void fuzz_emit(FILE *out, const struct fuzz_program *program, const char *name);

#endif
