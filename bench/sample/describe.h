/* SPDX-License-Identifier: MIT */
/**
 * describe.h - what modules have, from processes that loaded them
 *
 * Loading a module runs its code, which may crash, hang or lie. Each is loaded by a process of its own (worker.h) that says in lines
 * what it found; what is kept here are copies, and of functions nothing.
 */
#ifndef IOPATH_BENCH_SAMPLE_DESCRIBE_H
#define IOPATH_BENCH_SAMPLE_DESCRIBE_H

#include "launch.h"

#include <cells/module.h>
#include <host/file.h>

#include <stdbool.h>
#include <stddef.h>

/** What a module registers (iopath/cells.h). */
struct iop_described_entry {
	const char *name, *symbol;
	const char *tier; /**< claimed of a copy; NULL: none */
	unsigned kind, width, widths, unit;
	bool relaxed, only_checked;
	size_t window;
};

/** One module. */
struct iop_described {
	const char *path;	       /**< as the user named it */
	const char *name;	       /**< that it gives itself, or NULL */
	unsigned abi;		       /**< of what it registers; of one without a name, of its cells */
	char build[IOP_FILE_HASH + 1]; /**< what tells it from other builds of the module */
	struct iop_cells_module cells; /**< without functions */
	struct iop_described_entry *entry;
	size_t entries;
	/* Of several modules. */
	size_t first, count; /**< its cells among all */
	bool own;	     /**< libiopath-cells.so of this build */
};

/** Describes @path. 0, or an exit code after a line that names @path and the reason, and nothing to free. */
int iop_describe(struct iop_described *module, const char *command, const char *path);
void iop_described_free(struct iop_described *module);

/** Several modules, one table of cells. */
struct iop_modules {
	struct iop_cells_module all;
	struct iop_described part[IOP_LAUNCHER_MODULES];
	const char *path[IOP_LAUNCHER_MODULES]; /**< of the parts */
	size_t parts;
	char *own_path;
	bool refused; /**< some could not be used, after a line each: exit code IOP_EXIT_USAGE, whatever comes of the others */
};

/**
 * Describes the module of this build, unless @alone, and @paths, in this order; the first to have a control cell keeps it. What cannot be
 * used is left out after a line each. 0, or an exit code after a message: nothing can be used.
 */
int iop_modules_open(struct iop_modules *modules, const char *command, const char *const *paths, size_t count, bool alone);

void iop_modules_close(struct iop_modules *modules);

/** The module that has @cell. */
const struct iop_described *iop_modules_of(const struct iop_modules *modules, const struct iop_cell *cell);

#endif
