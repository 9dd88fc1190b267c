/* SPDX-License-Identifier: MIT */
#include "core.h"
#include "device_memory.h"

#include <iopath/event.h>
#include <iopath/routine.h>

#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

/* Owners end where the first page does: it may be a device's, while RAM never is. */
#define PAGE 4096
#define SKIP (PAGE - (FUZZ_RAM_AT - FUZZ_CANARY))
#define SPAN ((SKIP + FUZZ_ARENA + PAGE - 1) / PAGE * PAGE)
static _Alignas(PAGE) uint8_t storage[PAGE + SPAN + PAGE];
static uint8_t *const arena = storage + PAGE + SKIP;
struct fuzz_slot fuzz_slots[FUZZ_SLOTS];
static struct iop_iosys_map maps[FUZZ_MAPS];
static struct fuzz_event events[FUZZ_MAX_EVENTS];
static size_t event_count;
static struct iop_lease lease[FUZZ_OWNERS];
static bool started, busy, traces, no_memory;
static const char *panic, *pending;
static jmp_buf leave;

struct fuzz_profile fuzz_executor_profile(void)
{
	return (struct fuzz_profile){
		.bits64 = IOP_64BIT, .big_endian = IOP_BIG_ENDIAN, .debug = IOP_DEBUG_VIEWS, .backends = FUZZ_ALL};
}

uint8_t *fuzz_executor_arena(void)
{
	return arena;
}

const struct fuzz_event *fuzz_executor_events(size_t *count)
{
	*count = event_count;
	return events;
}

bool fuzz_executor_traces(void)
{
	return traces;
}

bool fuzz_executor_no_memory(void)
{
	return busy && no_memory;
}

bool fuzz_executor_busy(void)
{
	return busy;
}

void fuzz_executor_abandon(void)
{
	busy = false;
}

void fuzz_trap(const char *reason)
{
	if (!busy)
		abort();
	panic = reason;
	busy = false;
	_longjmp(leave, 1);
}

void fuzz_pending(const char *reason)
{
	pending = reason;
}

static uint8_t source_of(unsigned source)
{
	static const uint8_t known[] = {
		[IOP_EVENT_MMIO] = FUZZ_FROM_MMIO, [IOP_EVENT_RELAXED] = FUZZ_FROM_RELAXED, [IOP_EVENT_SYSMEM] = FUZZ_FROM_SYSMEM,
		[IOP_EVENT_COPY] = FUZZ_FROM_COPY, [IOP_EVENT_CONFIG] = FUZZ_FROM_CONFIG,
	};

	return source && source < sizeof(known) ? known[source] : FUZZ_FROM_OTHER;
}

_Static_assert((int)FUZZ_EVENT_BR == IOP_EVENT_BR && (int)FUZZ_EVENT_LD == IOP_EVENT_LD && (int)FUZZ_EVENT_AR == IOP_EVENT_AR &&
		       (int)FUZZ_EVENT_BW == IOP_EVENT_BW && (int)FUZZ_EVENT_ST == IOP_EVENT_ST &&
		       (int)FUZZ_EVENT_AW == IOP_EVENT_AW && (int)FUZZ_EVENT_CP == IOP_EVENT_CP,
	       "the numbers of the library's events have changed");

static void record(const struct iop_event *e)
{
	struct fuzz_event *to = &events[event_count];

	if (!busy)
		return;
	if (event_count == FUZZ_MAX_EVENTS)
		fuzz_trap("accesses without end");
	to->kind = (uint8_t)e->kind;
	to->source = source_of(e->source);
	to->width = (uint32_t)e->width;
	to->addr = e->addr;
	to->value = e->width < 8 ? e->value & ((UINT64_C(1) << 8 * e->width) - 1) : e->value;
	event_count++;
}

static size_t owner_size(unsigned i)
{
	return i == 3 ? FUZZ_BIG : FUZZ_SMALL;
}

static uint8_t *owner_base[FUZZ_MEMORY];

