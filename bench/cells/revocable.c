/* SPDX-License-Identifier: MIT */
/*
 * The cost of accessing a register of a device that can be removed.
 *
 *	bar                the read or write of a Bar: the owner is used as a view
 *	revocable          ask, read, release: try_access of a Revocable<Bar>
 *	devres             the same through a Devres<Bar>, whose value lies elsewhere
 *	devres-access      the caller knows the device is bound: compare, follow the pointer, read
 *	lock               ask, read, release with a read-write lock of the C library: what one would write without a Revocable
 *
 * All beside the raw volatile access of the same width. One thread, so guards do not contend.
 */
#include "buffer.h"
#include "table.h"

#include <iopath/bus_sim.h>
#include <iopath/iopath.h>

#include <stdlib.h>

#define REGISTER 8

typedef IOP_BAR(64) cells_bar;
typedef IOP_REVOCABLE(cells_bar) cells_revocable;
typedef IOP_DEVRES(cells_bar) cells_devres;

/* One BAR each, so that each is dropped by its own owner. */
struct revocable_ctx {
	cells_bar bar;
	cells_revocable revocable;
	cells_devres devres;
	struct iop_device device;
	pthread_rwlock_t lock;
	struct iop_bus_sim sim;
};

static void set_resources(struct revocable_ctx *c)
{
	for (unsigned i = 0; i < 3; i++)
		iop_bus_sim_set(&c->sim, (struct iop_resource){.index = i, .len = 4096});
}

/* Where a harness watches, the accesses go to its memory; the owners stay what they are. */
static int make_owners(struct revocable_ctx *c, const struct iop_cell_env *env)
{
	cells_bar revocable, devres;
	void *watched = iop_device_is_watched(env) ? iop_device_memory(env, 4096, 4096) : NULL;
	int err = iop_bar_map(&c->bar, &c->sim.bus, 0, "bench");

	if (err)
		return err;
	err = iop_bar_map(&revocable, &c->sim.bus, 1, "bench");
	if (err)
		goto drop_bar;
	err = iop_bar_map(&devres, &c->sim.bus, 2, "bench");
	if (err)
		goto drop_revocable;
	if (watched)
		c->bar.raw.addr = revocable.raw.addr = devres.raw.addr = (uintptr_t)watched;
	err = iop_devres_from_owner(&c->devres, &c->device, &devres);
	if (err)
		goto drop_revocable;
	iop_revocable_init(&c->revocable, &revocable, iop_any_mapping_drop);
	return 0;
drop_revocable:
	iop_bar_drop(&revocable);
drop_bar:
	iop_bar_drop(&c->bar);
	return err;
}

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	struct revocable_ctx *c = calloc(1, sizeof(*c));
	int err;

	(void)cell;
	if (!c)
		return -ENOMEM;
	(void)!iop_bus_sim_init(&c->sim);
	(void)!iop_device_init(&c->device, "bench");
	pthread_rwlock_init(&c->lock, NULL);
	set_resources(c);
	err = make_owners(c, env);
	if (err) {
		iop_device_end(&c->device);
		iop_bus_sim_end(&c->sim);
		free(c);
		return err;
	}
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct revocable_ctx *c = ctx;

	iop_revocable_drop(&c->revocable);
	iop_devres_drop(&c->devres);
	iop_bar_drop(&c->bar);
	iop_device_end(&c->device);
	iop_bus_sim_end(&c->sim);
	pthread_rwlock_destroy(&c->lock);
	free(c);
}

#define HIDE(x) __asm__ volatile("" : "+r"(x))
#define KEEP(x) __asm__ volatile("" : : "r"(x))

/* The place of everything passes through an empty asm each time: no pointer is kept in a register that a driver would look up. */
#define BATCH(name, T, before, access, after)                             \
	static __attribute__((noinline)) void name(void *ctx, uint64_t n) \
	{                                                                 \
		struct revocable_ctx *c = ctx;                            \
		T v = 0;                                                  \
		_Pragma("GCC unroll 8") for (; n; n--)                    \
		{                                                         \
			HIDE(c);                                          \
			cells_bar *bar = &c->bar;                         \
			before;                                           \
			if (bar)                                          \
				access;                                   \
			after;                                            \
			KEEP(v);                                          \
		}                                                         \
	}

