/* SPDX-License-Identifier: MIT */
#include "resolve.h"

/* The slot that a byte names, or the nearest before it whose view the operation takes; FUZZ_SLOTS: none. */
static unsigned find(const struct fuzz_model *m, uint8_t byte, unsigned op)
{
	const uint8_t named[2] = {byte % FUZZ_SLOTS, m->last};
	unsigned start = named[byte >> 7], slots = m->taken[op];

	if (!slots)
		return FUZZ_SLOTS;
	/* Twice in a row, so that those after @start come round as those before it. */
	slots |= slots << FUZZ_SLOTS;
	slots &= (2u << (start + FUZZ_SLOTS)) - 1;
	return (31u - (unsigned)__builtin_clz(slots)) % FUZZ_SLOTS;
}

static uint8_t result_slot(const struct fuzz_model *m, const struct fuzz_record *r)
{
	unsigned room = FUZZ_SLOTS - FUZZ_FIRST_RESULT;

	/* Half of all results go round, so that a chain does not overwrite itself. */
	const uint8_t number[2] = {r->b, (uint8_t)(m->last + 1)};

	return (uint8_t)(FUZZ_FIRST_RESULT + number[r->b >> 7] % room);
}

static uint64_t at_most(uint64_t value, uint64_t limit)
{
	return value <= limit ? value : value % (limit + 1);
}

static unsigned width_of(const struct fuzz_model *m, unsigned backend, unsigned choice)
{
	unsigned width = 1u << choice % 4;

	return width == 8 && (!m->profile.bits64 || backend == FUZZ_CONFIGSPACE) ? 4 : width;
}

/* An owner whose views anybody may make; that of a coherent one come from itself. */
static uint8_t bare_owner(const struct fuzz_model *m, const struct fuzz_record *r)
{
	unsigned owner = r->a % FUZZ_MEMORY;

	return (uint8_t)(m->owner[owner].coherent ? owner + 1 : owner);
}

static bool resolve_region(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->a = bare_owner(m, r);
	c->type = r->choice & 1 ? FUZZ_REGION42 : FUZZ_REGION0;
	c->x = fuzz_number(r->x, m->owner[c->a].size, 4);
	c->n = fuzz_number(r->y, m->owner[c->a].size - at_most(c->x, m->owner[c->a].size), 4);
	return true;
}

static bool resolve_slice(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	static const uint8_t types[8] = {FUZZ_S_U8,  FUZZ_S_U8,	 FUZZ_S_U8,   FUZZ_S_U16,
					 FUZZ_S_U32, FUZZ_S_U64, FUZZ_S_RING, FUZZ_S_U8};
	const struct fuzz_owner *owner = &m->owner[r->a % FUZZ_MEMORY];
	const struct fuzz_layout *layout;

	c->a = r->a % FUZZ_MEMORY;
	c->type = types[r->choice % 8];
	layout = &fuzz_layout[c->type];
	/* The maker of a slice promises its alignment and place; the constructor checks its length. */
	c->x = at_most(fuzz_number(r->x, owner->size, layout->align), owner->size);
	c->x -= (owner->base + c->x) % layout->align;
	if (c->x > owner->size)
		return false;
	c->n = fuzz_number(r->y, (owner->size - c->x) / layout->size, layout->size);
	return true;
}

/* Mostly short: what goes wrong with a copy goes wrong in its first and last bytes, and a long one takes the time of many. */
static uint64_t length(const struct fuzz_record *r, uint64_t room)
{
	uint64_t most = r->choice & 0x40 ? room : r->value % (room + 1);

	return most > 96 && r->value >> 24 & 7 ? most % 97 : most;
}

static bool resolve_index(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];
	const struct fuzz_layout *layout = &fuzz_layout[v->type];
	uint64_t count = layout->dynamic ? v->len : layout->count;

	c->panics = r->choice & 1;
	c->kind = (r->choice >> 1) % FUZZ_INDEX_KINDS;
	c->x = fuzz_number(r->x, count, layout->size);
	c->y = fuzz_number(r->y, count, layout->size);
	/* Half of the ranges as start and length: most of those are good, most of the others are not. */
	if (r->choice & 0x80 && c->kind == FUZZ_RANGE && c->x <= count)
		c->y = c->x + at_most(c->y, count - c->x);
	return true;
}

