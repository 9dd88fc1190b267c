/* SPDX-License-Identifier: MIT */
/**
 * stored_guard.h - memory that ends where nobody may read, in programs that are linked with --wrap=malloc and --wrap=free
 */
#ifndef IOPATH_BENCH_TEST_STORED_GUARD_H
#define IOPATH_BENCH_TEST_STORED_GUARD_H

/** What new memory is full of. */
extern int stored_guard_fill;

#endif
