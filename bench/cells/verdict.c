/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include <peers/peers.h>

#include <iopath/build_config.h>
#include <iopath/tier.h>

#include <string.h>

#define PLAIN (IOP_64BIT ? 15u : 7u) /* 1, 2, 4 and the machine's word */

/* What vectors of a routine's name are wide. Others have the widths of the compiler's choice. */
static const struct {
	const char *routine;
	unsigned widths;
} vectors[] = {
	{"wide-sse2", PLAIN | 16},
	{"wide-avx2", PLAIN | 32},
	{"wide-avx512", PLAIN | 64},
	{"wide-m", 64},
};

static unsigned widths_of(const char *routine, enum iop_tier tier)
{
	if (tier <= IOP_STRICT_S)
		return PLAIN;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		if (strcmp(vectors[i].routine, routine) == 0)
			return vectors[i].widths;
	return 0;
}

static int copies(const struct iop_cell *cell)
{
	static const char *const ops[] = {"toio", "fromio", "set", "move"};

	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (strcmp(cell->op, ops[i]) == 0)
			return strcmp(cell->backend, "mmio") == 0;
	return 0;
}

static void judge(struct iop_cell *cell, const char *tier, unsigned widths)
{
	cell->tier = tier;
	cell->widths = widths;
	if (strcmp(tier, iop_tier_name(IOP_MEM)) == 0)
		cell->flags |= IOP_CELL_ILLEGAL;
}

void iop_cell_judge(struct iop_cell *cell)
{
	/* A view copies by the strict routine. */
	const char *routine = strcmp(cell->routine, "view") == 0 ? "strict" : cell->routine;

	if (!copies(cell))
		return;
	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, routine) == 0)
			judge(cell, iop_tier_name(iop_routines[i]->tier), widths_of(routine, iop_routines[i]->tier));
	for (size_t i = 0; iop_peers[i]; i++)
		if (strcmp(iop_peers[i]->name, routine) == 0)
			judge(cell, iop_peers[i]->tier, iop_peers[i]->widths);
}
