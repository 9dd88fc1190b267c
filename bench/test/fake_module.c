/* SPDX-License-Identifier: MIT */
/* A module of cells whose behaviour is known: what the harness must do with each kind is tested on it, not on real timings. */
#include <cells/module.h>

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)env;
	*ctx = malloc(sizeof(cell));
	if (!*ctx)
		return -ENOMEM;
	*(const struct iop_cell **)*ctx = cell;
	return 0;
}

static int setup_fails(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell, (void)env, (void)ctx;
	return -ENODEV;
}

static void teardown(void *ctx)
{
	free(ctx);
}

static void burn(void *ctx, uint64_t n)
{
	(void)ctx;
	for (; n; n--)
		__asm__ volatile("");
}

/* Its batch of the number that FAKE_MODULE_SIGINT says is interrupted. */
static void slow(void *ctx, uint64_t n)
{
	const char *interrupted = getenv("FAKE_MODULE_SIGINT");
	struct timespec t = {0, 5000000};
	static long batches;

	(void)ctx;
	if (interrupted && ++batches == atol(interrupted))
		kill(getppid(), SIGINT);
	for (; n; n--)
		nanosleep(&t, NULL);
}

/* The largest batch and the number of operations that were prepared are written where the test can read them. */
static uint64_t largest, prepared, done;

static void prepare(void *ctx, uint64_t n)
{
	(void)ctx;
	prepared += n;
}

static void counted(void *ctx, uint64_t n)
{
	burn(ctx, n);
	largest = n > largest ? n : largest;
	done += n;
}

static void report(void *ctx)
{
	const char *path = getenv("FAKE_MODULE_LOG");
	FILE *file = path ? fopen(path, "w") : NULL;

	if (file) {
		fprintf(file, "%llu %llu %llu\n", (unsigned long long)largest, (unsigned long long)prepared,
			(unsigned long long)done);
		fclose(file);
	}
	free(ctx);
}

#define CELL_OF(n, o, b, r, setup_, batch_, teardown_) \
	.name = n, .op = o, .backend = b, .routine = r, .setup = setup_, .batch = batch_, .teardown = teardown_
#define CELL(n, o, b, r) CELL_OF(n, o, b, r, setup, burn, teardown)

static const struct iop_cell cells[] = {
	{CELL(IOP_CELL_NAME_EMPTY, "control", "none", "empty"), .flags = IOP_CELL_CONTROL | IOP_CELL_QUICK},
	{CELL(IOP_CELL_NAME_CYCLE, "control", "none", "cycle"), .flags = IOP_CELL_CONTROL | IOP_CELL_QUICK},
	{CELL("read/mmio/raw/u32", "read", "mmio", "raw"), .bytes = 4, .flags = IOP_CELL_PEER | IOP_CELL_QUICK},
	{CELL("read/mmio/project/u32", "read", "mmio", "project"), .bytes = 4, .baseline = "read/mmio/raw/u32",
	 .flags = IOP_CELL_QUICK, .help = "a \"quoted\" help"},
	{CELL("toio/mmio/glibc/64", "toio", "mmio", "glibc"), .bytes = 64, .flags = IOP_CELL_PEER | IOP_CELL_ILLEGAL},
	{CELL("toio/mmio/strict/64", "toio", "mmio", "strict"), .bytes = 64},
	{CELL_OF("read/mmio/broken/u32", "read", "mmio", "broken", setup_fails, burn, teardown), .bytes = 4},
	{CELL_OF("read/mmio/slow/u32", "read", "mmio", "slow", setup, slow, teardown), .bytes = 4, .flags = IOP_CELL_FULL},
	{CELL_OF("toio/mmio/prepared/64/cold", "toio", "mmio", "prepared", setup, counted, report), .bytes = 64, .max_batch = 16,
	 .prepare = prepare, .flags = IOP_CELL_COLD},
	{CELL_OF("write/mmio/counted/u32", "write", "mmio", "counted", setup, counted, report), .bytes = 4},
};

const struct iop_cells_module *iop_cells_module(void)
{
	static const struct iop_cells_module module = {
		.abi = IOP_CELLS_ABI,
		.cell_size = sizeof(struct iop_cell),
		.count = sizeof(cells) / sizeof(cells[0]),
		.cells = cells,
		.commit = "0123456789abcdef0123456789abcdef01234567-dirty",
		.compiler = "none 0",
		.flags = "",
		.arch = "fake",
	};

	return &module;
}
