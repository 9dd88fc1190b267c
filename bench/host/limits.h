/* SPDX-License-Identifier: MIT */
/**
 * limits.h - limits of a process that runs code of somebody else
 */
#ifndef IOPATH_BENCH_HOST_LIMITS_H
#define IOPATH_BENCH_HOST_LIMITS_H

#include <stddef.h>
#include <sys/resource.h>

/** Bytes of address space that this process has mapped: a sanitizer's are many. 0: not known. */
size_t iop_mapped_bytes(void);

/** Lowers a limit of this process for good (RLIMIT_...); one that is lower stays. */
void iop_limit(int which, rlim_t most);

#endif
