/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <stdlib.h>

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell, (void)env;
	*ctx = calloc(1, sizeof(uint32_t));
	return *ctx ? 0 : -12;
}

static void batch(void *ctx, uint64_t n)
{
	for (; n; n--)
		(void)*(volatile uint32_t *)ctx;
}

void iop_cells_addition(struct iop_cell_table *table)
{
	const struct iop_cell cell = {
		.bytes = 4, .setup = setup, .batch = batch, .teardown = free, .help = "a family that a test has added"};

	iop_cell_add(table, cell, NULL, "read/added/raw/u32");
}
