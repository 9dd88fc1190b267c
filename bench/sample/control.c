/* SPDX-License-Identifier: MIT */
#include "control.h"

#include <errno.h>
#include <stdlib.h>

#define WORDS 512

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell, (void)env;
	*ctx = aligned_alloc(4096, WORDS * sizeof(uint64_t));
	if (!*ctx)
		return -ENOMEM;
	for (size_t i = 0; i < WORDS; i++)
		((uint64_t *)*ctx)[i] = i;
	return 0;
}

static void teardown(void *ctx)
{
	free(ctx);
}

__attribute__((noinline, aligned(64))) static void batch(void *ctx, uint64_t n)
{
	volatile uint64_t *words = ctx;
	uint64_t x = 1;

	for (; n; n--)
		for (size_t i = 0; i < 16; i++) {
			x += words[(x + i) % WORDS] + n;
			words[(i * 31) % WORDS] = x;
		}
}

const struct iop_cell *iop_gate_control(void)
{
	static const struct iop_cell cell = {
		.name = "control/gate/kernel/0",
		.op = "control",
		.backend = "gate",
		.routine = "kernel",
		.flags = IOP_CELL_CONTROL,
		.setup = setup,
		.batch = batch,
		.teardown = teardown,
	};

	return &cell;
}
