/* SPDX-License-Identifier: MIT */
#include "expect.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define HEAD	   "operation "
#define VARIES	   ", varies"
#define OLD_CALLS  3
#define LINES_MOST 2000 /* of a side, that are compared line by line */

static const struct iop_path_access *accesses_of(const struct iop_path_report *report, unsigned call)
{
	const struct iop_path_access *at = report->access;

	for (unsigned i = 0; i < call; i++)
		at += report->count[i];
	return at;
}

static bool all_alike(const struct iop_path_report *report, unsigned calls)
{
	for (unsigned call = 1; call < calls; call++) {
		const struct iop_path_access *a = accesses_of(report, call);

		if (report->count[call] != report->count[0])
			return false;
		for (uint32_t i = 0; i < report->count[0]; i++)
			if (!iop_path_same_access(&a[i], &report->access[i]))
				return false;
	}
	return true;
}

/* What a comparison needs to know more of than people do. */
enum style {
	KEPT,	  /* for a file */
	SEEN,	  /* beside a file: a value that may be an address is one */
	OLD_STYLE /* of the first three calls, without values */
};

/* The value of access @at of @call, or of all calls, if they are alike. */
static void put_value(FILE *out, const struct iop_path_report *report, unsigned call, uint32_t at, bool alike, enum style style)
{
	const struct iop_path_access *a = &accesses_of(report, call)[at];
	bool varies = false;

	if (style == OLD_STYLE || a->valued == IOP_PATH_NO_VALUE)
		return;
	for (unsigned i = alike ? 0 : call; i < (alike ? IOP_PATH_OPERATIONS : call + 1); i++) {
		const struct iop_path_access *other = &accesses_of(report, i)[at];

		varies |= other->value != a->value || other->valued == IOP_PATH_OTHER_VALUE ||
			  (style == KEPT && other->valued == IOP_PATH_ADDRESS);
	}
	if (varies)
		fprintf(out, VARIES);
	else
		fprintf(out, " = 0x%" PRIx64, a->value);
}

static void put(FILE *out, const char *name, size_t window, const struct iop_path_report *report, enum style style)
{
	const unsigned calls = style == OLD_STYLE ? OLD_CALLS : IOP_PATH_OPERATIONS;
	const bool alike = all_alike(report, calls);

	for (unsigned call = 0; call < (alike ? 1 : calls); call++) {
		const struct iop_path_access *a = accesses_of(report, call);

		fprintf(out, HEAD "%s, window %zu", name, window);
		if (!alike)
			fprintf(out, ", call %u", call + 1);
		if (style != OLD_STYLE)
			fprintf(out, alike ? ", %u calls" : " of %u", calls);
		fprintf(out, "\n");
		for (uint32_t i = 0; i < report->count[call]; i++) {
			fprintf(out, "  %s %u at 0x%" PRIx64, a[i].write ? "write" : "read", a[i].width, (uint64_t)a[i].offset);
			put_value(out, report, call, i, alike, style);
			fprintf(out, "\n");
		}
		if (!report->count[call])
			fprintf(out, "  no access\n");
	}
}

void iop_expect_write(FILE *out, const char *name, size_t window, const struct iop_path_report *report)
{
	put(out, name, window, report, KEPT);
}

/* By its first line: the number of calls is behind the window, or behind the call's. */
static bool is_old(const char *expected)
{
	const size_t n = strcspn(expected, "\n");

	return !memmem(expected, n, " calls", 6) && !memmem(expected, n, " of ", 4);
}

char *iop_expect_seen(const char *expected, const char *name, size_t window, const struct iop_path_report *report)
{
	char *seen = NULL;
	size_t size;
	FILE *out = open_memstream(&seen, &size);

	if (!out)
		return NULL;
	put(out, name, window, report, expected && is_old(expected) ? OLD_STYLE : expected ? SEEN : KEPT);
	if (fclose(out)) {
		free(seen);
		return NULL;
	}
	return seen;
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

/* Sections, and comments. */
static bool is_expect(const char *text)
{
	const char *name;
	size_t length;
	bool inside = false;

	for (const char *line = text; line && *line; line = next_line(line)) {
		inside |= is_head(line, &name, &length);
		if (*line != '#' && *line != '\n' && !is_head(line, &name, &length) && !(inside && *line == ' '))
			return false;
	}
	return true;
}

const char *iop_expect_why(int err)
{
	return err == -EBADMSG ? "it is not an .expect file" : strerror(-err);
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
	if (!*err && !is_expect(text))
		*err = -EBADMSG;
	if (*err) {
		free(text);
		text = NULL;
	}
	return text;
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

/* How much of a line is the access, without its value. */
static size_t access_of(const char *line)
{
	const size_t n = strcspn(line, "\n");
	const char *value = *line == ' ' ? memmem(line, n, " = ", 3) : NULL;

	if (!value && *line == ' ')
		value = memmem(line, n, VARIES, strlen(VARIES));
	return value ? (size_t)(value - line) : n;
}

/* A value that varies may be any, and one that is not known, too. */
static bool same(const char *expected, const char *seen)
{
	const size_t n = strcspn(expected, "\n"), access = access_of(expected), other = access_of(seen);
	const bool any = expected[access] == ',' && *expected == ' ';

	if (any || access == n || other == strcspn(seen, "\n"))
		return access == other && strncmp(expected, seen, access) == 0;
	return n == strcspn(seen, "\n") && strncmp(expected, seen, n) == 0;
}

bool iop_expect_equal(const char *expected, const char *seen)
{
	while (*expected && *seen) {
		if (!same(expected, seen))
			return false;
		expected = next_line(expected);
		seen = next_line(seen);
	}
	return !*expected && !*seen;
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
