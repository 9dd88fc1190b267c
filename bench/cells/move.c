/* SPDX-License-Identifier: MIT */
/*
 * Moves between two device sides: every routine of the core's table, and the peers that offer one.
 *
 *	/phase=P    the destination lies P bytes further into its word than the source: words cannot be copied as they are
 *	/overlap    the destination lies 64 + P bytes after the source, so that a larger move must run backwards
 */
#include "buffer.h"
#include "table.h"

#include <peers/peers.h>

#include <iopath/routine.h>

#include <errno.h>
#include <stdlib.h>

#define PHASE	3
#define OVERLAP 64

typedef void (*move_fn)(volatile void *dst, const volatile void *src, size_t n);

struct mover {
	move_fn move;
	unsigned unit; /* sizes and places are multiples of so many bytes; 0: of one */
};

struct move_ctx {
	struct iop_buffer buffer;
	unsigned char *dst, *src;
	size_t size;
	move_fn move;
};

enum {
	PARAM_SIZE,
	PARAM_PHASE,
	PARAM_OVERLAP
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct move_ctx *c = calloc(1, sizeof(*c));
	size_t phase = cell->param[PARAM_PHASE];
	int err;

	if (!c)
		return -ENOMEM;
	c->size = cell->param[PARAM_SIZE];
	err = iop_buffer_init_devices(&c->buffer, env, c->size + OVERLAP + PHASE, 1);
	if (err) {
		free(c);
		return err;
	}
	c->src = c->buffer.mem;
	c->dst = cell->param[PARAM_OVERLAP] ? c->src + OVERLAP + phase : c->buffer.io + phase;
	c->move = ((const struct mover *)cell->family)->move;
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct move_ctx *c = ctx;

	iop_buffer_free(&c->buffer);
	free(c);
}

static __attribute__((noinline)) void batch(void *ctx, uint64_t n)
{
	struct move_ctx *c = ctx;
	size_t size = c->size;

	for (; n; n--) {
		/* As unknown to the routine's caller as it is to a driver. */
		__asm__ volatile("" : "+r"(size));
		c->move(c->dst, c->src, size);
	}
}

static void add(struct iop_cell_table *table, const struct mover *mover, const char *name, const char *about, uint32_t flags)
{
	static const size_t sizes[] = {1, 4, 8, 13, 32, 64, 256, 4096, 65536};

	for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
		for (unsigned phase = 0; phase <= PHASE; phase += PHASE)
			for (unsigned overlap = 0; overlap < 2; overlap++) {
				const char *key = phase ? (overlap ? "/phase=3/overlap" : "/phase=3") : overlap ? "/overlap" : "";
				struct iop_cell cell = {
					.bytes = sizes[i],
					.flags = flags | (sizes[i] == 4096 && !overlap ? IOP_CELL_QUICK : 0),
					.param = {[PARAM_SIZE] = (uint32_t)sizes[i],
						  [PARAM_PHASE] = phase,
						  [PARAM_OVERLAP] = overlap},
					.family = mover,
					.setup = setup,
					.batch = batch,
					.teardown = teardown,
					.help = about,
				};

				if (mover->unit && (sizes[i] | phase) % mover->unit)
					continue;
				iop_cell_add(table, cell, iop_cell_format("move/mmio/bytes/%zu%s", sizes[i], key),
					     "move/mmio/%s/%zu%s", name, sizes[i], key);
			}
}

static void add_mover(struct iop_cell_table *table, const char *name, const char *about, move_fn move, unsigned unit,
		      uint32_t flags)
{
	/* Lives as long as the module's table: until the process ends. */
	struct mover *mover = move ? malloc(sizeof(*mover)) : NULL;

	if (!mover)
		return;
	mover->move = move;
	mover->unit = unit;
	add(table, mover, name, about, flags);
}

void iop_cells_move(struct iop_cell_table *table)
{
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (!r->supported || r->supported())
			add_mover(table, r->name, r->about, r->move, r->unit, 0);
	}
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];

		if (!p->supported || p->supported())
			add_mover(table, p->name, p->source, p->move, p->unit, IOP_CELL_PEER);
	}
}
