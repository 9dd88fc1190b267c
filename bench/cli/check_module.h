/* SPDX-License-Identifier: MIT */
/**
 * check_module.h - all that modules register, judged against what they claim
 */
#ifndef IOPATH_BENCH_CLI_CHECK_MODULE_H
#define IOPATH_BENCH_CLI_CHECK_MODULE_H

#include "target.h"

#include <sample/launch.h>

struct iop_check_modules {
	const char *path[IOP_LAUNCHER_MODULES];
	size_t count;
	const char *expect; /**< the file of accesses of operations, or NULL: beside each module */
	bool update;	    /**< write it */
	const char *json;   /**< or NULL */
	const char *ktap;   /**< likewise */
	struct iop_child_limits limits;
};

/** An exit code: a finding if something is not as claimed, an error if something could not be judged. */
int iop_check_modules(const struct iop_check_modules *options);

#endif
