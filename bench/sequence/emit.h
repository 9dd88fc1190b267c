/* SPDX-License-Identifier: MIT */
/**
 * emit.h - a finding as a program in C
 *
 * It includes headers of libc only, loads the user's module, makes the calls and exits with 1 where something is wrong. It has a
 * model and a watcher of accesses of its own (finding/), so that it says the same without iopath.
 */
#ifndef IOPATH_BENCH_SEQUENCE_EMIT_H
#define IOPATH_BENCH_SEQUENCE_EMIT_H

#include "run.h"

/** @name: of the file, without its suffix. */
void iop_sequence_emit(FILE *out, const char *name, const struct iop_sequence_module *module, const struct iop_sequence_list *list,
		       const struct iop_sequence_failure *failure);

#endif
