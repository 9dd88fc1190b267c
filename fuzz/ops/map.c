/* SPDX-License-Identifier: MIT */
/* The C iosys_map: a pointer, a tag, and no checks. Programs are kept inside the owner that it points into. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

static const struct fuzz_map null = {.owner = FUZZ_OWNERS};

/* Seen through a view, a map's accesses are those of the side. */
static struct fuzz_view seen(const struct fuzz_map *map)
{
	return (struct fuzz_view){.backend = FUZZ_IOSYSMAP, .io = map->io};
}

/* What can be asked of a map, in one number: pointer, tag, null. */
static uint64_t state(const struct fuzz_model *m, const struct fuzz_map *map)
{
	uint64_t at = map->owner == FUZZ_OWNERS ? 0 : map->addr - m->arena + 1;

	return at << 2 | (uint64_t)map->io << 1 | (map->owner == FUZZ_OWNERS);
}

static void model_set(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_map *map = &m->map[c->to];

	if (c->whole)
		*map = (struct fuzz_map){.io = c->kind & 1, .owner = FUZZ_OWNERS};
	else
		*map = (struct fuzz_map){.io = c->kind & 1, .owner = c->a, .addr = m->owner[c->a].base + c->x};
	r->value = state(m, map);
}

static void model_clear(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->map[c->to] = null;
	r->value = state(m, &m->map[c->to]);
}

static void model_incr(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->map[c->to].addr += c->x;
	r->value = state(m, &m->map[c->to]);
}

static void model_offset(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_map from = m->map[c->a];

	from.addr += c->x;
	m->map[c->to] = from;
	r->value = state(m, &from);
}

static void model_compare(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *a = &m->map[c->a], *b = &m->map[c->to];
	bool null_a = a->owner == FUZZ_OWNERS, null_b = b->owner == FUZZ_OWNERS;
	bool same = a->io == b->io && null_a == null_b && (null_a || a->addr == b->addr);

	r->value = (uint64_t)same | (uint64_t)null_a << 1 | (uint64_t)null_b << 2 | (uint64_t)!null_a << 3;
}

/* On 32 bits an 8-byte I/O access is a copy of bytes: neither swapped nor one access. */
static bool is_split(const struct fuzz_model *m, const struct fuzz_map *map, unsigned width)
{
	return width == 8 && map->io && !m->profile.bits64;
}

static uint64_t load(struct fuzz_model *m, const struct fuzz_map *map, uint64_t offset, unsigned width)
{
	struct fuzz_view v = seen(map);

	if (!is_split(m, map, width))
		return fuzz_model_load(m, &v, (fuzz_wide_t)map->addr + offset, width);
	fuzz_model_expect_copy(m, map->addr + offset, width, 0, 0, true, false);
	return fuzz_model_peek(m, map->addr + offset, width);
}

static void store(struct fuzz_model *m, const struct fuzz_map *map, uint64_t offset, unsigned width, uint64_t value)
{
	struct fuzz_view v = seen(map);

	if (!is_split(m, map, width)) {
		fuzz_model_store(m, &v, (fuzz_wide_t)map->addr + offset, width, value);
		return;
	}
	fuzz_model_expect_copy(m, 0, 0, map->addr + offset, width, true, false);
	fuzz_model_poke(m, map->addr + offset, width, value);
	fuzz_model_wrote(m, map->addr + offset, width);
}

static void model_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	r->value = load(m, &m->map[c->to], c->x, c->width);
}

static void model_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)r;
	store(m, &m->map[c->to], c->x, c->width, c->value);
}

/* struct fuzz_block at offset x: ctrl, half[1], ring[2].tail, words[3]. */
static void model_field(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	static const struct {
		uint8_t offset, width;
	} field[4] = {{0, 4}, {6, 2}, {8 + 2 * 16 + 2, 2}, {80 + 3 * 4, 4}};
	const struct fuzz_map *map = &m->map[c->to];
	uint64_t at = c->x + field[c->kind].offset;

	if (c->panics)
		store(m, map, at, field[c->kind].width, c->value);
	else
		r->value = load(m, map, at, field[c->kind].width);
}

static void model_fill(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *map = &m->map[c->to];

	(void)r;
	if (map->io)
		fuzz_model_expect_copy(m, 0, 0, map->addr + c->x, c->n, true, false);
	fuzz_model_set(m, map->addr + c->x, (uint8_t)c->value, c->n);
}

static void model_copy_to(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *map = &m->map[c->to];

	(void)r;
	if (map->io)
		fuzz_model_expect_copy(m, 0, 0, map->addr + c->x, c->n, true, false);
	fuzz_model_bytes(m, map->addr + c->x, m->arena + FUZZ_RAM_AT + c->y, c->n);
}

