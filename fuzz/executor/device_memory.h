/* SPDX-License-Identifier: MIT */
/**
 * device_memory.h - owners whose memory is a device's, and what lies around it
 */
#ifndef IOPATH_FUZZ_DEVICE_MEMORY_H
#define IOPATH_FUZZ_DEVICE_MEMORY_H

#include <stddef.h>

/**
 * If IOPATH_FUZZ_DEVICE names a file, its first @size bytes take the place of @page, which must be a page: the memory of a PCI
 * function's BAR, which the library then reads and writes in earnest. Ends the process if the file cannot be mapped.
 */
void fuzz_device_memory(void *page, size_t size);

/**
 * From now on the library may not touch @page: a copy without end crashes there, and is a finding, before it reaches what judges it.
 * Where pages are larger, or leaks are looked for in all of memory (ASan watches the arena's ends then), nothing happens.
 */
void fuzz_guard_memory(void *page, size_t size);

#endif
