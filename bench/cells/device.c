/* SPDX-License-Identifier: MIT */
/*
 * Accesses and copies on a BAR of a PCI function: emulated in a guest, or real. The cells exist only if the user has named the
 * function and consented to reads and writes: `iopath bench --device` maps it. IOPATH_BAR tells where, for its own process only:
 * "PID,ADDRESS,SIZE,WC,WIDTHS".
 *
 *	read, write          raw is the volatile access; the others go through Mmio and RelaxedMmio views
 *	toio, fromio, set    every routine that the mapping's tier allows; nobody else's, which may touch a register twice
 *
 * WIDTHS are those that the device takes: there are no cells that would make any other access. A harness that says none means all.
 *
 * Backend "bar" is an uncached mapping, "bar-wc" a write-combining one. What was there before is put back by who consented.
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>
#include <iopath/tier.h>
#include <iopath/widths.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define LONGEST ((size_t)4096)

struct place {
	uintptr_t io;
	size_t size;
	unsigned wc, widths;
};

struct device_ctx {
	uintptr_t io;
	const struct iop_routine *routine;
	size_t bytes;
	unsigned char memory[LONGEST] __attribute__((aligned(64)));
};

/* 0 or -ENODEV: none was named. */
static int named(struct place *p)
{
	const char *text = getenv("IOPATH_BAR");
	int pid;

	p->widths = IOP_WIDTHS_ALL;
	if (!text || sscanf(text, "%d,%" SCNxPTR ",%zu,%u,%u", &pid, &p->io, &p->size, &p->wc, &p->widths) < 4 || pid != getpid())
		return -ENODEV;
	return 0;
}

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct device_ctx *c = aligned_alloc(64, (sizeof(*c) + 63) / 64 * 64);
	struct place p;
	int err = named(&p);

	if (err || !c) {
		free(c);
		return err ? err : -ENOMEM;
	}
	/* A harness that watches does so on memory. */
	if (iop_device_is_watched(env))
		p.io = (uintptr_t)iop_device_memory(env, 4096, LONGEST);
	if (!p.io) {
		free(c);
		return -ENOMEM;
	}
	*c = (struct device_ctx){.io = p.io, .routine = cell->family, .bytes = (size_t)cell->bytes};
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	free(ctx);
}

#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x))

#define BATCH(name, T, body)                                              \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		uintptr_t at = ((const struct device_ctx *)ctx)->io;      \
		T v = (T)n;                                               \
		for (; n; n--) {                                          \
			HIDE(at);                                         \
			body;                                             \
			KEEP(v);                                          \
		}                                                         \
	}

