/* SPDX-License-Identifier: MIT */
/**
 * verdicts.h - what 'iopath check' found of a module's lines, for commands that show them
 *
 * Kept in $XDG_CACHE_HOME/iopath/verdicts (~/.cache/iopath/verdicts), in a file for each content of a module, so that a module that
 * was built anew has none. It is a cache: what is lost is found again by a check, and what cannot be read is as if it were not there.
 */
#ifndef IOPATH_BENCH_HOST_VERDICTS_H
#define IOPATH_BENCH_HOST_VERDICTS_H

#include "file.h"

#include <stdio.h>

struct iop_verdicts {
	char *text; /**< of the file */
	size_t size;
	FILE *out; /**< where more is added, while they are written */
};

/** What was found of one line. */
struct iop_line_verdict {
	bool as_claimed;
	const char *tier; /**< of a copy, the strictest mapping that it is legal for; NULL: none, or no copy */
	unsigned widths;  /**< of its accesses, ORed; 0: not known */
};

/** Begins with none. */
void iop_verdicts_begin(struct iop_verdicts *verdicts);
void iop_verdicts_add(struct iop_verdicts *verdicts, const char *op, const char *name, const struct iop_line_verdict *verdict);
/** Keeps them as those of the module with this hash (iop_file_hash()), in place of earlier ones, and frees them. */
void iop_verdicts_keep(struct iop_verdicts *verdicts, const char *hash);

/** Those of the module with this hash; none if there are not any. */
void iop_verdicts_read(struct iop_verdicts *verdicts, const char *hash);
/** Whether there is one of this line. */
bool iop_verdicts_find(const struct iop_verdicts *verdicts, const char *op, const char *name, struct iop_line_verdict *verdict);
void iop_verdicts_free(struct iop_verdicts *verdicts);

#endif
