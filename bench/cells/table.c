/* SPDX-License-Identifier: MIT */
#include "table.h"

#include "verdict.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *part(const char *name, unsigned index)
{
	while (index--)
		name = strchr(name, '/') + 1;
	return strndup(name, strcspn(name, "/"));
}

const char *iop_cell_format(const char *format, ...)
{
	static char text[256];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	return text;
}

static int grow(struct iop_cell_table *table)
{
	size_t room = table->room ? 2 * table->room : 256;
	struct iop_cell *cells;

	if (table->count < table->room)
		return 0;
	cells = realloc(table->cells, room * sizeof(*cells));
	if (!cells)
		return -1;
	table->cells = cells;
	table->room = room;
	return 0;
}

void iop_cell_add(struct iop_cell_table *table, struct iop_cell cell, const char *baseline, const char *name, ...)
{
	char *text = NULL;
	va_list args;

	va_start(args, name);
	if (vasprintf(&text, name, args) < 0)
		text = NULL;
	va_end(args);
	if (!text || grow(table)) {
		free(text);
		table->failed = 1;
		return;
	}
	cell.name = text;
	cell.op = part(text, 0);
	cell.backend = part(text, 1);
	cell.routine = part(text, 2);
	cell.baseline = baseline && strcmp(baseline, text) != 0 ? strdup(baseline) : NULL;
	if (!cell.op || !cell.backend || !cell.routine || (baseline && strcmp(baseline, text) != 0 && !cell.baseline))
		table->failed = 1;
	else
		iop_cell_judge(&cell);
	table->cells[table->count++] = cell;
}
