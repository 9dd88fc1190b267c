/* SPDX-License-Identifier: MIT */
#include "json_out.h"

#include <host/fail.h>
#include <host/file.h>

#include <stdlib.h>
#include <string.h>

bool iop_json_leaves_text(const char *where)
{
	return !where || !iop_file_is_stdout(where);
}

FILE *iop_json_text(const char *where)
{
	FILE *nowhere = iop_json_leaves_text(where) ? NULL : fopen("/dev/null", "w");

	return nowhere ? nowhere : stdout;
}

int iop_json_write(const char *command, const char *where, const char *text, size_t size)
{
	int err = iop_file_write(where, text, size);

	return err ? iop_fail(command, NULL, "cannot write %s: %s", where, strerror(-err)) : IOP_EXIT_CLEAN;
}

int iop_json_put(const char *command, const char *where, json_t *value, size_t flags)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);
	int err = !memory || !value || json_dumpf(value, memory, flags) || fputc('\n', memory) == EOF;
	int code;

	json_decref(value);
	if (memory && fclose(memory))
		err = 1;
	code = err ? iop_fail(command, NULL, "out of memory") : iop_json_write(command, where, text, size);
	free(text);
	return code;
}

json_t *iop_json_string(const char *text)
{
	json_t *value = json_string(text);
	char *ascii = value ? NULL : strdup(text);

	for (char *c = ascii; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	if (ascii)
		value = json_string(ascii);
	free(ascii);
	return value;
}

json_t *iop_json_widths(unsigned widths)
{
	json_t *list = json_array();

	for (unsigned width = 1; width <= 64; width *= 2)
		if (widths & width)
			json_array_append_new(list, json_integer(width));
	return list;
}
