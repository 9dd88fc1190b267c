/* SPDX-License-Identifier: MIT */
/**
 * execution.h - what the file of an operation offers on the side of the library
 */
#ifndef IOPATH_FUZZ_EXECUTION_H
#define IOPATH_FUZZ_EXECUTION_H

#include <program/program.h>

struct fuzz_execution {
	/* Carries it out: returns the code, and what else it answers in *result. */
	int (*run)(const struct fuzz_call *c, struct fuzz_result *result);
	/* Puts what belongs to it alone into the state in which programs start; NULL: there is nothing. */
	void (*start)(void);
};

#define FUZZ_EXECUTION(name, run_, ...) const struct fuzz_execution fuzz_execution_##name = {.run = (run_), __VA_ARGS__}

#define FUZZ_OP_DECLARE(number, name, ...) extern const struct fuzz_execution fuzz_execution_##name;
FUZZ_OPS(FUZZ_OP_DECLARE)
#undef FUZZ_OP_DECLARE

#endif
