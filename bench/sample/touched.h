/* SPDX-License-Identifier: MIT */
/**
 * touched.h - what a list of accesses amounts to: counts by direction and width, and the lines that it writes
 */
#ifndef IOPATH_BENCH_SAMPLE_TOUCHED_H
#define IOPATH_BENCH_SAMPLE_TOUCHED_H

#include <host/accesses.h>

#include <access_list.h>

/**
 * Adds @list to @accesses, which are known; lines are those of a device side that starts @align bytes after the boundary of one. If
 * the list is incomplete, or has an access that is not counted, nothing is known afterwards. False if memory is missing.
 */
bool iop_accesses_take(struct iop_accesses *accesses, const struct iop_access_list *list, size_t align);

#endif