static bool resolve_move(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *to = &m->view[c->a], *from = &m->view[c->b];
	uint64_t room;

	c->whole = r->choice % 8 == 0;
	c->no_memory = r->choice & 0x80;
	c->x = at_most(fuzz_number(r->x, to->len, 8), to->len);
	c->y = at_most(fuzz_number(r->y, from->len, 8), from->len);
	room = to->len - c->x < from->len - c->y ? to->len - c->x : from->len - c->y;
	c->n = length(r, room);
	/* Longer than one piece of a bounced copy, the ranges touching, or meeting in one byte: chance seldom gets there. */
	if ((r->choice & 0x30) == 0x30 && to->len > 1045 && from->len > 1045) {
		uint64_t apart;

		c->whole = false;
		c->n = FUZZ_PIECE + r->value % 8;
		apart = c->n - (r->value >> 3) % 2;
		c->x = (r->value >> 4) % 8 + (r->choice & 8 ? apart : 0);
		c->y = (r->value >> 4) % 8 + (r->choice & 8 ? 0 : apart);
	}
	/* More than there is of one of them. */
	if (r->choice % 16 == 15)
		c->n = room + 1 + r->value % 8;
	return true;
}

static bool resolve_clash(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v = &m->view[c->a];
	uint64_t own = v->addr - m->arena;

	c->kind = r->choice & 1;
	c->x = r->choice & 2 ? own + fuzz_number(r->x, v->len, 1) % (v->len + 1)
			     : own - fuzz_number(r->x, v->len, 1) % (v->len + 1);
	/* Away from the view, the buffer must still be unguarded memory of the arena. */
	if (c->x > FUZZ_ARENA || c->x + v->len > FUZZ_CONFIG_AT)
		c->x = FUZZ_RAM_AT;
	return m->profile.debug;
}

static bool resolve_copy(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t len = m->view[c->a].len;

	c->n = r->choice % 8 ? len : fuzz_number(r->x, len, 1);
	if (r->choice % 8 == 0 && r->choice & 0x80)
		c->n = len + (UINT64_C(1) << 32);
	c->y = at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - len);
	return true;
}

static bool resolve_convert(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	switch (m->view[c->a].backend) {
	case FUZZ_MMIO: c->kind = r->choice & 1 ? FUZZ_TO_RELAXED : FUZZ_TO_EITHER; return true;
	case FUZZ_SYSMEM: c->kind = FUZZ_TO_EITHER; return true;
	case FUZZ_COHERENT: c->kind = FUZZ_TO_SYSMEM; return true;
	case FUZZ_IOSYSMAP: c->kind = r->choice & 1 ? FUZZ_ARM_MMIO : FUZZ_ARM_SYSMEM; return true;
	default: return false;
	}
}

static bool resolve_routine(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t size, room;

	c->a = r->a % FUZZ_MEMORY;
	c->b = r->b;
	c->kind = r->choice % FUZZ_ROUTINE_KINDS;
	size = m->owner[c->a].size;
	c->x = at_most(fuzz_number(r->x, size, 8), size);
	c->y = at_most(fuzz_number(r->y, size, 8), size);
	room = size - (c->kind == FUZZ_MOVEIO && c->y > c->x ? c->y : c->x);
	c->n = length(r, room);
	if (c->kind != FUZZ_MOVEIO)
		c->y = at_most(c->y, FUZZ_RAM - c->n);
	return true;
}

/* The map, or the next that is not null. */
static unsigned find_map(const struct fuzz_model *m, uint8_t *number)
{
	for (unsigned i = 0; i < FUZZ_MAPS && m->map[*number].owner == FUZZ_OWNERS; i++)
		*number = (*number + 1) % FUZZ_MAPS;
	return *number;
}

