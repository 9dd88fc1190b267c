/* SPDX-License-Identifier: MIT */
/**
 * ktap.h - --ktap FILE|-: verdicts as KTAP version 1, which test systems of the kernel read
 *
 * A test point is one thing that was judged, in the order in which it was; a block of them may stand inside another (Linux:
 * Documentation/dev-tools/ktap.rst). It is kept until it is whole, as its plan comes first.
 */
#ifndef IOPATH_BENCH_CLI_KTAP_H
#define IOPATH_BENCH_CLI_KTAP_H

#include <stddef.h>
#include <stdio.h>

enum iop_ktap_result {
	IOP_KTAP_OK,
	IOP_KTAP_FAILED,
	IOP_KTAP_SKIPPED, /**< not examined, and nothing is wrong */
	IOP_KTAP_ERROR,	  /**< there is no verdict, because something failed */
	IOP_KTAP_RESULTS
};

/** A block of test points. Without memory it has none, and nothing is written. */
struct iop_ktap {
	char *text;
	size_t size, count[IOP_KTAP_RESULTS];
	FILE *out;
};

void iop_ktap_open(struct iop_ktap *ktap);
void iop_ktap_close(struct iop_ktap *ktap);

/** A line, or several, about the point that comes next. */
void iop_ktap_note(struct iop_ktap *ktap, const char *text);

/** @why says why there is no verdict; else it is NULL. */
void iop_ktap_point(struct iop_ktap *ktap, enum iop_ktap_result result, const char *why, const char *name, ...)
	__attribute__((format(printf, 4, 5)));

/** A point that is what came of all points of @block, which is closed: an error, else a failure, else skipped if all are. */
void iop_ktap_block(struct iop_ktap *ktap, struct iop_ktap *block, const char *name, ...) __attribute__((format(printf, 3, 4)));

/** Writes all of it to @where and closes it. 0, or an exit code after a message of @command's. */
int iop_ktap_put(struct iop_ktap *ktap, const char *command, const char *where);

#endif
