/* SPDX-License-Identifier: MIT */
/**
 * rep.h - repeated accesses to one address, as routines that trace and check name "rep" and "kernel-rep"
 */
#ifndef IOPATH_BENCH_CLI_REP_H
#define IOPATH_BENCH_CLI_REP_H

#include <copy_trace.h>

#include <stdbool.h>

#define IOP_REP	       "rep"
#define IOP_KERNEL_REP "kernel-rep"

/** Whether @routine is one of them. */
bool iop_rep_is(const char *routine);

/** @routine for a register of @width bytes from now on, in this process and its children; false: it has no such accesses. */
bool iop_rep_copier(struct iop_copier *copier, const char *routine, unsigned width);

#endif