static void start_owner(unsigned i, uint8_t layout)
{
	struct fuzz_slot *slot = &fuzz_slots[i];
	bool io = i == 0 || (i == 2 && layout >> 4 & 1) || (i == 3 && layout >> 5 & 1);
	bool coherent = i == 1 && layout >> 6 & 1;

	*slot = (struct fuzz_slot){.backend = io	 ? FUZZ_MMIO
					      : coherent ? FUZZ_COHERENT
							 : FUZZ_SYSMEM,
				   .type = FUZZ_REGION0,
				   .owner = (uint8_t)i};
	owner_base[i] = arena + FUZZ_OWNER_AT(i) + (layout >> i & 1 ? 4 : 0);
	slot->len = owner_size(i);
	if (IOP_DEBUG_VIEWS) {
		iop_lease_end(lease[i]);
		lease[i] = iop_lease_take();
	}
	if (io) {
		slot->raw.mmio.addr = (uintptr_t)owner_base[i];
		IOP_LEASE_SET(slot->raw.mmio, lease[i]);
	} else if (coherent) {
		slot->raw.coherent.addr = (uintptr_t)owner_base[i];
		slot->raw.coherent.dma = FUZZ_BUS;
		IOP_LEASE_SET(slot->raw.coherent, lease[i]);
	} else {
		slot->raw.sysmem.addr = (uintptr_t)owner_base[i];
		IOP_LEASE_SET(slot->raw.sysmem, lease[i]);
	}
}

void fuzz_executor_start(const struct fuzz_profile *profile, uint8_t layout, const uint8_t *bytes)
{
	(void)profile;
	if (!started) {
		iop_event_hook = record;
		iop_panic_set_hook(fuzz_trap);
		fuzz_device_memory(storage + PAGE, PAGE);
		fuzz_guard_memory(storage, PAGE);
		fuzz_guard_memory(storage + PAGE + SPAN, PAGE);
		started = true;
	}
	memcpy(arena, bytes, FUZZ_ARENA);
	for (unsigned i = 0; i < FUZZ_MEMORY; i++)
		start_owner(i, layout);
	for (unsigned i = FUZZ_MEMORY; i < FUZZ_SLOTS; i++)
		fuzz_slots[i] = (struct fuzz_slot){.backend = FUZZ_BACKENDS};
	fuzz_slots[FUZZ_MEMORY] = (struct fuzz_slot){.backend = FUZZ_CONFIGSPACE, .type = FUZZ_REGION0, .owner = FUZZ_MEMORY};
	fuzz_bus_start(&fuzz_slots[FUZZ_MEMORY]);
	fuzz_hold_start(owner_base[0]);
	fuzz_vmap_start(owner_base[1]);
	fuzz_guard_start();
	memset(maps, 0, sizeof(maps));
}

void fuzz_seen(struct fuzz_result *result, const struct fuzz_slot *slot, uint64_t addr, uint64_t size)
{
	result->has_view = true;
	result->view = (struct fuzz_view){.live = true,
					  .backend = slot->backend,
					  .type = slot->type,
					  .owner = slot->owner,
					  .io = slot->backend == FUZZ_IOSYSMAP && slot->raw.iosysmap.is_io,
					  .addr = addr,
					  .size = size,
					  .len = slot->len,
					  .bus = slot->backend == FUZZ_COHERENT ? slot->raw.coherent.dma : 0};
}

