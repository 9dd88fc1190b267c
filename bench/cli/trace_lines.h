/* SPDX-License-Identifier: MIT */
#ifndef IOPATH_CLI_TRACE_LINES_H
#define IOPATH_CLI_TRACE_LINES_H

#include "target.h"

#include <judge/call.h>

/** The largest size. */
#define IOP_TRACE_LINES_MOST 256

/**
 * Makes calls like @call of all sizes up to its own at all places within a line, and prints which lines they fill, or writes it to @json
 * if that is not NULL. 0; 1 if more are filled in part than must be; or another exit code after a message.
 */
int iop_trace_lines(struct iop_judge *judge, const struct iop_target *target, const struct iop_judge_call *call, const char *json);

#endif
