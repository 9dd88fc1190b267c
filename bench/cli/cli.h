/* SPDX-License-Identifier: MIT */
/**
 * cli.h - what the subcommands of iopath share
 *
 * One file a subcommand, one line in main.c's table. Errors are one line on stderr, "iopath: WHAT: WHY (WHAT TO DO)"; results go
 * to stdout; exit codes mean the same everywhere.
 */
#ifndef IOPATH_BENCH_CLI_H
#define IOPATH_BENCH_CLI_H

#include <cells/module.h>

#include <regex.h>
#include <stdbool.h>

enum iop_exit {
	IOP_EXIT_CLEAN = 0,
	IOP_EXIT_FINDING = 1,
	IOP_EXIT_USAGE = 2, /**< bad use, or an error */
	IOP_EXIT_UNFIT = 3,
	IOP_EXIT_NOTHING = 4,
	IOP_EXIT_INTERRUPTED = 130,
};

/** Subcommands: argv[0] is the subcommand's name; returns an exit code. */
int iop_cmd_list(int argc, char **argv);
int iop_cmd_bench(int argc, char **argv);
int iop_cmd_trace(int argc, char **argv);
int iop_cmd_config(int argc, char **argv);
int iop_cmd_replay(int argc, char **argv);
int iop_cmd_compare(int argc, char **argv);
int iop_cmd_history(int argc, char **argv);
int iop_cmd_export(int argc, char **argv);
int iop_cmd_import(int argc, char **argv);
int iop_cmd_gate(int argc, char **argv);
int iop_cmd_aa(int argc, char **argv);
int iop_cmd_selftest(int argc, char **argv);
int iop_cmd_report(int argc, char **argv);

/** Prints "iopath: WHAT: WHY (TO DO)"; @todo may be NULL. Returns IOP_EXIT_USAGE. */
int iop_fail(const char *what, const char *todo, const char *why, ...) __attribute__((format(printf, 3, 4)));

/** Whether @fd is a terminal that wants colour (NO_COLOR, TERM=dumb). */
bool iop_wants_colour(int fd);

/**
 * Loads a module of cells: @path, or libiopath-cells.so beside this program, or where it is installed. NULL after an error message.
 * Modules stay loaded.
 */
const struct iop_cells_module *iop_module_load(const char *path);

/** Cell @i of a module, by its stride. */
const struct iop_cell *iop_module_cell(const struct iop_cells_module *module, size_t i);

/** The cell called @name, or NULL. */
const struct iop_cell *iop_module_find(const struct iop_cells_module *module, const char *name);

/** A choice of cells, in the module's order. */
struct iop_selection {
	const struct iop_cell **cells;
	size_t count;
};

/**
 * Chooses the cells whose names match the extended regular expression @filter (NULL: all) and whose flags hold all of @with and
 * none of @without. Nothing found, or a filter that is no expression, is an error message, with names that are near, and
 * IOP_EXIT_USAGE; else 0.
 */
int iop_select(struct iop_selection *selection, const struct iop_cells_module *module, const char *what, const char *filter,
	       uint32_t with, uint32_t without);

/** Adds a cell unless it is chosen already. 0 or -ENOMEM. */
int iop_select_also(struct iop_selection *selection, const struct iop_cell *cell);

#endif
