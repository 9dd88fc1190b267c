/* SPDX-License-Identifier: MIT */
#include "module_cells.h"
#include "fail.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_MOST  250
#define COUNT_MOST ((size_t)1 << 20)
#define CELL_MOST  4096u /* bytes: members of a later version are ignored */
/* The first modules of this ABI ended their cells here. */
#define CELL_LEAST offsetof(struct iop_cell, tier)

/* Whether @part is the first of @name's parts, and where the next one begins. */
static bool starts_with(const char **name, const char *part)
{
	size_t n = part ? strlen(part) : 0;

	if (!n || strncmp(*name, part, n) != 0 || (*name)[n] != '/')
		return false;
	*name += n + 1;
	return true;
}

static bool is_name(const char *name)
{
	size_t n = 0;

	for (; n <= NAME_MOST && name[n]; n++)
		if (name[n] <= ' ' || name[n] > '~' || name[n] == '"' || name[n] == '\\')
			return false;
	return n && n <= NAME_MOST;
}

static bool has_parts(const struct iop_cell *cell)
{
	const char *rest = cell->name;

	return starts_with(&rest, cell->op) && starts_with(&rest, cell->backend) && starts_with(&rest, cell->routine) && *rest &&
	       *rest != '/';
}

static bool refuse(const char *why, const struct iop_cell *cell, size_t at)
{
	iop_fail(iop_command, "see iopath/cells.h", "cell %zu, '%.*s', %s", at, NAME_MOST,
		 cell->name && is_name(cell->name) ? cell->name : "?", why);
	return false;
}

bool iop_module_cells_add(struct iop_module_cells *cells, const struct iop_cell *cell)
{
	if (!cell->name || !is_name(cell->name))
		return refuse("has no name, or one that is not of printable characters", cell, cells->count);
	if (!has_parts(cell))
		return refuse("has no name of four parts: operation, module, routine, size", cell, cells->count);
	if (!cell->setup || !cell->batch || !cell->teardown)
		return refuse("lacks a function", cell, cells->count);
	if (cell->prepare && !cell->max_batch)
		return refuse("prepares batches without a limit", cell, cells->count);
	if (cells->count == cells->room) {
		size_t room = 2 * cells->room + 64;
		struct iop_cell *more = realloc(cells->cell, room * sizeof(*more));

		if (!more) {
			iop_fail(iop_command, NULL, "out of memory");
			return false;
		}
		cells->cell = more;
		cells->room = room;
	}
	cells->cell[cells->count++] = *cell;
	return true;
}

bool iop_module_cells_take(struct iop_module_cells *cells, const struct iop_cells_module *module)
{
	size_t known = module->cell_size < sizeof(struct iop_cell) ? module->cell_size : sizeof(struct iop_cell);

	if (module->cell_size < CELL_LEAST || module->cell_size > CELL_MOST || module->cell_size % sizeof(void *)) {
		iop_fail(iop_command, "build it again", "its cells are said to have %u bytes, this program's have %zu",
			 module->cell_size, sizeof(struct iop_cell));
		return false;
	}
	if (module->count > COUNT_MOST || (module->count && !module->cells)) {
		iop_fail(iop_command, "build it again", "it is said to have %llu cells", (unsigned long long)module->count);
		return false;
	}
	for (size_t i = 0; i < module->count; i++) {
		struct iop_cell cell = {0};

		memcpy(&cell, (const char *)module->cells + i * module->cell_size, known);
		cell.registered = NULL;
		cell.own = (const struct iop_cell *)((const char *)module->cells + i * module->cell_size);
		if (!iop_module_cells_add(cells, &cell))
			return false;
	}
	return true;
}

static int by_name(const void *a, const void *b)
{
	const char *const *x = a, *const *y = b;

	return strcmp(*x, *y);
}

bool iop_module_cells_unique(const struct iop_module_cells *cells)
{
	const char **names = calloc(cells->count + 1, sizeof(*names));
	bool unique = true;

	if (!names) {
		iop_fail(iop_command, NULL, "out of memory");
		return false;
	}
	for (size_t i = 0; i < cells->count; i++)
		names[i] = cells->cell[i].name;
	qsort(names, cells->count, sizeof(*names), by_name);
	for (size_t i = 1; unique && i < cells->count; i++)
		if (strcmp(names[i - 1], names[i]) == 0) {
			iop_fail(iop_command, "each name once", "two cells are called '%s'", names[i]);
			unique = false;
		}
	free(names);
	return unique;
}
