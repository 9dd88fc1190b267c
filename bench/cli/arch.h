/* SPDX-License-Identifier: MIT */
/**
 * arch.h - a module's source on every architecture: what was asked for, what was built, and a line for each entry
 */
#ifndef IOPATH_BENCH_CLI_ARCH_H
#define IOPATH_BENCH_CLI_ARCH_H

#include "check_entry.h"

#include <figures/estimate.h>
#include <host/accesses.h>
#include <judge/module_emulated.h>

#include <limits.h>
#include <regex.h>

#define IOP_ARCH_SOURCES 64
#define IOP_ARCH_FLAGS	 64 /* times that --cflags is given */
#define IOP_ARCH_COUNTS	 4  /* sizes of copies that are counted */

/** As given. */
struct iop_arch_options {
	const char *source[IOP_ARCH_SOURCES + 1]; /**< ends with NULL */
	size_t sources;
	const char *flags[IOP_ARCH_FLAGS];
	size_t flag_texts;
	const char *archs; /**< a list, or NULL: all */
	const char *filter, *expect, *keep, *json;
	regex_t wanted;
	char expect_path[PATH_MAX]; /**< of the file that is looked for */
	char *expected;		    /**< its text, or NULL */
	struct iop_child_limits limits;
};

enum iop_arch_state {
	IOP_ARCH_EXAMINED,
	IOP_ARCH_NO_TOOLS, /**< nothing is wrong, and nothing is known */
	IOP_ARCH_FAILED,   /**< the module does not compile, or cannot be loaded */
};

/** One architecture. */
struct iop_arch {
	const struct iop_machine *machine;
	enum iop_arch_state state;
	char why[600];
	struct iop_emulator emulator;
	char object[PATH_MAX], shown[PATH_MAX];
	struct iop_module_table *table;
};

/** An entry of the module on an architecture. */
struct iop_arch_row {
	const struct iop_arch *arch;
	const struct iop_module_entry *entry;
	struct iop_checked checked;
	struct iop_arch_count {
		size_t bytes; /**< of an operation 0 */
		struct iop_accesses accesses;
		uint64_t instructions;
	} count[IOP_ARCH_COUNTS];
	size_t counts;
	struct iop_estimates estimates; /**< of the first count */
	char *seen;			/**< of an operation, its accesses as text (expect.h), or NULL */
};

/** All of it. */
struct iop_arch_result {
	struct iop_arch *arch;
	size_t archs;
	struct iop_arch_row *row;
	size_t rows;
	const char *folder;    /**< for files of this process */
	char no_estimates[80]; /**< why there are none, or "" */
};

/** Compiles the module and reads its table; the state says whether that was possible. */
void iop_arch_build(struct iop_arch *arch, const struct iop_arch_options *options, const char *folder);

/** Judges one entry, counts, and estimates. Of an operation that is legal, says where it does not do what @first does. */
void iop_arch_judge(struct iop_arch_row *row, const struct iop_arch_options *options, const char *folder,
		    const struct iop_arch_row *first);

/** The table. */
void iop_arch_print(const struct iop_arch_result *result, const struct iop_arch_options *options);
/** 0, or an exit code after a message. */
int iop_arch_json(const struct iop_arch_result *result, const struct iop_arch_options *options);

#endif