static void model_copy_from(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *map = &m->map[c->to];

	(void)r;
	if (map->io)
		fuzz_model_expect_copy(m, map->addr + c->x, c->n, 0, 0, true, false);
	fuzz_model_bytes(m, m->arena + FUZZ_RAM_AT + c->y, map->addr + c->x, c->n);
}

/* The map, or the next that is not null. */
static const struct fuzz_map *find_map(const struct fuzz_model *m, uint8_t *number)
{
	for (unsigned i = 0; i < FUZZ_MAPS && m->map[*number].owner == FUZZ_OWNERS; i++)
		*number = (*number + 1) % FUZZ_MAPS;
	return &m->map[*number];
}

static void choices(struct fuzz_call *c, const struct fuzz_record *r)
{
	c->to = r->b % FUZZ_MAPS;
	c->panics = r->choice & 1;
	c->kind = (r->choice >> 1) % 4;
}

static bool resolve_set(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	choices(c, r);
	c->a = r->a % FUZZ_MEMORY;
	c->kind = r->choice & 1;
	c->whole = r->choice % 16 / 2 == 7;
	c->x = fuzz_at_most(fuzz_number(r->x, m->owner[c->a].size, 8), m->owner[c->a].size);
	return true;
}

static bool resolve_any(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	(void)m;
	choices(c, r);
	c->a = r->a % FUZZ_MAPS;
	return true;
}

/* What lies behind @offset of the map. */
static uint64_t room_of(const struct fuzz_model *m, const struct fuzz_map *map, uint64_t offset)
{
	return m->owner[map->owner].base + m->owner[map->owner].size - map->addr - offset;
}

/* A map and an offset inside its owner; NULL: all maps are null. */
static const struct fuzz_map *inside(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map;
	uint64_t room;

	resolve_any(c, r, m);
	map = find_map(m, c->op == FUZZ_map_offset ? &c->a : &c->to);
	if (map->owner == FUZZ_OWNERS)
		return NULL;
	room = room_of(m, map, 0);
	c->x = fuzz_at_most(fuzz_number(r->x, room, 8), room);
	return map;
}

static void align_down(struct fuzz_call *c, const struct fuzz_map *map, uint64_t width)
{
	uint64_t over = (map->addr + c->x) % width;

	c->x -= over <= c->x ? over : c->x;
}

static bool resolve_bytes(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map = inside(c, r, m);

	if (!map)
		return false;
	c->y = fuzz_at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - FUZZ_BIG);
	c->n = fuzz_length(r, room_of(m, map, c->x));
	return true;
}

static bool resolve_access(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map = inside(c, r, m);
	uint64_t room;

	if (!map)
		return false;
	c->width = (uint8_t)(1u << r->choice % 4);
	/* What is left may be outside then. */
	align_down(c, map, c->width);
	room = room_of(m, map, c->x);
	if ((map->addr + c->x) % c->width || room < c->width)
		c->width = 1;
	return room >= 1;
}

static bool resolve_field(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map = inside(c, r, m);

	if (!map)
		return false;
	align_down(c, map, 4);
	return (map->addr + c->x) % 4 == 0 && room_of(m, map, c->x) >= fuzz_layout[FUZZ_BLOCK].size;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " map%u", c->to);
	fuzz_explain_operands(out, c);
}

static void emit_state(struct fuzz_emitter *e, const struct fuzz_call *c)
{
	fprintf(e->out,
		"\tvalue = (map[%u].vaddr ? (uint64_t)((uint8_t *)map[%u].vaddr - arena) + 1 : 0) << 2 |\n"
		"\t\t(uint64_t)map[%u].is_iomem << 1 | !map[%u].vaddr;\n\treturn 0;\n",
		c->to, c->to, c->to, c->to);
}

static void emit_set(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	char where[64] = "NULL";

	if (!c->whole)
		snprintf(where, sizeof(where), "arena + %zu", (size_t)(m->owner[c->a].base - m->arena + c->x));
	fprintf(e->out, "\tiop_kernel_iosys_map_set_vaddr%s(&map[%u], %s);\n", c->kind & 1 ? "_iomem" : "", c->to, where);
	emit_state(e, c);
}

static void emit_clear(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_kernel_iosys_map_clear(&map[%u]);\n", c->to);
	emit_state(e, c);
}

static void emit_incr(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_kernel_iosys_map_incr(&map[%u], %" PRIu64 ");\n", c->to, c->x);
	emit_state(e, c);
}

