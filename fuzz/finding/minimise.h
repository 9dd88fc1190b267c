/* SPDX-License-Identifier: MIT */
/**
 * minimise.h - the shortest program that fails in the same way
 */
#ifndef IOPATH_FUZZ_MINIMISE_H
#define IOPATH_FUZZ_MINIMISE_H

#include <engine/machine.h>

/**
 * Shrinks the failing @data of @size bytes in place, keeping the failure's signature: records are dropped in halves, quarters, ...
 * down to single ones, then each byte of what is left is made zero where it can be. Returns the new size; *@executions counts the
 * programs run.
 */
size_t fuzz_minimise(uint8_t data[FUZZ_MAX_SIZE], size_t size, unsigned groups, uint64_t *executions);

#endif
