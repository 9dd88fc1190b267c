/* SPDX-License-Identifier: MIT */
/**
 * expect.h - the accesses of a module's operations as text, which people review and keep beside the source
 *
 *	operation post, window 8192, 16 calls
 *	  write 8 at 0x0, varies
 *	  write 8 at 0x8 = 0x40
 *	  read 4 at 0x100
 *
 * A value that differs between calls or processes, or may be an address, varies, and any other is as good. Where the accesses of calls
 * differ, each has a section ("call 2 of 16"), and values are those of this call. Lines that begin with # are left alone by a comparison.
 * Earlier versions wrote "operation post, window 8192" with or without ", call 2", of the first three calls and without values; of such
 * a section no more is compared.
 */
#ifndef IOPATH_BENCH_CLI_EXPECT_H
#define IOPATH_BENCH_CLI_EXPECT_H

#include <judge/path.h>

#include <stdio.h>

/** Writes what an operation did. */
void iop_expect_write(FILE *out, const char *name, size_t window, const struct iop_path_report *report);

/** What an operation did as text, for a comparison with @expected (iop_expect_of(), or NULL). Freed by the caller; NULL: no memory. */
char *iop_expect_seen(const char *expected, const char *name, size_t window, const struct iop_path_report *report);

/** Whether the text @seen is as @expected. */
bool iop_expect_equal(const char *expected, const char *seen);

/** Reads a file. NULL if there is none, with @err a negative errno; -EBADMSG: it is another file. Freed by the caller. */
char *iop_expect_read(const char *path, int *err);
/** @err in words. */
const char *iop_expect_why(int err);

/** The sections of operation @name of a file's text; NULL if it has none. Freed by the caller. */
char *iop_expect_of(const char *text, const char *name);

/** The name of the first operation of a file's text that @is_known does not know, or NULL. Freed by the caller. */
char *iop_expect_unknown(const char *text, bool (*is_known)(void *user, const char *name), void *user);

/** Prints the lines of which only one has: '-' before those of @expected, '+' before those of @seen. */
void iop_expect_difference(FILE *out, const char *expected, const char *seen);

#endif
