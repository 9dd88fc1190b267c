/* SPDX-License-Identifier: MIT */
#include "select.h"
#include "fail.h"

#include <errno.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NEAR	3
#define LONGEST 64

int iop_select_also(struct iop_selection *selection, const struct iop_cell *cell)
{
	const struct iop_cell **cells;

	for (size_t i = 0; i < selection->count; i++)
		if (selection->cells[i] == cell)
			return 0;
	cells = realloc(selection->cells, (selection->count + 1) * sizeof(*cells));
	if (!cells)
		return -ENOMEM;
	cells[selection->count++] = cell;
	selection->cells = cells;
	return 0;
}

/* Levenshtein distance of two short strings. */
static size_t distance(const char *a, const char *b)
{
	size_t row[LONGEST + 1], lb = strnlen(b, LONGEST);

	for (size_t j = 0; j <= lb; j++)
		row[j] = j;
	for (size_t i = 1; a[i - 1] && i <= LONGEST; i++) {
		size_t diagonal = row[0];

		row[0] = i;
		for (size_t j = 1; j <= lb; j++) {
			size_t change = diagonal + (a[i - 1] != b[j - 1]);

			diagonal = row[j];
			row[j] = change < row[j] + 1 ? change : row[j] + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
		}
	}
	return row[lb];
}

/* How far a filter is from a name: as a whole, or from the nearest of the name's parts. */
static size_t how_far(const char *filter, const char *name)
{
	size_t best = distance(filter, name);
	char copy[256], *rest = copy, *part;

	snprintf(copy, sizeof(copy), "%s", name);
	while ((part = strsep(&rest, "/"))) {
		size_t d = distance(filter, part);

		if (d < best)
			best = d;
	}
	return best;
}

static int nothing_found(const struct iop_cells_module *module, const char *what, const char *filter)
{
	const char *near[NEAR] = {NULL};
	size_t far[NEAR] = {SIZE_MAX, SIZE_MAX, SIZE_MAX};
	char names[3 * 128] = "";

	for (size_t i = 0; i < module->count; i++) {
		const char *name = iop_module_cell(module, i)->name;
		size_t d = how_far(filter, name), at = NEAR;

		while (at && d < far[at - 1])
			at--;
		if (at == NEAR)
			continue;
		memmove(&far[at + 1], &far[at], (NEAR - 1 - at) * sizeof(far[0]));
		memmove(&near[at + 1], &near[at], (NEAR - 1 - at) * sizeof(near[0]));
		far[at] = d;
		near[at] = name;
	}
	for (size_t i = 0; i < NEAR && near[i]; i++) {
		strncat(names, i ? ", " : "", sizeof(names) - strlen(names) - 1);
		strncat(names, near[i], sizeof(names) - strlen(names) - 1);
	}
	return iop_fail(what, "iopath list shows all", "no cell matches '%s'; similar names: %s", filter, names);
}

int iop_select(struct iop_selection *selection, const struct iop_cells_module *module, const char *what, const char *filter,
	       uint32_t with, uint32_t without)
{
	size_t elsewhere = 0;
	char reason[128];
	regex_t regex;
	int err;

	memset(selection, 0, sizeof(*selection));
	err = regcomp(&regex, filter ? filter : "", REG_EXTENDED | REG_NOSUB);
	if (err) {
		regerror(err, &regex, reason, sizeof(reason));
		return iop_fail(what, "filters are extended regular expressions, as for grep -E", "invalid filter '%s': %s", filter,
				reason);
	}
	selection->cells = malloc((module->count ? module->count : 1) * sizeof(const struct iop_cell *));
	if (!selection->cells) {
		regfree(&regex);
		return iop_fail(what, NULL, "out of memory");
	}
	for (size_t i = 0; i < module->count; i++) {
		const struct iop_cell *cell = iop_module_cell(module, i);

		if (regexec(&regex, cell->name, 0, NULL, 0))
			continue;
		if ((cell->flags & with) == with && !(cell->flags & without))
			selection->cells[selection->count++] = cell;
		else
			elsewhere++;
	}
	regfree(&regex);
	if (selection->count)
		return 0;
	free(selection->cells);
	selection->cells = NULL;
	if (elsewhere)
		return iop_fail(what, "--full has them all", "the %zu cells that match '%s' are not in this selection", elsewhere,
				filter ? filter : "");
	return nothing_found(module, what, filter ? filter : "");
}
