/* SPDX-License-Identifier: MIT */
/*
 * A cell that writes to a device, on the test's clock. Once it has written it stops its process, if the file is there that
 * GATE_DEVICE_STOP names, and takes that file away: so the test has all the time it wants to look. As many processes as that file has
 * bytes set it up before, one after the other, and go on.
 */
#include "gate_clock.h"

#include <cells/module.h>

#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define WRITE_NS 100

struct context {
	volatile uint64_t *word;
	size_t words;
	const char *stop;
};

/* The file that is there for this process; NULL: it goes on. */
static const char *stop_here(void)
{
	const char *stop = getenv("GATE_DEVICE_STOP");
	struct stat file;

	if (!stop || stat(stop, &file))
		return NULL;
	if (file.st_size == 0)
		return stop;
	if (truncate(stop, file.st_size - 1))
		abort();
	return NULL;
}

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	const char *text = getenv("IOPATH_BAR");
	struct context *c;
	uintptr_t address;
	size_t size;

	(void)cell, (void)env;
	if (!text || sscanf(text, "%*d,%" SCNxPTR ",%zu", &address, &size) != 2)
		return -ENODEV;
	c = malloc(sizeof(*c));
	if (!c)
		return -ENOMEM;
	*c = (struct context){.word = (volatile uint64_t *)address, .words = size / sizeof(uint64_t), .stop = stop_here()};
	*ctx = c;
	return 0;
}

static void batch(void *ctx, uint64_t n)
{
	const struct context *c = ctx;

	for (; n; n--) {
		for (size_t i = 0; i < c->words; i++)
			c->word[i] = UINT64_C(0x5aa55aa55aa55aa5);
		gate_clock_pass(WRITE_NS);
	}
	if (c->stop && !unlink(c->stop))
		raise(SIGSTOP);
}

static void teardown(void *ctx)
{
	free(ctx);
}

const struct iop_cells_module *iop_cells_module(void)
{
	static const struct iop_cell cell = {
		.name = "write/bar/test/u64",
		.op = "write",
		.backend = "bar",
		.routine = "test",
		.bytes = 8,
		.flags = IOP_CELL_SYSCALL,
		.setup = setup,
		.batch = batch,
		.teardown = teardown,
	};
	static const struct iop_cells_module module = {
		.abi = IOP_CELLS_ABI,
		.cell_size = sizeof(struct iop_cell),
		.count = 1,
		.cells = &cell,
		.commit = "0123456789abcdef0123456789abcdef01234567",
		.compiler = "none 0",
		.flags = "",
		.arch = "fake",
	};

	return &module;
}
