/* SPDX-License-Identifier: MIT */
/*
 * Polling a register that is ready: what the call costs when there is nothing to wait for.
 *
 *	raw         volatile read and a test: the loop by hand
 *	for-ever    iop_poll without a deadline: the same read and test
 *	deadline    iop_poll with one, which asks for the time before the first read
 *	clock       raw, and the time asked for by hand
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>

#include <time.h>

#define READY 0x80u

typedef IOP_MMIO(uint32_t) status_mmio;

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct iop_window *window;
	int err = iop_window_setup(ctx, sizeof(*window), env, 64);

	(void)cell;
	if (err)
		return err;
	window = *ctx;
	*(uint32_t *)window->dev = READY;
	return 0;
}

static inline int by_hand(const volatile uint32_t *p, uint32_t *v)
{
	do
		*v = *p;
	while (!(*v & READY));
	return 0;
}

static inline int clock_by_hand(const volatile uint32_t *p, uint32_t *v)
{
	struct timespec start;

	clock_gettime(CLOCK_MONOTONIC, &start);
	return start.tv_nsec < 0 ? -EIO : by_hand(p, v);
}

#define BATCH(name, body)                                                 \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		const struct iop_window *window = ctx;                    \
		uint32_t *p = window->dev, v = 0;                         \
		int err = 0;                                              \
		_Pragma("GCC unroll 8") for (; n; n--)                    \
		{                                                         \
			__asm__ volatile("" : "+r"(p));                   \
			err |= body;                                      \
			__asm__ volatile("" : : "r"(v), "r"(err));        \
		}                                                         \
	}

#define STATUS iop_view_at(status_mmio, p)
BATCH(poll_raw, by_hand(p, &v))
BATCH(poll_for_ever, iop_poll(STATUS, v, v &READY, 0, 0))
BATCH(poll_clock, clock_by_hand(p, &v))
BATCH(poll_deadline, iop_poll(STATUS, v, v &READY, 0, 1000))

static const struct row {
	const char *routine, *baseline;
	void (*batch)(void *ctx, uint64_t n);
	const char *help;
} rows[] = {
	{"raw", NULL, poll_raw, "a loop of volatile reads by hand, over at once"},
	{"for-ever", "raw", poll_for_ever, "iop_poll without a deadline, true at once"},
	{"clock", NULL, poll_clock, "the loop by hand, after asking for the time"},
	{"deadline", "clock", poll_deadline, "iop_poll with a deadline, true at once"},
};

void iop_cells_poll(struct iop_cell_table *table)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct iop_cell cell = {
			.bytes = 4,
			.flags = rows[i].baseline ? 0 : IOP_CELL_PEER,
			.setup = setup,
			.batch = rows[i].batch,
			.teardown = iop_window_teardown,
			.help = rows[i].help,
		};
		const char *baseline = rows[i].baseline ? iop_cell_format("poll/mmio/%s/u32", rows[i].baseline) : NULL;

		iop_cell_add(table, cell, baseline, "poll/mmio/%s/u32", rows[i].routine);
	}
}
