/* SPDX-License-Identifier: MIT */
/**
 * declared.h - the registers that a C or C++ file declares with IOP_REGISTER
 *
 * The compiler says where they are: nothing of a declaration is in a program, and only the compiler knows what its expressions come
 * to. It is asked twice: which declarations the preprocessor meets, then their constants. CC or CXX, and CPPFLAGS, as make(1) has them.
 */
#ifndef IOPATH_BENCH_RECORD_DECLARED_H
#define IOPATH_BENCH_RECORD_DECLARED_H

#include "names.h"

/** Whether @path is called as a C or C++ file is. */
bool iop_declared_is_source(const char *path);
/** Those of @path; what iop_names_read() returns. Registers relative to a base that a use names are left out. */
int iop_declared_read(struct iop_names *names, const char *path);

#endif
