/* SPDX-License-Identifier: MIT */
/**
 * guarded.h - memory with inaccessible memory before and behind it
 */
#ifndef IOPATH_TRACE_GUARDED_H
#define IOPATH_TRACE_GUARDED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct iop_guarded {
	unsigned char *reserved; /**< a guard, the memory, a guard */
	unsigned char *memory;	 /**< page-aligned */
	size_t bytes;		 /**< whole pages */
	size_t guard;		 /**< bytes of each guard: enough for a copy that has lost its count */
};

/** Reserves @bytes of memory, rounded up to pages. The memory is inaccessible too until it is mapped or protected otherwise. */
bool iop_guarded_open(struct iop_guarded *guarded, size_t bytes);
void iop_guarded_close(struct iop_guarded *guarded);

/** Whether an access to @addr faults in one of the guards. */
static inline bool iop_guarded_around(const struct iop_guarded *guarded, uintptr_t addr)
{
	uintptr_t start = (uintptr_t)guarded->memory;

	return (addr < start && start - addr <= guarded->guard) ||
	       (addr >= start + guarded->bytes && addr - start - guarded->bytes < guarded->guard);
}

#endif
