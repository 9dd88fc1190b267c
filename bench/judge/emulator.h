/* SPDX-License-Identifier: MIT */
/**
 * emulator.h - what judging under an emulator needs: qemu-user, its plugin, and the runner
 *
 * The plugin and the runner (runner/runner.c) are compiled when they are first needed, by the host's compiler and by the cross
 * compiler, from sources that this program carries, into $XDG_CACHE_HOME/iopath or ~/.cache/iopath. The folder there is named after
 * the sources, so that a new version compiles its own.
 */
#ifndef IOPATH_BENCH_JUDGE_EMULATOR_H
#define IOPATH_BENCH_JUDGE_EMULATOR_H

#include "machine.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct iop_emulator {
	const struct iop_machine *machine;
	char program[PATH_MAX];
	char folder[PATH_MAX]; /**< in the cache */
	char plugin[PATH_MAX], runner[PATH_MAX];
};

/** Finds and compiles all of it. False after @why has become a line: what to install, or what a compiler said. */
bool iop_emulator_open(struct iop_emulator *emulator, const struct iop_machine *machine, char *why, size_t size);

/** Links the object file @object into the shared object @into, which is set. False after @why has become a line. */
bool iop_emulator_link(const struct iop_emulator *emulator, const char *object, char into[PATH_MAX], char *why, size_t size);

#endif
