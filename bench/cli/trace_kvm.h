/* SPDX-License-Identifier: MIT */
#ifndef IOPATH_CLI_TRACE_KVM_H
#define IOPATH_CLI_TRACE_KVM_H

#include "target.h"

#include <stdbool.h>
#include <stdio.h>

/**
 * Runs @call once more in a virtual machine and prints whether its host saw what the tracer saw (@traced). IOP_EXIT_CLEAN if so,
 * IOP_EXIT_FINDING if not, IOP_EXIT_USAGE with a message if the oracle cannot run; but IOP_EXIT_FINDING if the host could not
 * follow a routine that is illegal anyway.
 */
int iop_trace_second_opinion(const struct iop_target *target, const struct iop_judge_call *call,
			     const struct iop_copy_traced *traced, bool say, FILE *json);

#endif