#define REVOCABLE     bar = iop_revocable_try_access(&c->revocable)
#define RELEASE	      bar ? iop_revocable_release(&c->revocable) : (void)0
#define DEVRES	      bar = iop_devres_try_access(&c->devres)
#define DEVRES_DONE   bar ? iop_devres_release(&c->devres) : (void)0
#define DEVRES_ACCESS bar = iop_devres_access(&c->devres, &c->device, &bar) ? NULL : bar
#define LOCK	      pthread_rwlock_rdlock(&c->lock)
#define UNLOCK	      pthread_rwlock_unlock(&c->lock)
#define NOTHING	      (void)0

/* The raw access of these cells finds its address where the others find their owner. */
#define RAW(bits) (*(volatile uint##bits##_t *)(c->bar.raw.addr + REGISTER))

#define PATHS(op, bits, access)                                                          \
	BATCH(op##_bar_##bits, uint##bits##_t, NOTHING, access, NOTHING)                 \
	BATCH(op##_revocable_##bits, uint##bits##_t, REVOCABLE, access, RELEASE)         \
	BATCH(op##_devres_##bits, uint##bits##_t, DEVRES, access, DEVRES_DONE)           \
	BATCH(op##_devres_access_##bits, uint##bits##_t, DEVRES_ACCESS, access, NOTHING) \
	BATCH(op##_lock_##bits, uint##bits##_t, LOCK, access, UNLOCK)

#define WIDTH(bits)                                                             \
	PATHS(read, bits, v = iop_read##bits(*bar, REGISTER))                   \
	PATHS(write, bits, iop_write##bits(*bar, v, REGISTER))                  \
	BATCH(read_raw_##bits, uint##bits##_t, NOTHING, v = RAW(bits), NOTHING) \
	BATCH(write_raw_##bits, uint##bits##_t, NOTHING, RAW(bits) = v, NOTHING)
WIDTH(8)
WIDTH(16)
WIDTH(32)

static const struct row {
	const char *op, *routine;
	void (*batch[3])(void *ctx, uint64_t n);
	uint32_t flags;
	const char *help;
} rows[] = {
#define WIDTHS(f)                     \
	{                             \
		f##_8, f##_16, f##_32 \
	}
#define BOTH(f, routine, flags, help)                            \
	{"read", routine, WIDTHS(read_##f), flags, help},        \
	{                                                        \
		"write", routine, WIDTHS(write_##f), flags, help \
	}
	BOTH(raw, "owner-raw", IOP_CELL_PEER, "raw volatile access, address loaded from the owner"),
	BOTH(bar, "bar", 0, "a Bar in hand"),
	BOTH(revocable, "revocable", 0, "Revocable<Bar>: try_access, access, release"),
	BOTH(devres, "devres", 0, "Devres<Bar>: try_access, access, release"),
	BOTH(devres_access, "devres-access", 0, "Devres<Bar>: access for a bound device, no guard"),
	BOTH(lock, "rwlock", IOP_CELL_PEER, "pthread_rwlock around the access"),
};

void iop_cells_revocable(struct iop_cell_table *table)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (unsigned w = 0; w < 3; w++) {
			const struct row *row = &rows[i];
			unsigned bits = 8u << w;
			struct iop_cell cell = {
				.bytes = bits / 8,
				.flags = row->flags | (bits == 32 ? IOP_CELL_QUICK : 0),
				.setup = setup,
				.batch = row->batch[w],
				.teardown = teardown,
				.help = row->help,
			};
			const char *baseline = iop_cell_format("%s/mmio/owner-raw/u%u", row->op, bits);

			iop_cell_add(table, cell, baseline, "%s/mmio/%s/u%u", row->op, row->routine, bits);
		}
}
