/* SPDX-License-Identifier: MIT */
#include "touched.h"

#include <stdlib.h>

#define LINE 64

static int by_value(const void *a, const void *b)
{
	ptrdiff_t x = *(const ptrdiff_t *)a, y = *(const ptrdiff_t *)b;

	return (x > y) - (x < y);
}

/* Rounded down, also below zero. */
static ptrdiff_t line_of(ptrdiff_t offset)
{
	return (offset - ((offset % LINE) + LINE) % LINE) / LINE;
}

static bool add_lines(struct iop_accesses *accesses, const struct iop_access_list *list, size_t align)
{
	ptrdiff_t *line = malloc((2 * list->count + 1) * sizeof(*line));
	size_t n = 0;

	if (!line)
		return false;
	for (size_t i = 0; i < list->count; i++) {
		ptrdiff_t at = list->access[i].offset + (ptrdiff_t)align;

		if (!list->access[i].write)
			continue;
		line[n++] = line_of(at);
		line[n++] = line_of(at + list->access[i].width - 1);
	}
	qsort(line, n, sizeof(*line), by_value);
	for (size_t i = 0; i < n; i++)
		accesses->lines += !i || line[i] != line[i - 1];
	free(line);
	return true;
}

bool iop_accesses_take(struct iop_accesses *accesses, const struct iop_access_list *list, size_t align)
{
	bool known = accesses->known && !list->blind && !list->lost;

	for (size_t i = 0; known && i < list->count; i++)
		known = iop_accesses_add(accesses, list->access[i].write ? IOP_ACCESS_WRITE : IOP_ACCESS_READ,
					 list->access[i].width);
	if (!known)
		*accesses = (struct iop_accesses){0};
	return !known || add_lines(accesses, list, align);
}
