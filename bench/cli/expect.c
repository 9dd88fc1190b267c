/* SPDX-License-Identifier: MIT */
#include "expect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HEAD	   "operation "
#define LINES_MOST 2000 /* of a side, that are compared line by line */

static const struct iop_path_access *accesses_of(const struct iop_path_report *report, unsigned call)
{
	const struct iop_path_access *at = report->access;

	for (unsigned i = 0; i < call; i++)
		at += report->count[i];
	return at;
}

static bool all_alike(const struct iop_path_report *report)
{
	for (unsigned i = 1; i < IOP_PATH_OPERATIONS; i++)
		if (report->count[i] != report->count[0] ||
		    memcmp(accesses_of(report, i), report->access, report->count[0] * sizeof(*report->access)) != 0)
			return false;
	return true;
}

void iop_expect_write(FILE *out, const char *name, size_t window, const struct iop_path_report *report)
{
	const bool alike = all_alike(report);

	for (unsigned call = 0; call < (alike ? 1 : IOP_PATH_OPERATIONS); call++) {
		const struct iop_path_access *a = accesses_of(report, call);

		fprintf(out, HEAD "%s, window %zu", name, window);
		if (!alike)
			fprintf(out, ", call %u", call + 1);
		fprintf(out, "\n");
		for (uint32_t i = 0; i < report->count[call]; i++)
			fprintf(out, "  %s %u at 0x%" PRIx64 "\n", a[i].write ? "write" : "read", a[i].width,
				(uint64_t)a[i].offset);
		if (!report->count[call])
			fprintf(out, "  no access\n");
	}
}

char *iop_expect_read(const char *path, int *err)
{
	FILE *file = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;
	ssize_t n = -1;

	*err = 0;
	if (file)
		n = getdelim(&text, &size, '\0', file);
	/* An empty file is one. */
	if (!file || (n < 0 && ferror(file)))
		*err = -errno;
	else if (n < 0 && text)
		*text = '\0';
	if (file)
		fclose(file);
	if (*err) {
		free(text);
		text = NULL;
	}
	return text;
}

/* Whether a line begins a section, and of which name. */
static bool is_head(const char *line, const char **name, size_t *length)
{
	if (strncmp(line, HEAD, strlen(HEAD)) != 0)
		return false;
	*name = line + strlen(HEAD);
	*length = strcspn(*name, ",\n");
	return true;
}

static const char *next_line(const char *line)
{
	line += strcspn(line, "\n");
	return *line ? line + 1 : line;
}

char *iop_expect_of(const char *text, const char *name)
{
	char *section = NULL;
	size_t size = 0, length;
	FILE *out = open_memstream(&section, &size);
	bool inside = false, found = false;
	const char *head;

	for (const char *line = text; out && *line; line = next_line(line)) {
		if (is_head(line, &head, &length))
			inside = strlen(name) == length && strncmp(head, name, length) == 0;
		if (!inside || *line == '#' || *line == '\n')
			continue;
		fprintf(out, "%.*s\n", (int)strcspn(line, "\n"), line);
		found = true;
	}
	if (!out || fclose(out) || !found) {
		free(section);
		return NULL;
	}
	return section;
}

char *iop_expect_unknown(const char *text, bool (*is_known)(void *user, const char *name), void *user)
{
	const char *head;
	size_t length;

	for (const char *line = text; *line; line = next_line(line))
		if (is_head(line, &head, &length)) {
			char *name = strndup(head, length);

			if (name && !is_known(user, name))
				return name;
			free(name);
		}
	return NULL;
}

struct lines {
	const char *at[LINES_MOST + 1];
	size_t count;
};

static void split(struct lines *lines, const char *text)
{
	lines->count = 0;
	for (; *text && lines->count < LINES_MOST; text = next_line(text))
		lines->at[lines->count++] = text;
}

static bool same(const char *a, const char *b)
{
	size_t n = strcspn(a, "\n");

	return n == strcspn(b, "\n") && strncmp(a, b, n) == 0;
}

static void print(FILE *out, char sign, const char *line)
{
	fprintf(out, "    %c %.*s\n", sign, (int)strcspn(line, "\n"), line);
}

void iop_expect_difference(FILE *out, const char *expected, const char *seen)
{
	struct lines *a = malloc(sizeof(*a)), *b = malloc(sizeof(*b));
	const size_t stride = LINES_MOST + 1;
	uint16_t *longest = calloc(stride * stride, sizeof(*longest));
	size_t i = 0, j = 0;

	if (a && b && longest) {
		split(a, expected);
		split(b, seen);
		/* The longest common part of what is left of both. */
		for (i = a->count; i-- > 0;)
			for (j = b->count; j-- > 0;)
				longest[i * stride + j] = same(a->at[i], b->at[j])
								  ? (uint16_t)(longest[(i + 1) * stride + j + 1] + 1)
							  : longest[(i + 1) * stride + j] > longest[i * stride + j + 1]
								  ? longest[(i + 1) * stride + j]
								  : longest[i * stride + j + 1];
		for (i = j = 0; i < a->count || j < b->count;) {
			if (i < a->count && j < b->count && same(a->at[i], b->at[j]))
				i++, j++;
			else if (j == b->count || (i < a->count && longest[(i + 1) * stride + j] >= longest[i * stride + j + 1]))
				print(out, '-', a->at[i++]);
			else
				print(out, '+', b->at[j++]);
		}
	}
	free(a);
	free(b);
	free(longest);
}
