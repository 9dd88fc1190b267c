/* SPDX-License-Identifier: MIT */
/**
 * fail.h - how every command fails: one line on stderr, and an exit code that means the same everywhere
 */
#ifndef IOPATH_BENCH_HOST_FAIL_H
#define IOPATH_BENCH_HOST_FAIL_H

#include <stdbool.h>

enum iop_exit {
	IOP_EXIT_CLEAN = 0,
	IOP_EXIT_FINDING = 1,
	IOP_EXIT_USAGE = 2, /**< bad use, or an error */
	IOP_EXIT_UNFIT = 3,
	IOP_EXIT_NOTHING = 4,
	IOP_EXIT_INTERRUPTED = 130,
};

/** The command that runs, as it was called: for messages of code that several commands share. main() sets it. */
extern const char *iop_command;

/** Prints "iopath: WHAT: WHY (TO DO)"; @todo may be NULL. Returns IOP_EXIT_USAGE. */
int iop_fail(const char *what, const char *todo, const char *why, ...) __attribute__((format(printf, 3, 4)));

/** What the last call printed as WHY; "" before the first. For reports that have it as well. */
const char *iop_fail_why(void);

/** Whether @fd is a terminal that wants colour (NO_COLOR, TERM=dumb). */
bool iop_wants_colour(int fd);

#endif
