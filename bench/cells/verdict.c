/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include <peers/verdict.h>

#include <string.h>

static int copies(const struct iop_cell *cell)
{
	static const char *const ops[] = {"toio", "fromio", "set", "move"};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(cell->op, ops[i]) == 0)
			return strcmp(cell->backend, "mmio") == 0;
	return 0;
}

void iop_cell_judge(struct iop_cell *cell)
{
	/* A view copies by the strict routine. */
	const char *routine = strcmp(cell->routine, "view") == 0 ? "strict" : cell->routine;
	unsigned widths;

	if (!copies(cell))
		return;
	cell->tier = iop_verdict_on(routine, &widths);
	cell->widths = widths;
	if (cell->tier && strcmp(cell->tier, "MEM") == 0)
		cell->flags |= IOP_CELL_ILLEGAL;
}
