/* SPDX-License-Identifier: MIT */
/*
 * A module as it was built against ABI 1 before anything could be registered: its structures are copies of those of that day, and must
 * stay as they are. It takes part in everything.
 */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

struct old_env {
	uint32_t size, colour;
	uint64_t seed;
	void *(*device_memory)(void *user, size_t bytes);
	void *user;
};

struct old_cell {
	const char *name, *op, *backend, *routine, *baseline;
	uint64_t bytes, max_batch;
	uint32_t flags;
	uint32_t param[4];
	const void *family;
	int (*setup)(const struct old_cell *cell, const struct old_env *env, void **ctx);
	void (*prepare)(void *ctx, uint64_t n);
	void (*batch)(void *ctx, uint64_t n);
	void (*teardown)(void *ctx);
	const char *symbol, *help;
#ifndef WITHOUT_VERDICTS /* the first modules of this ABI ended here */
	const char *tier;
	uint32_t widths;
#endif
};

struct old_module {
	uint32_t abi, cell_size;
	uint64_t count;
	const struct old_cell *cells;
	const char *commit, *compiler, *flags, *arch;
};

static int setup(const struct old_cell *cell, const struct old_env *env, void **ctx)
{
	(void)cell, (void)env;
	*ctx = calloc(1, 64);
	return *ctx ? 0 : -12;
}

static void batch(void *ctx, uint64_t n)
{
	for (; n; n--)
		*(volatile uint32_t *)ctx = 1;
}

static const struct old_cell cells[] = {
	{.name = "write/old/first/u32",
	 .op = "write",
	 .backend = "old",
	 .routine = "first",
	 .bytes = 4,
	 .flags = 1u << 6,
	 .setup = setup,
	 .batch = batch,
	 .teardown = free},
	{.name = "write/old/second/u32",
	 .op = "write",
	 .backend = "old",
	 .routine = "second",
	 .baseline = "write/old/first/u32",
	 .bytes = 4,
	 .setup = setup,
	 .batch = batch,
	 .teardown = free,
	 .help = "the second of two"},
};

__attribute__((visibility("default"))) const struct old_module *iop_cells_module(void);
const struct old_module *iop_cells_module(void)
{
	static const struct old_module module = {1, sizeof(struct old_cell), 2, cells, "unknown", "gcc", "", "x86_64"};

	return &module;
}
