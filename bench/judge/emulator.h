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

#include "child.h"
#include "machine.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

struct iop_emulator {
	const struct iop_machine *machine;
	char program[PATH_MAX];
	char folder[PATH_MAX]; /**< in the cache */
	char plugin[PATH_MAX], runner[PATH_MAX];
	char module_runner[PATH_MAX]; /**< of iop_emulator_module_runner() */
};

/** Finds and compiles all of it. False after @why has become a line: what to install, or what a compiler said. */
bool iop_emulator_open(struct iop_emulator *emulator, const struct iop_machine *machine, char *why, size_t size);

/** Compiles what runs a module's other paths (module_emulated.h), too. False after @why has become a line. */
bool iop_emulator_module_runner(struct iop_emulator *emulator, char *why, size_t size);

/** A module that is to be compiled. */
struct iop_module_source {
	const char *const *file; /**< ends with NULL */
	const char *const *flag; /**< for the compiler, ends with NULL */
};

/**
 * Compiles a module into the shared object @into, with the header that this program was built with where the flags lead to no other.
 * False after @why has become a line: what to install, or what the compiler said first.
 */
bool iop_emulator_build(const struct iop_emulator *emulator, const struct iop_module_source *source, const char *into, char *why,
			size_t size);

/**
 * In a child: becomes the emulator with @program of its folder and @arguments, which end with NULL, before which are those of the
 * seat: its shared memory and its event files. It may map @memory bytes beside its own. Returns only if that failed.
 */
void iop_emulator_become(const struct iop_emulator *emulator, const char *program, const char *const *arguments,
			 const struct iop_child_seat *seat, size_t memory);

/** Links the object file @object into the shared object @into, which is set. False after @why has become a line. */
bool iop_emulator_link(const struct iop_emulator *emulator, const char *object, char into[PATH_MAX], char *why, size_t size);

#endif