/* Operations on maps: everything stays inside the owner that the map points into, which the library does not check. */
static bool resolve_map(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map;
	uint64_t room, end;

	c->to = r->b % FUZZ_MAPS;
	c->panics = r->choice & 1;
	c->kind = (r->choice >> 1) % 4;
	if (c->op == FUZZ_map_set) {
		c->a = r->a % FUZZ_MEMORY;
		c->kind = r->choice & 1;
		c->whole = r->choice % 16 / 2 == 7;
		c->x = at_most(fuzz_number(r->x, m->owner[c->a].size, 8), m->owner[c->a].size);
		return true;
	}
	c->a = r->a % FUZZ_MAPS;
	if (c->op == FUZZ_map_clear || c->op == FUZZ_map_compare)
		return true;
	map = &m->map[find_map(m, c->op == FUZZ_map_offset ? &c->a : &c->to)];
	if (map->owner == FUZZ_OWNERS)
		return false;
	room = m->owner[map->owner].base + m->owner[map->owner].size - map->addr;
	c->x = at_most(fuzz_number(r->x, room, 8), room);
	room -= c->x;
	switch (c->op) {
	case FUZZ_map_read:
	case FUZZ_map_write:
		c->width = (uint8_t)(1u << r->choice % 4);
		/* Down to alignment; what is left may be outside then. */
		end = (map->addr + c->x) % c->width;
		c->x -= end <= c->x ? end : c->x;
		room = m->owner[map->owner].base + m->owner[map->owner].size - map->addr - c->x;
		if ((map->addr + c->x) % c->width || room < c->width)
			c->width = 1;
		return room >= 1;
	case FUZZ_map_field:
		end = (map->addr + c->x) % 4;
		c->x -= end <= c->x ? end : c->x;
		room = m->owner[map->owner].base + m->owner[map->owner].size - map->addr - c->x;
		return (map->addr + c->x) % 4 == 0 && room >= fuzz_layout[FUZZ_BLOCK].size;
	default:
		c->y = at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - FUZZ_BIG);
		c->n = length(r, room);
		return true;
	}
}

static bool resolve_registers(struct fuzz_call *c, const struct fuzz_record *r)
{
	c->kind = r->choice % FUZZ_REGISTER_KINDS;
	c->x = fuzz_number(r->x, FUZZ_REGISTERS, 1);
	return true;
}

static bool resolve_view_op(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_view *v;
	unsigned slot = find(m, r->a, c->op);

	if (slot == FUZZ_SLOTS)
		return false;
	c->a = (uint8_t)slot;
	v = &m->view[slot];
	if (fuzz_op_second(c->op)) {
		/* It takes two of the same kind. */
		slot = find(m, r->b, c->op);
		c->b = (uint8_t)slot;
	}
	c->to = result_slot(m, r);
	switch (c->op) {
	case FUZZ_field: c->kind = r->choice % fuzz_layout[v->type].fields; return true;
	case FUZZ_index: return resolve_index(c, r, m);
	case FUZZ_path:
		c->panics = r->choice & 1;
		c->kind = (r->choice >> 1) % 4;
		c->x = fuzz_number(r->x, 3, 16);
		return true;
	case FUZZ_cast: c->kind = r->choice % FUZZ_CASTS; return true;
	case FUZZ_offset_read:
	case FUZZ_offset_write:
	case FUZZ_offset_update:
		c->width = (uint8_t)width_of(m, v->backend, r->choice);
		c->x = fuzz_number(r->x, v->size, c->width);
		return true;
	case FUZZ_fixed:
		c->kind = r->choice % 8;
		c->y = (r->choice >> 3) % 3;
		return true;
	case FUZZ_read:
	case FUZZ_write:
	case FUZZ_update: return v->type != FUZZ_U64 || (m->profile.bits64 && v->backend != FUZZ_CONFIGSPACE);
	case FUZZ_copy_from:
	case FUZZ_copy_to: return resolve_copy(c, r, m);
	case FUZZ_object_read:
	case FUZZ_object_write: c->y = at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - v->size); return true;
	case FUZZ_move: return resolve_move(c, r, m);
	case FUZZ_clash: return resolve_clash(c, r, m);
	case FUZZ_convert: return resolve_convert(c, r, m);
	default: return resolve_registers(c, r);
	}
}

/* Of a hold that is longer than the memory behind it, the part that has any; what is out of bounds may be so. */
static bool is_there(const struct fuzz_model *m, const struct fuzz_hold *h, uint64_t *offset)
{
	uint64_t room = m->owner[0].base + m->owner[0].size - h->addr;

	if (h->size <= room || *offset > h->size - 4 || *offset + 4 <= room)
		return true;
	*offset %= room / 4 * 4 + 1;
	return *offset + 4 <= room;
}

