/* SPDX-License-Identifier: MIT */
/**
 * module_emulated.h - modules of another architecture: what they register, and their paths
 *
 * A child becomes the emulator with runner/module_runner.c in it, which loads the module. What that does to it is the child's affair.
 */
#ifndef IOPATH_BENCH_JUDGE_MODULE_EMULATED_H
#define IOPATH_BENCH_JUDGE_MODULE_EMULATED_H

#include "emulator.h"
#include "module_table.h"
#include "path.h"

/** Reads what @module registers. False after @why has become a line. */
bool iop_module_table_read(const struct iop_emulator *emulator, const char *module, const struct iop_child_limits *limits,
			   struct iop_module_table *table, char *why, size_t size);

/** A child's body (path.c): judges the struct iop_path @arg, whose emulator is not NULL. */
void iop_module_serve_emulated(const struct iop_child_seat *seat, void *arg);

#endif
