/* SPDX-License-Identifier: MIT */
/**
 * index.h - an SQLite index of stored runs
 *
 * Reading thousands of files for one cell takes seconds; the index makes it milliseconds. It is a cache: a file whose size or time
 * of change differs from what the index remembers is read again, one that is gone is dropped, and an index that is damaged, of
 * another version or of another folder is made anew. Losing it loses nothing.
 */
#ifndef IOPATH_BENCH_INDEX_H
#define IOPATH_BENCH_INDEX_H

#include "history.h"

/**
 * Brings the index @path up to date with the files below @dir and adds the rows of @cell to @history. 0; -ENOTSUP without SQLite;
 * another negative errno if the index cannot be used: then @history is as it was, and the files are still there to be read.
 */
int iop_index_history(const char *path, const char *dir, const char *cell, const char *reference, struct iop_history *history);

#endif
