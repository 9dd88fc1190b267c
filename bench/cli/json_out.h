/* SPDX-License-Identifier: MIT */
/**
 * json_out.h - --json FILE|-, which is the same in every command
 *
 * JSON goes to FILE, beside the text on stdout, or in place of it to stdout: if FILE is "-", or leads there (host/file.h). --out of
 * other commands follows the same rule.
 */
#ifndef IOPATH_BENCH_CLI_JSON_OUT_H
#define IOPATH_BENCH_CLI_JSON_OUT_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/** Whether stdout is for the text: not where @where, the option's argument or NULL, is stdout. */
bool iop_json_leaves_text(const char *where);

/** Where text goes that is built up line by line: stdout, or nowhere. */
FILE *iop_json_text(const char *where);

/** Writes @size bytes of JSON to @where, whole or not at all. 0, or an exit code once the reason has been printed. */
int iop_json_write(const char *command, const char *where, const char *text, size_t size);

/** The same for a value, which is freed. @flags are jansson's. */
int iop_json_put(const char *command, const char *where, json_t *value, size_t flags);

/** Of names that may not be UTF-8, which JSON must be: then each byte that is not ASCII is a question mark. NULL for lack of memory. */
json_t *iop_json_string(const char *text);

/** The widths in bytes, a power of two each, that are ORed in @widths: an array, ascending. */
json_t *iop_json_widths(unsigned widths);

#endif
