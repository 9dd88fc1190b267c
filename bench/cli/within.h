/* SPDX-License-Identifier: MIT */
/**
 * within.h - the library's copies within a set of widths, as a routine that trace and check name "within"
 */
#ifndef IOPATH_BENCH_CLI_WITHIN_H
#define IOPATH_BENCH_CLI_WITHIN_H

#include <copy_trace.h>

#include <stdbool.h>

#define IOP_WITHIN "within"

/** The copies within @widths from now on, in this process and its children; @rmw: edges by read, modify, write. */
struct iop_copier iop_within_copier(unsigned widths, bool rmw);

/** What they answer to @n bytes at a place: 0, -EINVAL or -EOPNOTSUPP. */
int iop_within_answer(size_t n, unsigned io_align);

#endif
