/* SPDX-License-Identifier: MIT */
/*
 * Copies: toio, fromio and set by every routine, the core's and the peers', at every size, place and cache state.
 *
 * The device side is ordinary write-back memory: it stands in for a device, so ratios between routines mean something and
 * absolute times say what the instructions cost, not what a bus would. The two sides are IOP_BUFFER_ALIAS bytes apart modulo
 * 4096 unless the name says /alias=; misalignment (/align=) is that of the device side.
 */
#include "buffer.h"
#include "copy_view.h"
#include "evict.h"
#include "pattern.h"
#include "table.h"

#include <peers/peers.h>

#include <iopath/iopath.h>
#include <iopath/routine.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	COLD_CODE,
	PATTERN
};
static const char *const state_key[] = {"", "/cold", "/fault", "/latency", "/cold-code", "/pattern="};

enum param {
	PARAM_SIZE,
	PARAM_ALIGN,
	PARAM_ALIAS,
	PARAM_KIND
};
/* Of a pattern's cell, its size is the largest, and the place of the pattern in the table is above the state. */
#define KIND(op, state)			 ((uint32_t)(op) << 8 | (uint32_t)(state))
#define PATTERN_BITS(index, log2_length) ((uint32_t)(index) << 16 | (uint32_t)(log2_length) << 24)
#define KIND_PATTERN(param)		 (&iop_patterns[(param) >> 16 & 0xff])
#define KIND_LOG2_LENGTH(param)		 ((param) >> 24)
#define KIND_STATE(param)		 ((enum state)((param)&0xff))

#define COLD_SLOTS  256
#define COLD_BYTES  ((size_t)4 << 20)
#define FAULT_BYTES ((size_t)8 << 20)
#define MIDDLE_FROM ((size_t)1 << 20)

struct copy_ctx {
	struct iop_buffer buffer;
	struct iop_copy_routine routine;
	size_t size;
	struct iop_sequence *sequence; /* of a pattern */
	size_t next;		       /* place in it */
	uint64_t number;	       /* that the next walk branches on */
};

static int setup(const struct iop_cell *cell, const struct iop_cell_env *env, void **ctx)
{
	enum state state = KIND_STATE(cell->param[PARAM_KIND]);
	size_t slots = state == COLD || state == FAULT ? (size_t)cell->max_batch : 1;
	struct copy_ctx *c = calloc(1, sizeof(*c));
	uint32_t kind = cell->param[PARAM_KIND];
	size_t room = cell->param[PARAM_SIZE];
	int err = 0;

	if (!c)
		return -ENOMEM;
	c->routine = *(const struct iop_copy_routine *)cell->family;
	c->size = room;
	c->number = env->seed;
	if (state == COLD_CODE)
		err = iop_evict_init();
	if (state == PATTERN) {
		c->sequence = iop_sequence_get(KIND_PATTERN(kind), env->seed, KIND_LOG2_LENGTH(kind));
		err = c->sequence ? 0 : -ENOMEM;
		room += IOP_PATTERN_PLACES;
	}
	if (!err)
		err = iop_buffer_init(&c->buffer, env, room, slots, cell->param[PARAM_ALIGN], cell->param[PARAM_ALIAS]);
	if (err) {
		if (c->sequence)
			iop_sequence_put(c->sequence);
		free(c);
		return err;
	}
	*ctx = c;
	return 0;
}

static void teardown(void *ctx)
{
	struct copy_ctx *c = ctx;

	if (c->sequence)
		iop_sequence_put(c->sequence);
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

static void prepare_cold_code(void *ctx, uint64_t n)
{
	struct copy_ctx *c = ctx;

	(void)n;
	c->number = c->number * 0x9e3779b97f4a7c15u + iop_evict_walk(c->number);
}

/* The size is as unknown to the routine's caller as it is to a driver that copies a message. */
#define HIDE(x) __asm__ volatile("" : "+r"(x))

#define BATCHES(op, call, call_back)                                              \
	static __attribute__((noinline)) void op##_hot(void *ctx, uint64_t n)     \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		unsigned char *io = c->buffer.io, *mem = c->buffer.mem;           \
		size_t size = c->size;                                            \
		struct iop_copy_routine r = c->routine;                           \
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
		struct iop_copy_routine r = c->routine;                           \
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
		struct iop_copy_routine r = c->routine;                           \
		for (; n > 1; n -= 2) {                                           \
			call;                                                     \
			call_back;                                                \
		}                                                                 \
		if (n)                                                            \
			call;                                                     \
	}                                                                         \
	static __attribute__((noinline)) void op##_pattern(void *ctx, uint64_t n) \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		unsigned char *io = c->buffer.io, *mem = c->buffer.mem;           \
		struct iop_copy_routine r = c->routine;                           \
		const uint16_t *sizes = c->sequence->size;                        \
		size_t next = c->next, mask = c->sequence->length - 1;            \
		(void)mem;                                                        \
		for (; n; n--) {                                                  \
			size_t size = sizes[next++ & mask];                       \
			call;                                                     \
		}                                                                 \
		c->next = next;                                                   \
	}                                                                         \
	static __attribute__((noinline)) void op##_places(void *ctx, uint64_t n)  \
	{                                                                         \
		struct copy_ctx *c = ctx;                                         \
		struct iop_copy_routine r = c->routine;                           \
		const uint16_t *sizes = c->sequence->size;                        \
		const uint32_t *places = c->sequence->place;                      \
		size_t next = c->next, mask = c->sequence->length - 1;            \
		for (; n; n--, next++) {                                          \
			size_t size = sizes[next & mask];                         \
			uint32_t place = places[next & mask];                     \
			unsigned char *io = c->buffer.io + (place & 0xffff);      \
			unsigned char *mem = c->buffer.mem + (place >> 16);       \
			call;                                                     \
		}                                                                 \
		c->next = next;                                                   \
	}

