/* SPDX-License-Identifier: MIT */
/* The two controls: what the loop itself costs, and how long a core cycle is. */
#include "table.h"

#include <stdlib.h>

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell, (void)env;
	*ctx = NULL;
	return 0;
}

static void teardown(void *ctx)
{
	(void)ctx;
}

static void empty(void *ctx, uint64_t n)
{
	(void)ctx;
	for (; n; n--)
		__asm__ volatile("");
}

/* One operation is IOP_CELLS_CYCLES_PER_OP additions, each waiting for the one before: one cycle each on every CPU of interest. */
static void cycle(void *ctx, uint64_t n)
{
	unsigned long x = 1;

	(void)ctx;
	for (; n; n--) {
#define ADD                             \
	__asm__ volatile("" : "+r"(x)); \
	x += (unsigned long)n;
#define ADD8 ADD ADD ADD ADD ADD ADD ADD ADD
		ADD8 ADD8 ADD8 ADD8 ADD8 ADD8 ADD8 ADD8
	}
	__asm__ volatile("" : : "r"(x));
}
_Static_assert(IOP_CELLS_CYCLES_PER_OP == 64, "eight times eight additions");

void iop_cells_control(struct iop_cell_table *table)
{
	struct iop_cell cell = {.setup = setup, .teardown = teardown, .flags = IOP_CELL_CONTROL | IOP_CELL_QUICK};

	cell.batch = empty;
	cell.help = "the empty loop: the overhead of measuring, part of every cell";
	iop_cell_add(table, cell, NULL, IOP_CELL_NAME_EMPTY);
	cell.batch = cycle;
	cell.help = "64 dependent additions: calibrates core cycles";
	iop_cell_add(table, cell, NULL, IOP_CELL_NAME_CYCLE);
}
