/* SPDX-License-Identifier: MIT */
/**
 * record_start.h - one program, recorded
 */
#ifndef IOPATH_BENCH_CLI_RECORD_START_H
#define IOPATH_BENCH_CLI_RECORD_START_H

#include <limits.h>
#include <stdint.h>

struct iop_record {
	char **words;		/**< the program and its arguments, as execvp() takes them */
	const char *out;	/**< NULL: named after the program, where no file is */
	uint64_t limit;		/**< accesses */
	char devices[PATH_MAX]; /**< patterns, a line each */
};

/** Runs it and says on stderr what was recorded. An exit code: the program's, where all went well. */
int iop_record_run(const struct iop_record *record);

#endif
