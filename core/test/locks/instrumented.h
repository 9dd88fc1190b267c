/* SPDX-License-Identifier: MIT */
/** instrumented.h - what the calls that -fsanitize=thread puts in for accesses to memory come to */
#ifndef IOPATH_TEST_LOCKS_INSTRUMENTED_H
#define IOPATH_TEST_LOCKS_INSTRUMENTED_H

#include "watch.h"

/* The access is about to be made; of atomic ones, about to be made by the call itself. */
void watch_touched(const void *at, size_t size, enum watch_access access);

#endif
