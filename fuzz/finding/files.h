/* SPDX-License-Identifier: MIT */
/**
 * files.h - inputs and findings as files
 */
#ifndef IOPATH_FUZZ_FILES_H
#define IOPATH_FUZZ_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Reads up to @room bytes of a file. 0 or a negative errno. */
int fuzz_read_file(const char *path, uint8_t *data, size_t room, size_t *size);

/** Writes a file beside its name and renames it: there is never half of one. 0 or a negative errno. */
int fuzz_write_file(const char *path, const void *data, size_t size);

/**
 * Calls @each for @path, or for every file in it in the order of their names where it is a folder (hidden files left out), whatever
 * @each returns. The first of its values that is not 0; a negative errno if a folder cannot be read.
 */
int fuzz_each_file(const char *path, int (*each)(void *context, const char *path), void *context);

/** The same for who replays: 0, or 2 if @each ever returned non-zero or nothing was there to be run; what it was is on stderr. */
int fuzz_replay_files(const char *path, int (*each)(void *context, const char *path), void *context);

#endif