BATCHES(toio, r.toio(io, mem, size), r.toio(mem, io, size))
BATCHES(fromio, r.fromio(mem, io, size), r.fromio(io, mem, size))
BATCHES(set, ((void)mem, r.set(io, 0x5a, size)), r.set(mem, 0x5a, size))

/* By state; behind them, a pattern with places. */
static void (*const batch_of[3][7])(void *ctx, uint64_t n) = {
	[OP_TOIO] = {toio_hot, toio_slots, toio_slots, toio_latency, toio_hot, toio_pattern, toio_places},
	[OP_FROMIO] = {fromio_hot, fromio_slots, fromio_slots, fromio_latency, fromio_hot, fromio_pattern, fromio_places},
	[OP_SET] = {set_hot, set_slots, set_slots, set_latency, set_hot, set_pattern, set_places},
};

static int offers(const struct iop_copy_routine *routine, enum op op)
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
	const struct iop_pattern *pattern;
	unsigned log2_length; /* of its sequence */
};

/* The size of a cell's name, and the keys that follow; of a pattern, also the text that says what it is. */
static void describe(const struct iop_copy_routine *routine, const struct place *place, char *name, size_t room,
		     struct iop_cell *cell)
{
	const struct iop_pattern *pattern = place->pattern;
	size_t used;

	if (place->state != PATTERN) {
		used = (size_t)snprintf(name, room, "%zu", place->size);
		if (place->align)
			used += (size_t)snprintf(name + used, room - used, "/align=%u", place->align);
		if (place->alias != IOP_BUFFER_ALIAS)
			used += (size_t)snprintf(name + used, room - used, "/alias=%u", place->alias);
		snprintf(name + used, room - used, "%s", state_key[place->state]);
		return;
	}
	used = (size_t)snprintf(name, room, "%u-%u%s%s", iop_pattern_smallest(pattern), iop_pattern_largest(pattern),
				state_key[PATTERN], pattern->name);
	if (place->log2_length != IOP_PATTERN_LOG2_LENGTH)
		snprintf(name + used, room - used, "/length=%u", 1u << place->log2_length);
	cell->bytes = iop_pattern_mean(pattern);
	cell->param[PARAM_SIZE] = iop_pattern_largest(pattern);
	cell->param[PARAM_KIND] |= PATTERN_BITS(pattern - iop_patterns, place->log2_length);
	cell->batch = batch_of[place->op][PATTERN + (pattern->places != 0)];
	/* Lives as long as the table, as names do. */
	cell->help = strdup(iop_cell_format("%s; sizes: %s", routine->about, pattern->help));
}

static void add_place(struct iop_cell_table *table, const struct iop_copy_routine *routine, const struct place *place)
{
	char size[80];
	struct iop_cell cell = {
		.bytes = place->size,
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

	if (!offers(routine, place->op) ||
	    (routine->unit && (place->state == PATTERN || (place->size | place->align) % routine->unit)))
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
	} else if (place->state == COLD_CODE) {
		cell.max_batch = 1;
		cell.prepare = prepare_cold_code;
	} else if (place->state == LATENCY) {
		cell.flags |= IOP_CELL_LATENCY;
	}
	describe(routine, place, size, sizeof(size), &cell);
	iop_cell_add(table, cell,
		     iop_cell_format("%s/mmio/%s/%s", op_name[place->op], routine->baseline ? routine->baseline : "glibc", size),
		     "%s/%s/%s/%s", op_name[place->op], routine->backend, routine->name, size);
}

static const struct place anywhere = {.alias = IOP_BUFFER_ALIAS, .log2_length = IOP_PATTERN_LOG2_LENGTH};

/* Every one while they are small, then powers of two; where a copy meets the caches' limits, also what is in the middle of two. */
static size_t next_size(size_t n)
{
	if (n < 256)
		return n + 1;
	if (n < MIDDLE_FROM)
		return 2 * n;
	return n & (n - 1) ? n / 3 * 4 : n / 2 * 3;
}

