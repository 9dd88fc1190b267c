/* SPDX-License-Identifier: MIT */
#include "lines.h"

struct burst {
	uintptr_t line;
	uint64_t filled; /* bit i: byte i of the line; 0: there is no burst */
};

static void end(struct iop_lines *lines, const struct burst *b)
{
	if (b->filled == UINT64_MAX)
		lines->whole++;
	else if (b->filled)
		lines->partial++;
}

/* What an access puts into @line: one that crosses a boundary is a store to each of its lines. */
static uint64_t part(const struct iop_access *access, uintptr_t at, uintptr_t line)
{
	uint64_t filled = 0;

	for (unsigned b = 0; b < access->width; b++)
		if ((b >= 64 || access->mask >> b & 1) && (at + b) / IOP_LINE_BYTES == line)
			filled |= UINT64_C(1) << (at + b) % IOP_LINE_BYTES;
	return filled;
}

static size_t covered_in_part(uintptr_t io, size_t n)
{
	const size_t before = io % IOP_LINE_BYTES, behind = (io + n) % IOP_LINE_BYTES;

	if (!n)
		return 0;
	if (before + n < IOP_LINE_BYTES)
		return 1;
	return (size_t)(before != 0) + (size_t)(behind != 0);
}

struct iop_lines iop_lines_of(const struct iop_access_list *list, uintptr_t io, size_t n)
{
	struct iop_lines lines = {.fewest = covered_in_part(io, n)};
	struct burst open = {0};

	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *access = &list->access[i];
		const uintptr_t at = io + (uintptr_t)access->offset;

		if (!access->write || !access->width)
			continue;
		for (uintptr_t line = at / IOP_LINE_BYTES; line <= (at + access->width - 1) / IOP_LINE_BYTES; line++) {
			const uint64_t filled = part(access, at, line);

			if (!filled)
				continue;
			if (line != open.line) {
				end(&lines, &open);
				open = (struct burst){line, 0};
			}
			open.filled |= filled;
		}
	}
	end(&lines, &open);
	return lines;
}
