/* SPDX-License-Identifier: MIT */
/**
 * catch_x86.h - catching what code does instead of returning (x86-64)
 *
 * In a process of its own: signals that are not the tracer's, system calls, and time that runs out all end the call, which then
 * comes back here with its fate.
 */
#ifndef IOPATH_BENCH_JUDGE_CATCH_H
#define IOPATH_BENCH_JUDGE_CATCH_H

#include "abi_x86.h"
#include "fate.h"

#include <copy_trace.h>

#include <stdbool.h>

/** From now on this process catches. @cpu_seconds is the limit of each call. False after @why has become a line. */
bool iop_catch_open(double cpu_seconds, char *why, size_t size);

/** The tracer of the next calls, whose memory must not be mapped anew. */
void iop_catch_owned(const struct iop_tracer *tracer);

/** Calls @function(@call); true if it returned. @fate is filled in but for its text. */
bool iop_catch(void (*function)(struct iop_abi_call *call), struct iop_abi_call *call, struct iop_fate *fate);

/** The limit of each call. */
double iop_catch_seconds(void);

/** The text of a fate: @list are the accesses of the call, of @n bytes. */
void iop_catch_words(struct iop_fate *fate, const struct iop_access_list *list, uint64_t n);

#endif
