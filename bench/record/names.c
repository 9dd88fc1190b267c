/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <host/fail.h>
#include <host/file.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST ((size_t)1 << 20)

/* NULL, or what is wrong with the line. */
static const char *take(struct iop_names *names, char *line)
{
	struct iop_register_name *larger;
	char *end, *name;
	uint64_t offset;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, " \t\r");
	if (!*line)
		return NULL;
	errno = 0;
	offset = strtoull(line, &end, 0);
	if (errno || end == line || *line == '-' || !isspace((unsigned char)*end))
		return "it begins with no offset";
	name = end + strspn(end, " \t\r");
	name[strcspn(name, " \t\r")] = '\0';
	if (!*name)
		return "no name behind the offset";
	larger = realloc(names->name, (names->count + 1) * sizeof(*larger));
	if (!larger)
		return "out of memory";
	names->name = larger;
	names->name[names->count].offset = offset;
	names->name[names->count].name = strdup(name);
	return names->name[names->count].name ? (names->count++, NULL) : "out of memory";
}

int iop_names_read(struct iop_names *names, const char *path)
{
	char *text = iop_file_read(path, MOST), *rest, place[PATH_MAX + 32];
	unsigned number = 0;

	if (!text)
		return iop_fail(path, NULL, "cannot be read: %s", strerror(errno));
	rest = text;
	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *why = take(names, line);

		number++;
		if (!why)
			continue;
		snprintf(place, sizeof(place), "%s:%u", path, number);
		free(text);
		return iop_fail(place, "lines 'OFFSET NAME', as in '0x18 STATUS'", "%s", why);
	}
	free(text);
	return 0;
}

void iop_names_free(struct iop_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i].name);
	free(names->name);
	*names = (struct iop_names){0};
}

const char *iop_name_of(const struct iop_names *names, uint64_t offset)
{
	for (size_t i = 0; i < names->count; i++)
		if (names->name[i].offset == offset)
			return names->name[i].name;
	return "";
}
