/* SPDX-License-Identifier: MIT */
/*
 * FIFOs: many accesses to one address, by width; the size is in bytes of the stream.
 *
 *	kernel-rep  the kernel's readsl and writesl, re-created: the baseline
 *	rep         iop_read_rep and iop_write_rep of a field
 */
#include "buffer.h"
#include "table.h"

#include <iopath/iopath.h>
#include <peers/kernel_rep.h>

#define LONGEST 1024
struct rep_dev {
	uint32_t u32;
	uint16_t u16;
	uint8_t u8;
};
typedef IOP_MMIO(struct rep_dev) dev_mmio;
typedef IOP_RELAXED(struct rep_dev) dev_relaxed;

struct rep_ctx {
	struct iop_window window;
	size_t bytes;
	unsigned char memory[LONGEST] __attribute__((aligned(8)));
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	int err = iop_window_setup(ctx, sizeof(struct rep_ctx), env, 64);

	if (!err)
		((struct rep_ctx *)*ctx)->bytes = cell->bytes;
	return err;
}

/* The place, the memory and the count are not known to the compiler. */
#define BATCH(name, width, body)                                                                   \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n)                          \
	{                                                                                          \
		struct rep_ctx *c = ctx;                                                           \
		uintptr_t addr = (uintptr_t)c->window.dev;                                         \
		unsigned char *memory = c->memory;                                                 \
		size_t count = c->bytes / (width);                                                 \
		for (; n; n--) {                                                                   \
			__asm__ volatile("" : "+r"(addr), "+r"(memory), "+r"(count) : : "memory"); \
			body;                                                                      \
		}                                                                                  \
	}

#define DEV(b)	     ((dev_##b){.raw = {.addr = addr}})
#define PLACE(field) ((volatile void *)(addr + offsetof(struct rep_dev, field)))
#define OURS(b, field, width)                                                                          \
	BATCH(read_rep_##b##_##width, width, iop_read_rep(iop_project(DEV(b), .field), memory, count)) \
	BATCH(write_rep_##b##_##width, width, iop_write_rep(iop_project(DEV(b), .field), memory, count))
#define WIDTH(field, width, letter)                                                                \
	BATCH(read_kernel_##width, width, iop_kernel_reads##letter(PLACE(field), memory, count))   \
	BATCH(write_kernel_##width, width, iop_kernel_writes##letter(PLACE(field), memory, count)) \
	OURS(mmio, field, width)                                                                   \
	OURS(relaxed, field, width)
WIDTH(u8, 1, b)
WIDTH(u16, 2, w)
WIDTH(u32, 4, l)

struct row {
	const char *op, *backend, *routine;
	unsigned width;
	void (*batch)(void *ctx, uint64_t n);
};

#define ROWS(width)                                                               \
	{"read_rep", "mmio", "kernel-rep", width, read_kernel_##width},           \
		{"write_rep", "mmio", "kernel-rep", width, write_kernel_##width}, \
		{"read_rep", "mmio", "rep", width, read_rep_mmio_##width},        \
		{"write_rep", "mmio", "rep", width, write_rep_mmio_##width},      \
		{"read_rep", "relaxed", "rep", width, read_rep_relaxed_##width},  \
	{                                                                         \
		"write_rep", "relaxed", "rep", width, write_rep_relaxed_##width   \
	}

static const struct row rows[] = {ROWS(1), ROWS(2), ROWS(4)};

static void add(struct iop_cell_table *table, const struct row *row, unsigned bytes)
{
	const bool peer = row->routine[0] == 'k';
	struct iop_cell cell = {
		.bytes = bytes,
		.flags = peer ? IOP_CELL_PEER : 0,
		.setup = setup,
		.batch = row->batch,
		.teardown = iop_window_teardown,
		.help = peer ? "the kernel's loop of raw accesses to one address" : "repeated access to one address",
	};
	const char *baseline = peer ? NULL : iop_cell_format("%s/mmio/kernel-rep/%u/width=%u", row->op, bytes, row->width);

	iop_cell_add(table, cell, baseline, "%s/%s/%s/%u/width=%u", row->op, row->backend, row->routine, bytes, row->width);
}

void iop_cells_rep(struct iop_cell_table *table)
{
	static const unsigned sizes[] = {16, 64, LONGEST};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (size_t s = 0; s < sizeof(sizes) / sizeof(sizes[0]); s++)
			add(table, &rows[i], sizes[s]);
}
