/* SPDX-License-Identifier: MIT */
/**
 * explain.h - programs as text
 */
#ifndef IOPATH_FUZZ_EXPLAIN_H
#define IOPATH_FUZZ_EXPLAIN_H

#include <engine/machine.h>

#include <stdio.h>

/** Prints what the program does and answers, one line an operation, and the divergence where there is one. */
void fuzz_explain(FILE *out, const struct fuzz_program *program);

/** One operation as text; also says of a number that it is none. */
void fuzz_explain_call(FILE *out, const struct fuzz_call *call);

#endif
