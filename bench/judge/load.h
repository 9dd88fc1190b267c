/* SPDX-License-Identifier: MIT */
/**
 * load.h - the function that a symbol of a shared object names
 */
#ifndef IOPATH_BENCH_JUDGE_LOAD_H
#define IOPATH_BENCH_JUDGE_LOAD_H

#include <stddef.h>

/**
 * Loads @object and looks @symbol up. NULL after @why (of @size bytes) has become a line: there is no such object or symbol, the
 * symbol is data, or loading made threads or processes, which would go on beside every call.
 */
void *iop_judge_load(const char *object, const char *symbol, char *why, size_t size);

#endif
