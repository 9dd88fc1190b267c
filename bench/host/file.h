/* SPDX-License-Identifier: MIT */
/**
 * file.h - files that are complete or absent
 */
#ifndef IOPATH_BENCH_HOST_FILE_H
#define IOPATH_BENCH_HOST_FILE_H

#include <stdbool.h>
#include <stddef.h>

/**
 * Whether @path is standard output: "-", or whatever else leads there, such as /dev/stdout or the file that it was redirected to.
 * Text for people and a result do not both go there: the text is left out.
 */
bool iop_file_is_stdout(const char *path);

/**
 * Writes @size bytes of @text next to @path, syncs and renames: the old file stays complete until the new one is. A device or a
 * pipe is written to directly, and standard output behind what is there. 0 or a negative errno; then no file has changed.
 */
int iop_file_write(const char *path, const char *text, size_t size);

/**
 * The same where no file may be replaced: if there is one, @path, of @room bytes and with a '.' in its name, becomes NAME-2.EXT and
 * so on.
 */
int iop_file_write_new(char *path, size_t room, const char *text, size_t size);

/** All of @path as text, freed by the caller; NULL with errno: EFBIG where it has @most bytes or more, EILSEQ where it has a NUL. */
char *iop_file_read(const char *path, size_t most);

/** Digits of iop_file_hash(). */
#define IOP_FILE_HASH 32

/** What tells one content of a file from another, in hexadecimal digits; no protection against who wants them alike. 0 or a negative errno. */
int iop_file_hash(const char *path, char digits[IOP_FILE_HASH + 1]);

/** Can @path be written? Tried for real, leaving nothing behind and an existing file alone. 0 or a negative errno. */
int iop_file_check(const char *path);

#endif