static void emit_offset(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\tstruct iop_kernel_iosys_map made = IOP_KERNEL_IOSYS_MAP_INIT_OFFSET(&map[%u], %" PRIu64
		");\n\n\tmap[%u] = made;\n",
		c->a, c->x, c->to);
	emit_state(e, c);
}

static void emit_compare(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out,
		"\tvalue = (uint64_t)iop_kernel_iosys_map_is_equal(&map[%u], &map[%u]) | "
		"(uint64_t)iop_kernel_iosys_map_is_null(&map[%u]) << 1 "
		"|\n"
		"\t\t(uint64_t)iop_kernel_iosys_map_is_null(&map[%u]) << 2 | (uint64_t)iop_kernel_iosys_map_is_set(&map[%u]) << "
		"3;\n\treturn "
		"0;\n",
		c->a, c->to, c->a, c->to, c->a);
}

static void emit_read(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tvalue = iop_kernel_iosys_map_rd(&map[%u], %" PRIu64 ", uint%u_t);\n\treturn 0;\n", c->to, c->x,
		c->width * 8u);
}

static void emit_write(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_kernel_iosys_map_wr(&map[%u], %" PRIu64 ", uint%u_t, UINT64_C(%" PRIu64 "));\n\treturn 0;\n", c->to,
		c->x, c->width * 8u, c->value);
}

static void emit_field(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const members[] = {"ctrl", "half[1]", "ring[2].tail", "words[3]"};

	(void)m;
	if (c->panics)
		fprintf(e->out,
			"\tiop_kernel_iosys_map_wr_field(&map[%u], %" PRIu64 ", struct fuzz_block, %s, UINT64_C(%" PRIu64 "));\n",
			c->to, c->x, members[c->kind], c->value);
	else
		fprintf(e->out, "\tvalue = iop_kernel_iosys_map_rd_field(&map[%u], %" PRIu64 ", struct fuzz_block, %s);\n", c->to,
			c->x, members[c->kind]);
	fprintf(e->out, "\treturn 0;\n");
}

static void emit_fill(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_kernel_iosys_map_memset(&map[%u], %" PRIu64 ", %d, %" PRIu64 ");\n\treturn 0;\n", c->to, c->x,
		(int)(c->value & 0x7fffffff), c->n);
}

static void emit_copy_to(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_kernel_iosys_map_memcpy_to(&map[%u], %" PRIu64 ", arena + %zu, %" PRIu64 ");\n\treturn 0;\n", c->to,
		c->x, FUZZ_RAM_AT + (size_t)c->y, c->n);
}

static void emit_copy_from(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	(void)m;
	fprintf(e->out, "\tiop_kernel_iosys_map_memcpy_from(arena + %zu, &map[%u], %" PRIu64 ", %" PRIu64 ");\n\treturn 0;\n",
		FUZZ_RAM_AT + (size_t)c->y, c->to, c->x, c->n);
}

FUZZ_OPERATION(map_set, resolve_set, model_set, explain, emit_set);
FUZZ_OPERATION(map_clear, resolve_any, model_clear, explain, emit_clear);
FUZZ_OPERATION(map_incr, resolve_bytes, model_incr, explain, emit_incr);
FUZZ_OPERATION(map_offset, resolve_bytes, model_offset, explain, emit_offset);
FUZZ_OPERATION(map_compare, resolve_any, model_compare, explain, emit_compare);
FUZZ_OPERATION(map_read, resolve_access, model_read, explain, emit_read);
FUZZ_OPERATION(map_write, resolve_access, model_write, explain, emit_write);
FUZZ_OPERATION(map_field, resolve_field, model_field, explain, emit_field);
FUZZ_OPERATION(map_fill, resolve_bytes, model_fill, explain, emit_fill);
FUZZ_OPERATION(map_copy_to, resolve_bytes, model_copy_to, explain, emit_copy_to);
FUZZ_OPERATION(map_copy_from, resolve_bytes, model_copy_from, explain, emit_copy_from);

#else
#include <executor/world.h>

#include <string.h>

static struct iop_kernel_iosys_map maps[FUZZ_MAPS];

static void start(void)
{
	memset(maps, 0, sizeof(maps));
}

static uint64_t map_state(const struct iop_kernel_iosys_map *map)
{
	uint64_t at = iop_kernel_iosys_map_is_null(map) ? 0 : (uint64_t)((uint8_t *)map->vaddr - fuzz_executor_arena()) + 1;

	return at << 2 | (uint64_t)map->is_iomem << 1 | iop_kernel_iosys_map_is_null(map);
}

