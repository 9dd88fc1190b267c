/* SPDX-License-Identifier: MIT */
/**
 * expect.h - the accesses of a module's operations as text, which people review and keep beside the source
 *
 *	operation post, window 8192
 *	  write 8 at 0x0
 *	  read 4 at 0x100
 *
 * Where the first three calls differ, each has a section. Lines that begin with # are left alone by a comparison.
 */
#ifndef IOPATH_BENCH_CLI_EXPECT_H
#define IOPATH_BENCH_CLI_EXPECT_H

#include <judge/path.h>

#include <stdio.h>

/** Writes what an operation did. */
void iop_expect_write(FILE *out, const char *name, size_t window, const struct iop_path_report *report);

/** Reads a file. NULL if there is none, with @err a negative errno. Freed by the caller. */
char *iop_expect_read(const char *path, int *err);

/** The sections of operation @name of a file's text; NULL if it has none. Freed by the caller. */
char *iop_expect_of(const char *text, const char *name);

/** The name of the first operation of a file's text that @is_known does not know, or NULL. Freed by the caller. */
char *iop_expect_unknown(const char *text, bool (*is_known)(void *user, const char *name), void *user);

/** Prints the lines of which only one has: '-' before those of @expected, '+' before those of @seen. */
void iop_expect_difference(FILE *out, const char *expected, const char *seen);

#endif
