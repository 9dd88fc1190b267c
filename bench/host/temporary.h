/* SPDX-License-Identifier: MIT */
/**
 * temporary.h - folders of this process, which a signal that ends it does not leave behind
 */
#ifndef IOPATH_BENCH_HOST_TEMPORARY_H
#define IOPATH_BENCH_HOST_TEMPORARY_H

#include <stddef.h>

/**
 * Makes a folder "iopath-NAME-..." in TMPDIR, or /tmp, and gives its path. SIGINT, SIGTERM and SIGHUP remove it with its files before
 * they end the process, unless the command has handlers of its own. 0 or a negative errno.
 */
int iop_temporary_make(char *path, size_t size, const char *name);
/** Removes it with its files. */
void iop_temporary_remove(const char *path);

#endif