static bool resolve_hold(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_hold *h;

	c->to = r->b % FUZZ_HOLDS;
	h = &m->hold[c->to];
	if (c->op == FUZZ_hold_open) {
		uint64_t size = m->owner[0].size;

		c->kind = r->choice % FUZZ_HOLD_KINDS;
		c->type = r->choice & 0x10 ? FUZZ_REGION42 : FUZZ_REGION0;
		c->y = r->choice & 0x20 ? (r->choice >> 6) % FUZZ_HOLD_FAULTS : FUZZ_NO_FAULT;
		c->x = at_most(fuzz_number(r->x, size, 4), size);
		c->n = at_most(fuzz_number(r->y, size - c->x, 4), size - c->x);
		/* Longer than 32 bits can say; what is there is used, and what only 32 bits of the length would allow. */
		if ((r->choice & 0x0c) == 0x0c && sizeof(size_t) == 8)
			c->n += UINT64_C(1) << 32;
		c->whole = (r->value & 0xff) == 0xff;
		c->panics = r->value >> 8 & 1;
		return !h->open;
	}
	c->kind = r->choice & 1;
	c->x = fuzz_number(r->x, h->size, 4);
	return h->open && is_there(m, h, &c->x);
}

static bool resolve_vmap(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t size = m->owner[1].size;
	const struct fuzz_vmap *v;

	c->to = r->b % FUZZ_VMAPS;
	v = &m->vmap[c->to];
	switch (c->op) {
	case FUZZ_vmap_open:
		c->kind = r->choice & 1;
		c->type = r->choice & 0x10 ? FUZZ_REGION42 : FUZZ_REGION0;
		c->y = r->choice & 0x20 ? (r->choice >> 6) % FUZZ_VMAP_FAULTS : FUZZ_VMAP_GOOD;
		c->x = at_most(fuzz_number(r->x, size, 4), size);
		c->n = at_most(fuzz_number(r->y, size - c->x, 4), size - c->x);
		return !v->open;
	case FUZZ_vmap_drop:
		/* Without leases, dropping a copy is not permitted. */
		c->kind = r->choice % (m->profile.debug ? 3 : 2);
		return v->open;
	default:
		c->kind = v->at_least_42 && r->choice & 0x20 ? FUZZ_VMAP_FIXED : r->choice >> 2 & 1;
		c->width = (uint8_t)width_of(m, FUZZ_SYSMEM, r->choice);
		c->x = fuzz_number(r->x, v->size, c->width);
		return v->open || (m->profile.debug && v->was_open);
	}
}

static bool resolve_guard_end(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	static const uint8_t ends[4] = {FUZZ_REVOKE, FUZZ_REVOKE_AT_ONCE, FUZZ_GUARD_DROP, FUZZ_REVOKE};
	const struct fuzz_guarded *g = &m->guarded[c->to];
	unsigned guards = 0;

	if (!g->devres) {
		c->kind = ends[r->choice % 4];
		/*
		 * The holder of a guard would wait for itself, and a value that was dropped under a guard must not be ended before
		 * the guard is released.
		 */
		if (c->kind == FUZZ_REVOKE ? g->guards && !g->revoked : g->guards && g->revoked)
			c->kind = FUZZ_REVOKE_AT_ONCE;
		return true;
	}
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		guards += m->guarded[i].live && m->guarded[i].devres ? m->guarded[i].guards : 0;
	c->kind = r->choice & 1 ? FUZZ_UNBIND : FUZZ_GUARD_DROP;
	c->whole = r->choice & 2;
	return !(c->kind == FUZZ_UNBIND ? guards : g->guards);
}

static bool resolve_guard(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_guarded *g;

	c->to = r->b % FUZZ_GUARDED;
	/* Half of the slots or more would not do. */
	for (unsigned i = 1; i < FUZZ_GUARDED && m->guarded[c->to].live == (c->op == FUZZ_guard_open); i++)
		c->to = (c->to + 1) % FUZZ_GUARDED;
	g = &m->guarded[c->to];
	if (c->op == FUZZ_guard_open) {
		c->a = r->a % FUZZ_HOLDS;
		for (unsigned i = 0; i < FUZZ_HOLDS && !m->hold[c->a].open; i++)
			c->a = (c->a + 1) % FUZZ_HOLDS;
		c->kind = r->choice & 1;
		c->no_memory = c->kind == FUZZ_DEVRES && (r->choice & 0x38) == 0x38;
		return !g->live && m->hold[c->a].open;
	}
	if (!g->live)
		return false;
	switch (c->op) {
	case FUZZ_guard_hold: c->kind = r->choice & 1; return c->kind || g->guards < FUZZ_MOST_GUARD;
	case FUZZ_guard_use:
		c->kind = r->choice % (g->devres ? 4 : 2);
		if (c->kind == FUZZ_OWN && g->revoked)
			c->kind = FUZZ_OWN_OTHER;
		c->x = fuzz_number(r->x, g->hold.size, 4);
		return is_there(m, &g->hold, &c->x);
	default: return resolve_guard_end(c, r, m);
	}
}

