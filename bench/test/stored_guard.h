/* SPDX-License-Identifier: MIT */
/**
 * stored_guard.h - memory that ends where nobody may read, in programs that are linked with --wrap=free, and --wrap=malloc,
 * --wrap=calloc or --wrap=realloc
 */
#ifndef IOPATH_BENCH_TEST_STORED_GUARD_H
#define IOPATH_BENCH_TEST_STORED_GUARD_H

/** What new memory is full of. */
extern int stored_guard_fill;

#endif