static int set(const struct fuzz_call *c, struct fuzz_result *result)
{
	void *address = c->whole ? NULL : fuzz_owner_base[c->a] + c->x;

	if (c->kind & 1)
		iop_kernel_iosys_map_set_vaddr_iomem(&maps[c->to], address);
	else
		iop_kernel_iosys_map_set_vaddr(&maps[c->to], address);
	result->value = map_state(&maps[c->to]);
	return 0;
}

static int clear(const struct fuzz_call *c, struct fuzz_result *result)
{
	iop_kernel_iosys_map_clear(&maps[c->to]);
	result->value = map_state(&maps[c->to]);
	return 0;
}

static int incr(const struct fuzz_call *c, struct fuzz_result *result)
{
	iop_kernel_iosys_map_incr(&maps[c->to], c->x);
	result->value = map_state(&maps[c->to]);
	return 0;
}

static int offset(const struct fuzz_call *c, struct fuzz_result *result)
{
	maps[c->to] = IOP_KERNEL_IOSYS_MAP_INIT_OFFSET(&maps[c->a], c->x);
	result->value = map_state(&maps[c->to]);
	return 0;
}

static int compare(const struct fuzz_call *c, struct fuzz_result *result)
{
	const struct iop_kernel_iosys_map *map = &maps[c->to], *other = &maps[c->a];

	result->value = (uint64_t)iop_kernel_iosys_map_is_equal(other, map) | (uint64_t)iop_kernel_iosys_map_is_null(other) << 1 |
			(uint64_t)iop_kernel_iosys_map_is_null(map) << 2 | (uint64_t)iop_kernel_iosys_map_is_set(other) << 3;
	return 0;
}

static int map_read(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_kernel_iosys_map *map = &maps[c->to];

	switch (c->width) {
	case 1: result->value = iop_kernel_iosys_map_rd(map, c->x, uint8_t); break;
	case 2: result->value = iop_kernel_iosys_map_rd(map, c->x, uint16_t); break;
	case 4: result->value = iop_kernel_iosys_map_rd(map, c->x, uint32_t); break;
	default: result->value = iop_kernel_iosys_map_rd(map, c->x, uint64_t); break;
	}
	return 0;
}

static int map_write(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_kernel_iosys_map *map = &maps[c->to];

	(void)result;
	switch (c->width) {
	case 1: iop_kernel_iosys_map_wr(map, c->x, uint8_t, c->value); break;
	case 2: iop_kernel_iosys_map_wr(map, c->x, uint16_t, c->value); break;
	case 4: iop_kernel_iosys_map_wr(map, c->x, uint32_t, c->value); break;
	default: iop_kernel_iosys_map_wr(map, c->x, uint64_t, c->value); break;
	}
	return 0;
}

static int field(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_kernel_iosys_map *map = &maps[c->to];

	switch (c->kind << 1 | c->panics) {
#define FIELD(number, field)                                                                                           \
	case (number) << 1: result->value = iop_kernel_iosys_map_rd_field(map, c->x, struct fuzz_block, field); break; \
	case (number) << 1 | 1:                                                                                        \
		iop_kernel_iosys_map_wr_field(map, c->x, struct fuzz_block, field, c->value);                          \
		break;
		FIELD(0, ctrl)
		FIELD(1, half[1])
		FIELD(2, ring[2].tail)
		FIELD(3, words[3])
#undef FIELD
	}
	return 0;
}

static int fill(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	iop_kernel_iosys_map_memset(&maps[c->to], c->x, (int)(c->value & 0x7fffffff), c->n);
	return 0;
}

static int copy_to(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	iop_kernel_iosys_map_memcpy_to(&maps[c->to], c->x, fuzz_ram(c->y), c->n);
	return 0;
}

static int copy_from(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	iop_kernel_iosys_map_memcpy_from(fuzz_ram(c->y), &maps[c->to], c->x, c->n);
	return 0;
}

FUZZ_EXECUTION(map_set, set, .start = start);
FUZZ_EXECUTION(map_clear, clear);
FUZZ_EXECUTION(map_incr, incr);
FUZZ_EXECUTION(map_offset, offset);
FUZZ_EXECUTION(map_compare, compare);
FUZZ_EXECUTION(map_read, map_read);
FUZZ_EXECUTION(map_write, map_write);
FUZZ_EXECUTION(map_field, field);
FUZZ_EXECUTION(map_fill, fill);
FUZZ_EXECUTION(map_copy_to, copy_to);
FUZZ_EXECUTION(map_copy_from, copy_from);
#endif
