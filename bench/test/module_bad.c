/* SPDX-License-Identifier: MIT */
/* Modules that are not what they say: BAD is what is wrong. Those without a table of cells get one good cell where they can. */
#include <cells/module.h>
#include <iopath/cells.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define IS(what) (strcmp(BAD, what) == 0)

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell, (void)env;
	*ctx = NULL;
	if (IS("crash-in-setup"))
		abort();
	return 0;
}

static void batch(void *ctx, uint64_t n)
{
	(void)ctx;
	if (IS("exit-in-the-batch"))
		exit(0);
	for (; n; n--)
		__asm__ volatile("");
}

static void teardown(void *ctx)
{
	(void)ctx;
}

__attribute__((constructor)) static void loaded(void)
{
	if (IS("crash-on-load"))
		abort();
	if (IS("exit-on-load"))
		_exit(0);
	if (IS("print-on-load"))
		printf("hello\tfrom here\n");
	if (IS("hang-on-load"))
		for (;;)
			pause();
	if (IS("eat-memory"))
		for (;;) {
			static void *volatile kept;

			kept = calloc(1, 1 << 20);
			if (!kept)
				abort();
		}
	if (IS("work-without-end"))
		for (volatile unsigned i = 0;; i++)
			;
}

#define CELL(n, o, r)                                                                                           \
	{                                                                                                       \
		.name = n, .op = o, .backend = "bad", .routine = r, .bytes = 4, .setup = setup, .batch = batch, \
		.teardown = teardown                                                                            \
	}

const struct iop_cells_module *iop_cells_module(void)
{
	static struct iop_cell cells[] = {CELL("read/bad/one/u32", "read", "one"), CELL("read/bad/two/u32", "read", "two")};
	static struct iop_cells_module module = {.abi = IOP_CELLS_ABI, .cell_size = sizeof(cells[0]), .count = 2, .cells = cells};

	if (IS("other-abi"))
		module.abi = 77;
	if (IS("cells-too-small"))
		module.cell_size = 8;
	if (IS("cells-too-large"))
		module.cell_size = 1u << 20;
	if (IS("more-cells-than-there-are"))
		module.count = 500000;
	if (IS("endless-cells"))
		module.count = UINT64_MAX;
	if (IS("no-cells"))
		module.cells = NULL;
	if (IS("no-name"))
		cells[1].name = NULL;
	if (IS("wild-name"))
		cells[1].name = (const char *)16;
	if (IS("no-batch"))
		cells[1].batch = NULL;
	if (IS("twice"))
		cells[1] = cells[0];
	if (IS("three-parts"))
		cells[1].name = "read/bad/two";
	if (IS("newline-in-a-name"))
		cells[1].name = "read/bad/two/u\n32";
	if (IS("name-and-parts-differ"))
		cells[1].routine = "one";
	if (IS("name-of-ours"))
		cells[1] = (struct iop_cell)CELL("read/mmio/raw/u32", "read", "raw");
	if (IS("name-of-ours"))
		cells[1].backend = "mmio";
	if (IS("crash-in-the-table"))
		abort();
	return IS("no-table") ? NULL : &module;
}

static const struct iop_access_claims claims = {.size = sizeof(claims)};
static struct iop_registered entry = {.size = sizeof(entry),
				      .kind = IOP_REGISTERED_READ,
				      .name = "reg",
				      .symbol = "iop_judged_read_reg",
				      .width = 4,
				      .batch = batch,
				      .access = &claims};
static const struct iop_registered *const lines[] = {&entry, &entry};

__attribute__((visibility("default"))) const struct iop_registered_table *iop_registered_module(void);
const struct iop_registered_table *iop_registered_module(void)
{
	static struct iop_registered_table table = {
		.abi = IOP_REGISTERED_ABI, .size = sizeof(table), .name = "bad", .first = lines, .end = lines + 1};

	if (IS("registered-other-abi"))
		table.abi = 77;
	if (IS("registered-nothing"))
		table.end = table.first;
	if (IS("registered-twice"))
		table.end++;
	if (IS("registered-slash"))
		entry.name = "a/b";
	if (IS("registered-module-slash"))
		table.name = "a/b";
	if (IS("registered-no-name"))
		entry.name = NULL;
	if (IS("registered-width"))
		entry.width = 3;
	if (IS("registered-kind"))
		entry.kind = 99;
	if (IS("registered-no-claims"))
		entry.access = NULL;
	if (IS("registered-backwards"))
		table.end = table.first - 1;
	return &table;
}
