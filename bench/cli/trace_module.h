/* SPDX-License-Identifier: MIT */
/**
 * trace_module.h - showing the accesses of what a module registers
 */
#ifndef IOPATH_BENCH_CLI_TRACE_MODULE_H
#define IOPATH_BENCH_CLI_TRACE_MODULE_H

#include "target.h"

#include <sample/describe.h>

#include <limits.h>

struct iop_trace_module {
	const char *path[IOP_LAUNCHER_MODULES];
	size_t count;

	/* Found. */
	char object[PATH_MAX + 2];
	struct iop_described found;
	struct iop_described_entry entry; /**< of it */
	char widths[32];
};

/** Finds the entry called @name that does @op, "toio", "read32" or "operation". 0, or an exit code after a message. */
int iop_trace_find_entry(struct iop_trace_module *module, const char *op, const char *name);

void iop_trace_module_close(struct iop_trace_module *module);

/** Makes the copy or accessor that was found the target. The prototype's unit is set after iop_target_wanted(). */
void iop_trace_target(struct iop_trace_module *module, struct iop_target *target);

/** Runs the operation that was found and shows its accesses; @json may be NULL. An exit code. */
int iop_trace_operation(const struct iop_trace_module *module, const struct iop_child_limits *limits, const char *json);

#endif