static void add_sizes(struct iop_cell_table *table, const struct iop_copy_routine *routine, enum op op)
{
	static const size_t sizes[] = {1,  2,  3,  4,	5,   7,	  8,   13,   15,   16,	  24,	 31,	 32,	  33,	   48,
				       63, 64, 65, 100, 128, 256, 512, 1024, 4096, 16384, 65536, 262144, 1048576, 16777216};
	static const size_t quick[] = {8, 64, 256, 4096, 65536};
	const size_t count = sizeof(sizes) / sizeof(sizes[0]), largest = sizes[count - 1];
	struct place place = anywhere;

	place.op = op;
	for (size_t n = 1; n <= largest; n = next_size(n)) {
		int listed = 0;

		for (size_t i = 0; i < count; i++)
			listed |= sizes[i] == n;
		place.size = n;
		place.flags = listed ? 0 : IOP_CELL_FULL;
		for (size_t q = 0; q < sizeof(quick) / sizeof(quick[0]); q++)
			if (quick[q] == n)
				place.flags = IOP_CELL_QUICK;
		if (listed || n <= 256 || routine->every_power)
			add_place(table, routine, &place);
	}
}

static void add_states(struct iop_cell_table *table, const struct iop_copy_routine *routine, enum op op)
{
	static const size_t some[] = {8, 64, 256, 4096};
	struct place place = anywhere;

	place.op = op;
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
		place.state = COLD_CODE;
		if (iop_evict_supported())
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
}

/* Ours, its rival and the baseline of both. */
static int has_lengths(const char *routine)
{
	return strcmp(routine, "strict") == 0 || strcmp(routine, "kernel-generic") == 0 || strcmp(routine, "glibc") == 0;
}

static void add_patterns(struct iop_cell_table *table, const struct iop_copy_routine *routine, enum op op)
{
	/* That a longer sequence changes nothing shows that no predictor has learnt it. */
	static const unsigned log2_lengths[] = {12, 16, 18, 21};
	struct place place = anywhere;

	place.op = op;
	place.state = PATTERN;
	for (place.pattern = iop_patterns; place.pattern->name; place.pattern++) {
		place.flags = place.pattern->quick ? IOP_CELL_QUICK : 0;
		add_place(table, routine, &place);
		if (!place.pattern->quick || !has_lengths(routine->name))
			continue;
		place.flags = IOP_CELL_FULL;
		for (size_t i = 0; i < sizeof(log2_lengths) / sizeof(log2_lengths[0]); i++) {
			place.log2_length = log2_lengths[i];
			add_place(table, routine, &place);
		}
		place.log2_length = IOP_PATTERN_LOG2_LENGTH;
	}
}

static void add_routine(struct iop_cell_table *table, const struct iop_copy_routine *routine)
{
	for (enum op op = OP_TOIO; op <= OP_SET; op++) {
		add_sizes(table, routine, op);
		add_states(table, routine, op);
		add_patterns(table, routine, op);
	}
}

/* Lives as long as the module's table: until the process ends. */
static void add_copied(struct iop_cell_table *table, struct iop_copy_routine routine)
{
	struct iop_copy_routine *kept = malloc(sizeof(*kept));

	if (!kept)
		return;
	*kept = routine;
	add_routine(table, kept);
}

/* The kernel's of the same name, for a routine that has one. */
static const char *peer_of(const char *name)
{
	for (size_t i = 0; iop_peers[i]; i++)
		if (strncmp(iop_peers[i]->name, "kernel-", 7) == 0 && strcmp(iop_peers[i]->name + 7, name) == 0)
			return iop_peers[i]->name;
	return NULL;
}

/* Of the peers, those that a driver has; one that copies bytes takes too long for the largest sizes. */
static int is_main_peer(const char *name)
{
	return strcmp(name, "glibc") == 0 || strncmp(name, "kernel-", 7) == 0;
}

void iop_cells_copy(struct iop_cell_table *table)
{
	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (!r->supported || r->supported())
			add_copied(table, (struct iop_copy_routine){r->name, "mmio", r->about, r->toio, r->fromio, r->set, 0,
								    r->unit <= 1, r->unit, peer_of(r->name)});
	}
	for (size_t i = 0; i < IOP_COPY_VIEWS; i++)
		add_routine(table, &iop_copy_views[i]);
	for (size_t i = 0; iop_peers[i]; i++) {
		const struct iop_peer *p = iop_peers[i];

		if (!p->supported || p->supported())
			add_copied(table,
				   (struct iop_copy_routine){p->name, "mmio", p->source, p->toio, p->fromio, p->set, IOP_CELL_PEER,
							     is_main_peer(p->name) && !p->unit, p->unit, NULL});
	}
}