/* As an owner does it: the checked constructor, then the owner's lease. */
#define MAKE_VIEW(b, VIEW, T, constructor, n)                                                                   \
	do {                                                                                                    \
		typedef VIEW(FUZZ_C_##T) made_t;                                                                \
		made_t made = {};                                                                               \
		int err = constructor(&made, (uintptr_t)owner_base[c->a] + c->x, n);                            \
		struct fuzz_slot slot = {.backend = fuzz_slots[c->a].backend, .type = FUZZ_##T, .owner = c->a}; \
		if (err || !fuzz_is_inside(c, n, sizeof((*made.as[0])[0])))                                     \
			return err;                                                                             \
		IOP_LEASE_SET(made.raw, lease[c->a]);                                                           \
		slot.raw.b = made.raw;                                                                          \
		slot.len = made.len[0];                                                                         \
		fuzz_slots[c->to] = slot;                                                                       \
		fuzz_seen(result, &slot, iop_addr(made), iop_size(made));                                       \
		return 0;                                                                                       \
	} while (0)
#define MAKE(T, constructor, n)                                       \
	do {                                                          \
		if (fuzz_slots[c->a].backend == FUZZ_MMIO)            \
			MAKE_VIEW(mmio, IOP_MMIO, T, constructor, n); \
		MAKE_VIEW(sysmem, IOP_SYSMEM, T, constructor, n);     \
	} while (0)

static bool fuzz_is_inside(const struct fuzz_call *c, size_t n, size_t unit)
{
	size_t size = owner_size(c->a);

	return c->x <= size && n <= (size - c->x) / unit;
}

static int region(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (c->type == FUZZ_REGION0)
		MAKE(REGION0, iop_try_region_at, c->n);
	MAKE(REGION42, iop_try_region_at, c->n);
}

/* A part of a coherent owner's memory has no constructor: this is the owner, and says where the part lies for both sides. */
static int coherent_slice(const struct fuzz_call *c, struct fuzz_result *result, size_t element)
{
	struct fuzz_slot slot = fuzz_slots[c->a];

	if (c->n > SIZE_MAX / element)
		return -EINVAL;
	if (!fuzz_is_inside(c, c->n, element))
		return 0;
	slot.type = c->type;
	slot.raw.coherent.addr = (uintptr_t)owner_base[c->a] + c->x;
	slot.raw.coherent.dma = FUZZ_BUS + c->x;
	slot.len = c->n;
	fuzz_slots[c->to] = slot;
	fuzz_seen(result, &slot, slot.raw.coherent.addr, c->n * element);
	return 0;
}

static int slice(const struct fuzz_call *c, struct fuzz_result *result)
{
	static const uint8_t element[FUZZ_TYPES] = {
		[FUZZ_S_U8] = 1, [FUZZ_S_U16] = 2, [FUZZ_S_U32] = 4, [FUZZ_S_U64] = 8, [FUZZ_S_RING] = sizeof(struct fuzz_ring)};

	if (fuzz_slots[c->a].backend == FUZZ_COHERENT)
		return coherent_slice(c, result, element[c->type]);
	switch (c->type) {
	case FUZZ_S_U8: MAKE(S_U8, iop_try_slice_at, c->n);
	case FUZZ_S_U16: MAKE(S_U16, iop_try_slice_at, c->n);
	case FUZZ_S_U32: MAKE(S_U32, iop_try_slice_at, c->n);
	case FUZZ_S_U64: MAKE(S_U64, iop_try_slice_at, c->n);
	default: MAKE(S_RING, iop_try_slice_at, c->n);
	}
}

static void take(unsigned i)
{
	iop_lease_end(lease[i]);
	lease[i] = iop_lease_take();
	if (fuzz_slots[i].backend == FUZZ_MMIO)
		IOP_LEASE_SET(fuzz_slots[i].raw.mmio, lease[i]);
	else if (fuzz_slots[i].backend == FUZZ_COHERENT)
		IOP_LEASE_SET(fuzz_slots[i].raw.coherent, lease[i]);
	else
		IOP_LEASE_SET(fuzz_slots[i].raw.sysmem, lease[i]);
}

/* Routines that this CPU can run, in turn. */
static const struct iop_routine *routine_of(unsigned number)
{
	unsigned count = 0;

	for (unsigned i = 0; iop_routines[i]; i++)
		count++;
	for (unsigned i = 0; i < count; i++) {
		const struct iop_routine *routine = iop_routines[(number + i) % count];

		if (!routine->supported || routine->supported())
			return routine;
	}
	return iop_routines[0];
}

static int routine(const struct fuzz_call *c)
{
	const struct iop_routine *r = routine_of(c->b);
	uint8_t *io = owner_base[c->a] + c->x, *ram = fuzz_ram(c->y);

	traces = IOP_EVENTS && r->tier == IOP_STRICT && c->kind != FUZZ_MOVEIO;
	switch (c->kind) {
	case FUZZ_TOIO: (r->toio ? r->toio : iop_routines[0]->toio)(io, ram, c->n); break;
	case FUZZ_FROMIO: (r->fromio ? r->fromio : iop_routines[0]->fromio)(ram, io, c->n); break;
	case FUZZ_SETIO: (r->set ? r->set : iop_routines[0]->set)(io, (int)(c->value & 0x7fffffff), c->n); break;
	default:
		ram = owner_base[c->a] + c->y;
		if (r->move)
			r->move(io, ram, c->n);
		else
			iop_copy_between((uintptr_t)io, 1, (uintptr_t)ram, 1, c->n);
	}
	return 0;
}

static uint64_t map_state(const struct iop_iosys_map *map)
{
	uint64_t at = iop_iosys_map_is_null(map) ? 0 : (uint64_t)((uint8_t *)map->vaddr - arena) + 1;

	return at << 2 | (uint64_t)map->is_iomem << 1 | iop_iosys_map_is_null(map);
}

static void map_field(const struct fuzz_call *c, struct fuzz_result *result, struct iop_iosys_map *map)
{
	switch (c->kind << 1 | c->panics) {
#define FIELD(number, field)                                                                                    \
	case (number) << 1: result->value = iop_iosys_map_rd_field(map, c->x, struct fuzz_block, field); break; \
	case (number) << 1 | 1: iop_iosys_map_wr_field(map, c->x, struct fuzz_block, field, c->value); break;
		FIELD(0, ctrl)
		FIELD(1, half[1])
		FIELD(2, ring[2].tail)
		FIELD(3, words[3])
#undef FIELD
	}
}

static int map_op(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_iosys_map *map = &maps[c->to], *other = &maps[c->a % FUZZ_MAPS];

	switch (c->op) {
	case FUZZ_map_set:
		if (c->kind & 1)
			iop_iosys_map_set_vaddr_iomem(map, c->whole ? NULL : owner_base[c->a] + c->x);
		else
			iop_iosys_map_set_vaddr(map, c->whole ? NULL : owner_base[c->a] + c->x);
		result->value = map_state(map);
		break;
	case FUZZ_map_clear:
		iop_iosys_map_clear(map);
		result->value = map_state(map);
		break;
	case FUZZ_map_incr:
		iop_iosys_map_incr(map, c->x);
		result->value = map_state(map);
		break;
	case FUZZ_map_offset:
		*map = IOP_IOSYS_MAP_INIT_OFFSET(other, c->x);
		result->value = map_state(map);
		break;
	case FUZZ_map_compare:
		result->value = (uint64_t)iop_iosys_map_is_equal(other, map) | (uint64_t)iop_iosys_map_is_null(other) << 1 |
				(uint64_t)iop_iosys_map_is_null(map) << 2 | (uint64_t)iop_iosys_map_is_set(other) << 3;
		break;
	case FUZZ_map_read:
		switch (c->width) {
		case 1: result->value = iop_iosys_map_rd(map, c->x, uint8_t); break;
		case 2: result->value = iop_iosys_map_rd(map, c->x, uint16_t); break;
		case 4: result->value = iop_iosys_map_rd(map, c->x, uint32_t); break;
		default: result->value = iop_iosys_map_rd(map, c->x, uint64_t); break;
		}
		break;
	case FUZZ_map_write:
		switch (c->width) {
		case 1: iop_iosys_map_wr(map, c->x, uint8_t, c->value); break;
		case 2: iop_iosys_map_wr(map, c->x, uint16_t, c->value); break;
		case 4: iop_iosys_map_wr(map, c->x, uint32_t, c->value); break;
		default: iop_iosys_map_wr(map, c->x, uint64_t, c->value); break;
		}
		break;
	case FUZZ_map_field: map_field(c, result, map); break;
	case FUZZ_map_fill: iop_iosys_map_memset(map, c->x, (int)(c->value & 0x7fffffff), c->n); break;
	case FUZZ_map_copy_to: iop_iosys_map_memcpy_to(map, c->x, fuzz_ram(c->y), c->n); break;
	default: iop_iosys_map_memcpy_from(fuzz_ram(c->y), map, c->x, c->n); break;
	}
	return 0;
}

static int world_op(const struct fuzz_call *c, struct fuzz_result *result)
{
	switch (c->op) {
	case FUZZ_region: return region(c, result);
	case FUZZ_slice: return slice(c, result);
	case FUZZ_drop: iop_lease_end(lease[c->a]); return 0;
	case FUZZ_take: take(c->a); return 0;
	case FUZZ_routine: return routine(c);
	case FUZZ_config_device:
	case FUZZ_config_raw:
	case FUZZ_bus_fault: return fuzz_bus_run(c, result);
	default: return fuzz_op_group(c->op) & FUZZ_OWNER ? fuzz_hold_run(c, result) : map_op(c, result);
	}
}

static int run(const struct fuzz_call *c, struct fuzz_result *result)
{
	static fuzz_backend_run *const backend[FUZZ_BACKENDS] = {
		[FUZZ_MMIO] = fuzz_run_mmio,	     [FUZZ_RELAXED] = fuzz_run_relaxed,	   [FUZZ_SYSMEM] = fuzz_run_sysmem,
		[FUZZ_IOSYSMAP] = fuzz_run_iosysmap, [FUZZ_CONFIGSPACE] = fuzz_run_config, [FUZZ_COHERENT] = fuzz_run_coherent,
	};

	if (fuzz_op_types(c->op))
		return backend[fuzz_slots[c->a].backend](c, result);
	return world_op(c, result);
}

void fuzz_executor_run(const struct fuzz_call *call, struct fuzz_result *result)
{
	*result = (struct fuzz_result){.rc = 0};
	event_count = 0;
	traces = IOP_EVENTS;
	pending = NULL;
	no_memory = call->no_memory;
	if (_setjmp(leave)) {
		result->rc = 0;
		result->has_view = false;
		result->panic = panic;
		return;
	}
	busy = true;
	result->rc = run(call, result);
	busy = false;
	result->panic = pending;
}
