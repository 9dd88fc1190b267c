/* SPDX-License-Identifier: MIT */
#include "names.h"

#include "declared.h"
#include "recording.h"
#include "svd.h"

#include <host/fail.h>
#include <host/file.h>

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST	  ((size_t)64 << 20)
#define REGISTERS ((size_t)1 << 20)
#define SPACE	  " \t\r\v\f"
#define TAIL	  "behind the name stands neither ro, wo, rw, w1c, rc nor a number of bytes from 1 to 64"

const char *iop_names_add(struct iop_names *names, const struct iop_register_name *one)
{
	struct iop_register_name *larger;

	if (names->count == REGISTERS)
		return "more than 1048576 registers";
	if ((names->count & (names->count - 1)) == 0) {
		larger = realloc(names->name, (names->count ? 2 * names->count : 1) * sizeof(*larger));
		if (!larger)
			return "out of memory";
		names->name = larger;
	}
	names->name[names->count] = *one;
	names->name[names->count].order = names->count;
	names->name[names->count].name = strdup(one->name);
	if (!names->name[names->count].name)
		return "out of memory";
	iop_slot_printable(names->name[names->count++].name);
	return NULL;
}

bool iop_names_mode(struct iop_register_name *one, const char *mode)
{
	one->no_read = strcmp(mode, "wo") == 0;
	one->no_write = strcmp(mode, "ro") == 0;
	one->write_clears = strcmp(mode, "w1c") == 0;
	one->read_clears = strcmp(mode, "rc") == 0;
	return one->no_read || one->no_write || one->write_clears || one->read_clears || strcmp(mode, "rw") == 0;
}

/* A word behind the name. NULL, or what is wrong with it. */
static const char *take_word(struct iop_register_name *one, const char *word)
{
	char *end;
	unsigned long bytes;

	if (!isdigit((unsigned char)*word))
		return iop_names_mode(one, word) ? NULL : TAIL;
	bytes = strtoul(word, &end, 10);
	if (*end || bytes < 1 || bytes > IOP_REGISTER_WIDEST)
		return TAIL;
	one->bytes = (unsigned)bytes;
	return NULL;
}

/* NULL, or what is wrong with the line. */
static const char *take(struct iop_names *names, char *line)
{
	struct iop_register_name one = {0};
	const char *why = NULL;
	char *end, *rest;

	line[strcspn(line, "#")] = '\0';
	line += strspn(line, SPACE);
	if (!*line)
		return NULL;
	errno = 0;
	one.offset = strtoull(line, &end, 0);
	if (errno || end == line || *line == '-' || !isspace((unsigned char)*end))
		return "it begins with no offset";
	one.name = strtok_r(end, SPACE, &rest);
	if (!one.name)
		return "no name behind the offset";
	for (const char *word; !why && (word = strtok_r(NULL, SPACE, &rest));)
		why = take_word(&one, word);
	return why ? why : iop_names_add(names, &one);
}

static int read_lines(struct iop_names *names, const char *path, char *text)
{
	char place[PATH_MAX + 32], *rest = text;
	unsigned number = 0;

	for (char *line; (line = strsep(&rest, "\n"));) {
		const char *why = take(names, line);

		number++;
		if (!why)
			continue;
		snprintf(place, sizeof(place), "%s:%u", path, number);
		return iop_fail(place, "lines 'OFFSET NAME', as in '0x18 STATUS ro 4'; or CMSIS-SVD", "%s", why);
	}
	return 0;
}

/* Of two at one offset, the one that the file names first. */
static int by_offset(const void *a, const void *b)
{
	const struct iop_register_name *x = a, *y = b;

	if (x->offset != y->offset)
		return x->offset < y->offset ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

static bool is_xml(const char *text)
{
	text += strncmp(text, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	return text[strspn(text, SPACE "\n")] == '<';
}

int iop_names_read(struct iop_names *names, const char *path, const char *peripheral)
{
	bool declared = iop_declared_is_source(path);
	char *text = declared ? NULL : iop_file_read(path, MOST);
	int code;

	if (!text && !declared)
		return iop_fail(path, NULL, "cannot be read: %s", strerror(errno));
	if (declared && !peripheral)
		code = iop_declared_read(names, path);
	else if (!declared && is_xml(text))
		code = iop_svd_read(names, path, text, peripheral);
	else if (peripheral)
		code = iop_fail(path, "--peripheral is for CMSIS-SVD", "this description of registers has no peripherals");
	else
		code = read_lines(names, path, text);
	free(text);
	if (names->count)
		qsort(names->name, names->count, sizeof(*names->name), by_offset);
	return code;
}

void iop_names_free(struct iop_names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i].name);
	free(names->name);
	*names = (struct iop_names){0};
}

/* How many begin below @offset. */
static size_t below(const struct iop_names *names, uint64_t offset)
{
	size_t low = 0, high = names->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (names->name[middle].offset < offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct iop_register_name *iop_register_at(const struct iop_names *names, uint64_t offset)
{
	size_t i = below(names, offset);

	return i < names->count && names->name[i].offset == offset ? &names->name[i] : NULL;
}

const char *iop_name_of(const struct iop_names *names, uint64_t offset)
{
	const struct iop_register_name *found = iop_register_at(names, offset);

	return found ? found->name : "";
}

struct iop_register_faults iop_names_judge(const struct iop_names *names, uint64_t offset, unsigned bytes, bool write, bool update)
{
	struct iop_register_faults faults = {NULL, NULL};
	uint64_t first = offset > IOP_REGISTER_WIDEST ? offset - IOP_REGISTER_WIDEST : 0;
	bool may = false, fits = false;

	for (size_t i = below(names, first); i < names->count && names->name[i].offset - first < offset - first + bytes; i++) {
		const struct iop_register_name *r = &names->name[i];
		uint64_t end = r->offset + (r->bytes ? r->bytes : 1);

		if (end <= offset)
			continue;
		if (!(write ? r->no_write : r->no_read) && !(update && (r->write_clears || r->read_clears)))
			may = true;
		else if (!faults.mode)
			faults.mode = r;
		if (!r->bytes || (r->offset == offset && r->bytes == bytes))
			fits = true;
		else if (!faults.size)
			faults.size = r;
	}
	faults.mode = may ? NULL : faults.mode;
	faults.size = fits ? NULL : faults.size;
	return faults;
}
