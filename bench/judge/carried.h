/* SPDX-License-Identifier: MIT */
/** carried.h - the sources of the runner and of the plugin, as they were at build time (CMakeLists.txt makes the table) */
#ifndef IOPATH_BENCH_JUDGE_CARRIED_H
#define IOPATH_BENCH_JUDGE_CARRIED_H

#include <stddef.h>

struct iop_carried {
	const char *path; /**< in the folder that they are compiled in */
	const char *text, *end;
};

extern const struct iop_carried iop_carried[]; /**< ends with path NULL */

#endif
