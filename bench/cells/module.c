/* SPDX-License-Identifier: MIT */
#include "table.h"

#include <iopath_build.h>

static const iop_cell_family families[] = {
#define IOP_CELLS(name) iop_cells_##name,
#include "families.def"
#undef IOP_CELLS
};

const struct iop_cells_module *iop_cells_module(void)
{
	static struct iop_cells_module module;
	struct iop_cell_table table = {0};

	if (module.cells)
		return &module;
	for (size_t i = 0; i < sizeof(families) / sizeof(families[0]); i++)
		families[i](&table);
	/* Nothing is freed on failure: the process that cannot hold a table of names is about to end anyway. */
	if (table.failed)
		return NULL;
	module.abi = IOP_CELLS_ABI;
	module.cell_size = sizeof(struct iop_cell);
	module.count = table.count;
	module.cells = table.cells;
	module.commit = IOP_BUILD_COMMIT;
	module.compiler = IOP_BUILD_COMPILER;
	module.flags = IOP_BUILD_FLAGS;
	module.arch = IOP_BUILD_ARCH;
	return &module;
}
