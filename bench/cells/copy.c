/* SPDX-License-Identifier: MIT */
/*
 * Copies: toio, fromio and set by every routine, the core's and the peers', at every size, place and cache state.
 *
 * The device side is ordinary write-back memory: it stands in for a device, so ratios between routines mean something and
 * absolute times say what the instructions cost, not what a bus would. The two sides are IOP_BUFFER_ALIAS bytes apart modulo
 * 4096 unless the name says /alias=; misalignment (/align=) is that of the device side.
 */
#include "buffer.h"
#include "table.h"

#include <peers/peers.h>

#include <iopath/iopath.h>
#include <iopath/routine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One way to copy: ours or a peer's. */
struct routine {
	const char *name, *backend, *about;
	uint32_t flags;
	void (*toio)(volatile void *dst, const void *src, size_t n);
	void (*fromio)(void *dst, const volatile void *src, size_t n);
	void (*set)(volatile void *dst, int byte, size_t n);
};

enum op {
	OP_TOIO,
	OP_FROMIO,
	OP_SET
};
static const char *const op_name[] = {"toio", "fromio", "set"};

enum state {
	HOT,
	COLD,
	FAULT,
	LATENCY,
	RANDOM
};
static const char *const state_key[] = {"", "/cold", "/fault", "/latency", "/random"};

enum param {
	PARAM_SIZE,
	PARAM_ALIGN,
	PARAM_ALIAS,
	PARAM_KIND
};
#define KIND(op, state)	  ((uint32_t)(op) << 8 | (uint32_t)(state))
#define KIND_OP(param)	  ((enum op)((param) >> 8))
#define KIND_STATE(param) ((enum state)((param)&0xff))

#define RANDOM_SIZES 4096
#define RANDOM_MAX   64
#define COLD_SLOTS   256
#define COLD_BYTES   ((size_t)4 << 20)
#define FAULT_BYTES  ((size_t)8 << 20)

struct copy_ctx {
	struct iop_buffer buffer;
	struct routine routine;
	size_t size;
	uint8_t sizes[RANDOM_SIZES];
	size_t next; /* of sizes */
};

/* The core through views: what a driver that uses the library writes. */
static void view_mmio_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_MMIO(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_mmio_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_MMIO(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

static void view_sysmem_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_SYSMEM(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_sysmem_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_SYSMEM(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

static void view_iosysmap_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_IOSYSMAP(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst, .is_io = 1}, .len = {n}};

	__asm__ volatile("" : "+r"(io.raw.is_io));
	iop_copy_toio(io, src, n);
}

static void view_iosysmap_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_IOSYSMAP(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src, .is_io = 1}, .len = {n}};

	__asm__ volatile("" : "+r"(io.raw.is_io));
	iop_copy_fromio(dst, io, n);
}

static void view_coherent_toio(volatile void *dst, const void *src, size_t n)
{
	IOP_COHERENT(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)dst}, .len = {n}};

	iop_copy_toio(io, src, n);
}

static void view_coherent_fromio(void *dst, const volatile void *src, size_t n)
{
	IOP_COHERENT(IOP_SLICE(uint8_t)) io = {.raw = {.addr = (uintptr_t)src}, .len = {n}};

	iop_copy_fromio(dst, io, n);
}

/* The routines themselves come from the core's table. */
static const char through_view[] = "the copy of a view: a slice of bytes, checked once";

static const struct routine ours[] = {
	{"view", "mmio", through_view, 0, view_mmio_toio, view_mmio_fromio, NULL},
	{"view", "iosysmap", through_view, 0, view_iosysmap_toio, view_iosysmap_fromio, NULL},
	{"view", "sysmem", through_view, 0, view_sysmem_toio, view_sysmem_fromio, NULL},
	{"view", "coherent", through_view, 0, view_coherent_toio, view_coherent_fromio, NULL},
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	enum state state = KIND_STATE(cell->param[PARAM_KIND]);
	size_t slots = state == COLD || state == FAULT ? (size_t)cell->max_batch : 1;
	struct copy_ctx *c = calloc(1, sizeof(*c));
	uint64_t x = env->seed | 1;
	int err;

	if (!c)
		return -ENOMEM;
	c->routine = *(const struct routine *)cell->family;
	c->size = cell->param[PARAM_SIZE];
	err = iop_buffer_init(&c->buffer, env, c->size, slots, cell->param[PARAM_ALIGN], cell->param[PARAM_ALIAS]);
	if (err) {
		free(c);
		return err;
	}
	/* xorshift64: sizes 1 to 64, the same for every routine under the same seed. */
	for (size_t i = 0; i < RANDOM_SIZES; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		c->sizes[i] = (uint8_t)(1 + (x >> 33) % RANDOM_MAX);
	}
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct copy_ctx *c = ctx;

	iop_buffer_free(&c->buffer);
	free(c);
}

