/* SPDX-License-Identifier: MIT */
/**
 * file.h - files that are complete or absent
 */
#ifndef IOPATH_BENCH_HOST_FILE_H
#define IOPATH_BENCH_HOST_FILE_H

#include <stddef.h>

/**
 * Writes @size bytes of @text next to @path, syncs and renames: the old file stays complete until the new one is. A device or a
 * pipe is written to directly. 0 or a negative errno; then no file has changed.
 */
int iop_file_write(const char *path, const char *text, size_t size);

/** Can @path be written? Tried for real, leaving nothing behind and an existing file alone. 0 or a negative errno. */
int iop_file_check(const char *path);

#endif