#define VIEW(T) iop_view_at(T##_view, at)
#define ACCESSES(T)                                                    \
	typedef IOP_MMIO(T) T##_view;                                  \
	BATCH(read_raw_##T, T, v = *(volatile T *)at)                  \
	BATCH(read_mmio_##T, T, v = iop_read(VIEW(T)))                 \
	BATCH(read_relaxed_##T, T, v = iop_read(iop_relaxed(VIEW(T)))) \
	BATCH(write_raw_##T, T, *(volatile T *)at = v)                 \
	BATCH(write_mmio_##T, T, iop_write(VIEW(T), v))                \
	BATCH(write_relaxed_##T, T, iop_write(iop_relaxed(VIEW(T)), v))
ACCESSES(uint8_t)
ACCESSES(uint16_t)
ACCESSES(uint32_t)
ACCESSES(uint64_t)

static __attribute__((noinline)) void batch_toio(void *ctx, uint64_t n)
{
	struct device_ctx *c = ctx;

	for (; n; n--)
		c->routine->toio((volatile void *)c->io, c->memory, c->bytes);
}

static __attribute__((noinline)) void batch_fromio(void *ctx, uint64_t n)
{
	struct device_ctx *c = ctx;

	for (; n; n--)
		c->routine->fromio(c->memory, (const volatile void *)c->io, c->bytes);
}

static __attribute__((noinline)) void batch_set(void *ctx, uint64_t n)
{
	struct device_ctx *c = ctx;

	for (; n; n--)
		c->routine->set((volatile void *)c->io, 0, c->bytes);
}

static const struct access_row {
	const char *op, *routine;
	void (*batch[4])(void *ctx, uint64_t n);
	uint32_t flags;
	const char *help;
} accesses[] = {
#define WIDTHS(f)                                                     \
	{                                                             \
		f##_uint8_t, f##_uint16_t, f##_uint32_t, f##_uint64_t \
	}
	{"read", "raw", WIDTHS(read_raw), IOP_CELL_PEER, "volatile load from the BAR"},
	{"read", "mmio", WIDTHS(read_mmio), 0, "ordered read of the BAR"},
	{"read", "relaxed", WIDTHS(read_relaxed), 0, "relaxed read of the BAR"},
	{"write", "raw", WIDTHS(write_raw), IOP_CELL_PEER, "volatile store to the BAR"},
	{"write", "mmio", WIDTHS(write_mmio), 0, "ordered write to the BAR"},
	{"write", "relaxed", WIDTHS(write_relaxed), 0, "relaxed write to the BAR"},
};

static void add_accesses(struct iop_cell_table *table, const struct place *p, const char *backend)
{
	for (size_t i = 0; i < sizeof(accesses) / sizeof(accesses[0]); i++)
		for (unsigned w = 0; w < 4; w++) {
			const struct access_row *row = &accesses[i];
			struct iop_cell cell = {
				.bytes = 1u << w,
				.flags = row->flags | IOP_CELL_SYSCALL | (w >= 2 ? IOP_CELL_QUICK : 0),
				.setup = setup,
				.batch = row->batch[w],
				.teardown = teardown,
				.help = row->help,
			};
			const char *baseline = NULL;

			if (p->size < cell.bytes || p->io % cell.bytes || !iop_widths_have(p->widths, 1u << w))
				continue;
			if (!(row->flags & IOP_CELL_PEER))
				baseline = iop_cell_format("%s/%s/raw/u%u", row->op, backend, 8u << w);
			iop_cell_add(table, cell, baseline, "%s/%s/%s/u%u", row->op, backend, row->routine, 8u << w);
		}
}

/* The widths of the accesses by which @r copies @n bytes. What is not said of a routine for devices are the fewest up to a word. */
static unsigned widths_of(const struct iop_routine *r, uintptr_t io, size_t n)
{
	unsigned widths = r->tier > IOP_STRICT_S ? IOP_WIDTHS_ALL : 0;

	if (r->widths)
		return r->widths;
	for (size_t at = 0, width; r->tier <= IOP_STRICT_S && at < n; at += width) {
		for (width = sizeof(void *); width > n - at || (io + at) % width; width /= 2)
			;
		widths |= (unsigned)width;
	}
	return widths;
}

static void add_copies(struct iop_cell_table *table, const struct place *p, const char *backend, const struct iop_routine *r)
{
	static const size_t sizes[] = {4, 8, 64, 256, 1024, LONGEST};
	static const char *const ops[] = {"toio", "fromio", "set"};
	void (*const batches[])(void *, uint64_t) = {batch_toio, batch_fromio, batch_set};
	const int offered[] = {r->toio != NULL, r->fromio != NULL, r->set != NULL};

	for (unsigned op = 0; op < 3; op++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]) && sizes[s] <= p->size; s++) {
			struct iop_cell cell = {
				.bytes = sizes[s],
				.flags = IOP_CELL_SYSCALL | (sizes[s] == 64 || sizes[s] == LONGEST ? IOP_CELL_QUICK : 0),
				.family = r,
				.setup = setup,
				.batch = batches[op],
				.teardown = teardown,
				.help = r->about,
			};

			if (offered[op] && iop_routine_takes(r, p->io, 0, sizes[s]) &&
			    iop_widths_within(widths_of(r, p->io, sizes[s]), p->widths))
				iop_cell_add(table, cell, NULL, "%s/%s/%s/%zu", ops[op], backend, r->name, sizes[s]);
		}
}

void iop_cells_device(struct iop_cell_table *table)
{
	struct place p;
	const char *backend;

	if (named(&p))
		return;
	backend = p.wc ? "bar-wc" : "bar";
	add_accesses(table, &p, backend);
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (r->tier <= (p.wc ? IOP_WIDE : IOP_STRICT_S) && (!r->supported || r->supported()))
			add_copies(table, &p, backend, r);
	}
}
