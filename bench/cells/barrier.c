/* SPDX-License-Identifier: MIT */
/*
 * Barriers: what order costs. Two stores to memory that is in the cache, with nothing or with a barrier between them; and a load or
 * store that is one itself.
 *
 *	order    two stores; raw has no barrier, fence is the language's (atomic_thread_fence), the others are those of barrier.h
 *	read     iop_smp_load_acquire beside the language's acquiring load
 *	write    iop_smp_store_release beside the language's releasing store
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>

#include <string.h>

/* Of two words, a cache line apart. */
#define APART 16

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	(void)cell;
	return iop_window_setup(ctx, sizeof(struct iop_window), env, 256);
}

/* The address passes through an empty asm, so that nothing is carried over from one operation to the next. */
#define BATCH(name, body)                                                 \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		const struct iop_window *window = ctx;                    \
		uint32_t *p = window->dev, v = 1;                         \
		_Pragma("GCC unroll 8") for (; n; n--)                    \
		{                                                         \
			__asm__ volatile("" : "+r"(p), "+r"(v));          \
			body;                                             \
		}                                                         \
	}

typedef IOP_SYSMEM(uint32_t) word_view;
typedef IOP_WC(uint32_t) wc_word_view;

#define STORE(p, v) (*(volatile uint32_t *)(p) = (v))
#define ORDER(barrier) \
	STORE(p, v);   \
	barrier;       \
	STORE(p + APART, v)
BATCH(order_raw, ORDER((void)0))
BATCH(order_fence, ORDER(__atomic_thread_fence(__ATOMIC_SEQ_CST)))
BATCH(order_mb, ORDER(iop_mb()))
BATCH(order_rmb, ORDER(iop_rmb()))
BATCH(order_wmb, ORDER(iop_wmb()))
BATCH(order_wc_flush, ORDER(iop_wc_flush(iop_view_at(wc_word_view, p))))
BATCH(order_dma_rmb, ORDER(iop_dma_rmb()))
BATCH(order_dma_wmb, ORDER(iop_dma_wmb()))
BATCH(order_smp_mb, ORDER(iop_smp_mb()))
BATCH(order_smp_rmb, ORDER(iop_smp_rmb()))
BATCH(order_smp_wmb, ORDER(iop_smp_wmb()))
BATCH(read_atomic, v = __atomic_load_n(p, __ATOMIC_ACQUIRE))
BATCH(read_acquire, v = iop_smp_load_acquire(iop_view_at(word_view, p)))
BATCH(write_atomic, __atomic_store_n(p, v, __ATOMIC_RELEASE))
BATCH(write_release, iop_smp_store_release(iop_view_at(word_view, p), v))

struct row {
	const char *op, *routine, *baseline;
	void (*batch)(void *ctx, uint64_t n);
	const char *help;
};

static const struct row rows[] = {
	{"order", "raw", NULL, order_raw, "two volatile stores, no barrier between them"},
	{"order", "fence", NULL, order_fence, "two volatile stores and the language's full fence"},
	{"order", "mb", "fence", order_mb, "full barrier between two stores, for memory and devices"},
	{"order", "rmb", "raw", order_rmb, "barrier of reads between two stores, for memory and devices"},
	{"order", "wmb", "raw", order_wmb, "barrier of writes between two stores, for memory and devices"},
	{"order", "wc-flush", "raw", order_wc_flush, "flush of write-combining stores between two stores"},
	{"order", "dma-rmb", "raw", order_dma_rmb, "barrier of reads between two stores, for memory that a device writes"},
	{"order", "dma-wmb", "raw", order_dma_wmb, "barrier of writes between two stores, for memory that a device reads"},
	{"order", "smp-mb", "fence", order_smp_mb, "full barrier between two stores, for other CPUs"},
	{"order", "smp-rmb", "raw", order_smp_rmb, "barrier of reads between two stores, for other CPUs"},
	{"order", "smp-wmb", "raw", order_smp_wmb, "barrier of writes between two stores, for other CPUs"},
	{"read", "atomic", NULL, read_atomic, "the language's acquiring load"},
	{"read", "acquire", "atomic", read_acquire, "a load that later accesses stay behind"},
	{"write", "atomic", NULL, write_atomic, "the language's releasing store"},
	{"write", "release", "atomic", write_release, "a store that comes after earlier accesses"},
};

void iop_cells_barrier(struct iop_cell_table *table)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct row *row = &rows[i];
		struct iop_cell cell = {
			.bytes = strcmp(row->op, "order") == 0 ? 8 : 4,
			.flags = row->baseline ? 0 : IOP_CELL_PEER,
			.setup = setup,
			.batch = row->batch,
			.teardown = iop_window_teardown,
			.help = row->help,
		};
		const char *baseline = row->baseline ? iop_cell_format("%s/sysmem/%s/u32", row->op, row->baseline) : NULL;

		iop_cell_add(table, cell, baseline, "%s/sysmem/%s/u32", row->op, row->routine);
	}
}
