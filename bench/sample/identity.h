/* SPDX-License-Identifier: MIT */
/**
 * identity.h - is it the same code on both sides?
 *
 * Moving a function by a few bytes changes its time by up to 84 %, so unchanged cells must never be reported. The code of a cell
 * is everything that can be reached from its batch, prepare and setup functions and from its family: by calls and jumps, by
 * addresses taken, through pointers in data, and by the module's constructors. It is hashed in a form that does not depend on
 * where things lie: padding that nothing runs left out, branch targets by their number in the function, other functions and
 * objects by the order in which they are met, imports by the place in the library that they lead to. What cannot be followed
 * makes the answer "unknown", which counts as changed. Equal hashes mean equal code in other processes and on other days, too,
 * while the libraries are the same.
 *
 * The modules must be loaded in this process and no cell run yet. x86-64 with Zydis; elsewhere every answer is "unknown".
 */
#ifndef IOPATH_BENCH_SAMPLE_IDENTITY_H
#define IOPATH_BENCH_SAMPLE_IDENTITY_H

#include <cells/module.h>

#include <stdbool.h>

struct iop_code;

struct iop_code_hash {
	uint64_t word[2];
};

/** The code of a loaded module; @path is the file it was loaded from. NULL without symbols, or on allocation failure. */
struct iop_code *iop_code_open(const char *path, const struct iop_cells_module *module);
void iop_code_close(struct iop_code *code);

/** False: unknown. */
bool iop_code_hash(struct iop_code *code, const struct iop_cell *cell, struct iop_code_hash *hash);

/** True if two cells, each with its code, are known to run the same instructions, whatever they are called. */
bool iop_code_same_operation(struct iop_code *code_a, const struct iop_cell *a, struct iop_code *code_b, const struct iop_cell *b);

#endif