/* The two that exist, and others that no function has. */
static const uint16_t config_sizes[8] = {256, 4096, 0, 255, 257, 1024, 4095, 4096};

static bool resolve(struct fuzz_call *call, const struct fuzz_record *r, const struct fuzz_model *m)
{
	*call = (struct fuzz_call){.op = r->op, .value = r->value};
	if (fuzz_op_types(r->op))
		return resolve_view_op(call, r, m);
	call->to = result_slot(m, r);
	switch (r->op) {
	case FUZZ_region: return resolve_region(call, r, m);
	case FUZZ_slice: return resolve_slice(call, r, m);
	case FUZZ_drop:
	case FUZZ_take: call->a = r->a % FUZZ_MEMORY; return m->profile.debug;
	case FUZZ_routine: return resolve_routine(call, r, m);
	case FUZZ_hold_open:
	case FUZZ_hold_drop:
	case FUZZ_hold_use: return resolve_hold(call, r, m);
	case FUZZ_vmap_open:
	case FUZZ_vmap_drop:
	case FUZZ_vmap_use: return resolve_vmap(call, r, m);
	case FUZZ_guard_open:
	case FUZZ_guard_hold:
	case FUZZ_guard_use:
	case FUZZ_guard_end: return resolve_guard(call, r, m);
	case FUZZ_config_raw:
		call->kind = r->choice & 1;
		call->width = (uint8_t)width_of(m, FUZZ_CONFIGSPACE, r->choice >> 1);
		call->x = at_most(fuzz_number(r->x, FUZZ_CONFIG_SIZE, call->width), FUZZ_CONFIG_SIZE - call->width);
		return m->profile.backends >> FUZZ_CONFIGSPACE & 1;
	case FUZZ_all_leases:
		/* It takes the time of hundreds of operations: seldom. */
		return (r->value & 0xffff) == 0xf00d && r->choice % 4 == 0;
	case FUZZ_bus_fault:
		call->x = r->x.payload % 8;
		call->n = r->y.payload % 4;
		return m->profile.backends >> FUZZ_CONFIGSPACE & 1;
	case FUZZ_config_device: call->n = config_sizes[r->choice % 8]; return m->profile.backends >> FUZZ_CONFIGSPACE & 1;
	default: return resolve_map(call, r, m);
	}
}

/* What makes the view or the map that the operation would need; or what can always be done. */
static void instead(struct fuzz_record *r, const struct fuzz_model *m)
{
	static const uint8_t opens[FUZZ_OP_NUMBERS] = {
		[FUZZ_vmap_drop] = FUZZ_vmap_open,   [FUZZ_vmap_use] = FUZZ_vmap_open,	 [FUZZ_guard_open] = FUZZ_hold_open,
		[FUZZ_guard_hold] = FUZZ_guard_open, [FUZZ_guard_use] = FUZZ_guard_open, [FUZZ_guard_end] = FUZZ_guard_open,
	};
	unsigned types = fuzz_op_types(r->op);

	if (opens[r->op]) {
		r->op = opens[r->op];
	} else if (!types) {
		r->choice &= 0xfd;
		r->op = fuzz_op_group(r->op) & FUZZ_MAP ? FUZZ_map_set : FUZZ_region;
	} else if (types >> FUZZ_S_U8 & 1 && r->op != FUZZ_convert) {
		r->op = r->op == FUZZ_clash && !m->profile.debug ? FUZZ_copy_from : FUZZ_slice;
	} else if (types == FUZZ_SET(FUZZ_REGION42)) {
		r->op = FUZZ_region;
		r->choice |= 1;
	} else if (types & FUZZ_SET(FUZZ_BLOCK) && r->op != FUZZ_convert) {
		r->op = FUZZ_cast;
		r->choice &= 0xf8;
	} else {
		r->op = types & FUZZ_IS_VALUE && r->op != FUZZ_convert ? FUZZ_cast : FUZZ_offset_read;
	}
}

bool fuzz_resolve(struct fuzz_call *call, const struct fuzz_record *record, const struct fuzz_model *m)
{
	struct fuzz_record other;

	if (!fuzz_op_group(record->op))
		return false;
	if (!resolve(call, record, m)) {
		other = *record;
		instead(&other, m);
		if (!resolve(call, &other, m))
			return false;
	}
	/* The library takes sizes, so that is what the model must be asked. */
	call->x = (size_t)call->x;
	call->y = (size_t)call->y;
	call->n = (size_t)call->n;
	return true;
}