static void prepare_cold(void *ctx, uint64_t n)
{
	struct copy_ctx *c = ctx;

	iop_buffer_flush(&c->buffer, c->size, n);
}

static void prepare_fault(void *ctx, uint64_t n)
{
	struct copy_ctx *c = ctx;

	(void)n;
	iop_buffer_untouch(&c->buffer);
}

/* The size is as unknown to the routine's caller as it is to a driver that copies a message. */
#define HIDE(x) __asm__ volatile("" : "+r"(x))

#define BATCHES(op, call, call_back)                                              \
	static __attribute__((noinline)) void op##_hot(void *ctx, uint64_t n)     \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		unsigned char *io = c->buffer.io, *mem = c->buffer.mem;           \
		size_t size = c->size;                                            \
		struct routine r = c->routine;                                    \
		(void)mem;                                                        \
		for (; n; n--) {                                                  \
			HIDE(size);                                               \
			call;                                                     \
		}                                                                 \
	}                                                                         \
	static __attribute__((noinline)) void op##_slots(void *ctx, uint64_t n)   \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		unsigned char *io = c->buffer.io, *mem = c->buffer.mem;           \
		size_t size = c->size, stride = c->buffer.stride;                 \
		struct routine r = c->routine;                                    \
		for (; n; n--, io += stride, mem += stride) {                     \
			HIDE(size);                                               \
			call;                                                     \
		}                                                                 \
	}                                                                         \
	static __attribute__((noinline)) void op##_latency(void *ctx, uint64_t n) \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		unsigned char *io = c->buffer.io, *mem = c->buffer.mem;           \
		size_t size = c->size;                                            \
		struct routine r = c->routine;                                    \
		for (; n > 1; n -= 2) {                                           \
			call;                                                     \
			call_back;                                                \
		}                                                                 \
		if (n)                                                            \
			call;                                                     \
	}                                                                         \
	static __attribute__((noinline)) void op##_random(void *ctx, uint64_t n)  \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		unsigned char *io = c->buffer.io, *mem = c->buffer.mem;           \
		struct routine r = c->routine;                                    \
		size_t next = c->next;                                            \
		(void)mem;                                                        \
		for (; n; n--) {                                                  \
			size_t size = c->sizes[next++ % RANDOM_SIZES];            \
			call;                                                     \
		}                                                                 \
		c->next = next;                                                   \
	}

BATCHES(toio, r.toio(io, mem, size), r.toio(mem, io, size))
BATCHES(fromio, r.fromio(mem, io, size), r.fromio(io, mem, size))
BATCHES(set, ((void)mem, r.set(io, 0x5a, size)), r.set(mem, 0x5a, size))

static void (*const batch_of[3][5])(void *ctx, uint64_t n) = {
	[OP_TOIO] = {toio_hot, toio_slots, toio_slots, toio_latency, toio_random},
	[OP_FROMIO] = {fromio_hot, fromio_slots, fromio_slots, fromio_latency, fromio_random},
	[OP_SET] = {set_hot, set_slots, set_slots, set_latency, set_random},
};

static int offers(const struct routine *routine, enum op op)
{
	return op == OP_TOIO ? routine->toio != NULL : op == OP_FROMIO ? routine->fromio != NULL : routine->set != NULL;
}

/* Everything of a cell but the routine: cells that differ only in that are compared with each other. */
struct place {
	enum op op;
	size_t size;
	unsigned align, alias;
	enum state state;
	uint32_t flags;
};

static void add_place(struct iop_cell_table *table, const struct routine *routine, const struct place *place)
{
	char size[24], keys[48] = "";
	struct iop_cell cell = {
		.bytes = place->state == RANDOM ? (1 + RANDOM_MAX) / 2 : place->size,
		.flags = routine->flags | place->flags,
		.param = {[PARAM_SIZE] = (uint32_t)place->size,
			  [PARAM_ALIGN] = place->align,
			  [PARAM_ALIAS] = place->alias,
			  [PARAM_KIND] = KIND(place->op, place->state)},
		.family = routine,
		.setup = setup,
		.batch = batch_of[place->op][place->state],
		.teardown = teardown,
		.help = routine->about,
	};
	size_t used = 0;

	if (!offers(routine, place->op))
		return;
	if (place->state == COLD) {
		size_t slots = COLD_BYTES / (place->size + 4096);

		cell.max_batch = slots < COLD_SLOTS ? slots + 1 : COLD_SLOTS;
		cell.prepare = prepare_cold;
		cell.flags |= IOP_CELL_COLD;
	} else if (place->state == FAULT) {
		cell.max_batch = FAULT_BYTES / (place->size + 4096);
		cell.prepare = prepare_fault;
		cell.flags |= IOP_CELL_FAULT;
	} else if (place->state == LATENCY) {
		cell.flags |= IOP_CELL_LATENCY;
	}
	if (place->align)
		used += (size_t)snprintf(keys + used, sizeof(keys) - used, "/align=%u", place->align);
	if (place->alias != IOP_BUFFER_ALIAS)
		snprintf(keys + used, sizeof(keys) - used, "/alias=%u", place->alias);
	snprintf(size, sizeof(size), place->state == RANDOM ? "1-%zu" : "%zu", place->size);
	iop_cell_add(table, cell, iop_cell_format("%s/mmio/glibc/%s%s%s", op_name[place->op], size, keys, state_key[place->state]),
		     "%s/%s/%s/%s%s%s", op_name[place->op], routine->backend, routine->name, size, keys, state_key[place->state]);
}

static void add_routine(struct iop_cell_table *table, const struct routine *routine)
{
	static const size_t sizes[] = {1,  2,  3,  4,	5,   7,	  8,   13,   15,   16,	  24,	 31,	 32,	  33,	   48,
				       63, 64, 65, 100, 128, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 16777216};
	static const size_t quick[] = {8, 64, 256, 4096, 65536};
	static const size_t some[] = {8, 64, 256, 4096};

	for (enum op op = OP_TOIO; op <= OP_SET; op++) {
		struct place place = {.op = op, .alias = IOP_BUFFER_ALIAS};

		for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
			place.size = sizes[i];
			place.flags = 0;
			for (size_t q = 0; q < sizeof(quick) / sizeof(quick[0]); q++)
				if (quick[q] == sizes[i])
					place.flags = IOP_CELL_QUICK;
			add_place(table, routine, &place);
		}
		place.flags = IOP_CELL_FULL;
		for (size_t n = 1; n <= 256; n++) {
			int listed = 0;

			for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++)
				listed |= sizes[i] == n;
			place.size = n;
			if (!listed)
				add_place(table, routine, &place);
		}
		for (size_t i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
			place.size = some[i];
			for (place.align = 1; place.align < 8; place.align++) {
				place.flags = place.align == 3 ? 0 : IOP_CELL_FULL;
				add_place(table, routine, &place);
			}
			place.align = 0;
			place.flags = 0;
			place.state = COLD;
			if (iop_buffer_can_flush())
				add_place(table, routine, &place);
			place.state = LATENCY;
			if (op != OP_SET)
				add_place(table, routine, &place);
			place.state = HOT;
		}
		place.size = 4096;
		place.state = FAULT;
		add_place(table, routine, &place);
		place.state = HOT;
		for (unsigned alias = 0; alias <= 4032; alias += 64) {
			place.alias = alias;
			place.flags = alias == 0 || alias == 64 || alias == 4032 ? 0 : IOP_CELL_FULL;
			if (alias != IOP_BUFFER_ALIAS)
				add_place(table, routine, &place);
		}
		place = (struct place){
			.op = op, .size = RANDOM_MAX, .alias = IOP_BUFFER_ALIAS, .state = RANDOM, .flags = IOP_CELL_QUICK};
		add_place(table, routine, &place);
	}
}

/* Lives as long as the module's table: until the process ends. */
static void add_copied(struct iop_cell_table *table, struct routine routine)
{
	struct routine *kept = malloc(sizeof(*kept));

	if (!kept)
		return;
	*kept = routine;
	add_routine(table, kept);
}

void iop_cells_copy(struct iop_cell_table *table)
{
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (!r->supported || r->supported())
			add_copied(table, (struct routine){r->name, "mmio", r->about, 0, r->toio, r->fromio, r->set});
	}
	for (size_t i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		add_routine(table, &ours[i]);
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];
		uint32_t flags = IOP_CELL_PEER;

		if (!p->supported || p->supported())
			add_copied(table, (struct routine){p->name, "mmio", p->source, flags, p->toio, p->fromio, p->set});
	}
}
