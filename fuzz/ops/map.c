/* SPDX-License-Identifier: MIT */
/* The C iosys_map: a pointer and a tag, how they are set, changed and compared. Programs are kept inside the owner that it points into. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>
#include <ops/map.h>

static const struct fuzz_map null = {.owner = FUZZ_OWNERS};

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

uint64_t fuzz_map_room(const struct fuzz_model *m, const struct fuzz_map *map, uint64_t offset)
{
	return m->owner[map->owner].base + m->owner[map->owner].size - map->addr - offset;
}

const struct fuzz_map *fuzz_map_inside(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map;
	uint64_t room;

	resolve_any(c, r, m);
	map = find_map(m, c->op == FUZZ_map_offset ? &c->a : &c->to);
	if (map->owner == FUZZ_OWNERS)
		return NULL;
	room = fuzz_map_room(m, map, 0);
	c->x = fuzz_at_most(fuzz_number(r->x, room, 8), room);
	return map;
}

void fuzz_explain_map(FILE *out, const struct fuzz_call *c)
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

static bool resolve_place(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	return fuzz_map_inside(c, r, m);
}

FUZZ_OPERATION(map_set, resolve_set, model_set, fuzz_explain_map, emit_set);
FUZZ_OPERATION(map_clear, resolve_any, model_clear, fuzz_explain_map, emit_clear);
FUZZ_OPERATION(map_incr, resolve_place, model_incr, fuzz_explain_map, emit_incr);
FUZZ_OPERATION(map_offset, resolve_place, model_offset, fuzz_explain_map, emit_offset);
FUZZ_OPERATION(map_compare, resolve_any, model_compare, fuzz_explain_map, emit_compare);

#else
#include <executor/world.h>
#include <ops/map.h>

#include <string.h>

struct iop_kernel_iosys_map fuzz_maps[FUZZ_MAPS];

static void start(void)
{
	memset(fuzz_maps, 0, sizeof(fuzz_maps));
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
		iop_kernel_iosys_map_set_vaddr_iomem(&fuzz_maps[c->to], address);
	else
		iop_kernel_iosys_map_set_vaddr(&fuzz_maps[c->to], address);
	result->value = map_state(&fuzz_maps[c->to]);
	return 0;
}

static int clear(const struct fuzz_call *c, struct fuzz_result *result)
{
	iop_kernel_iosys_map_clear(&fuzz_maps[c->to]);
	result->value = map_state(&fuzz_maps[c->to]);
	return 0;
}

static int incr(const struct fuzz_call *c, struct fuzz_result *result)
{
	iop_kernel_iosys_map_incr(&fuzz_maps[c->to], c->x);
	result->value = map_state(&fuzz_maps[c->to]);
	return 0;
}

static int offset(const struct fuzz_call *c, struct fuzz_result *result)
{
	fuzz_maps[c->to] = IOP_KERNEL_IOSYS_MAP_INIT_OFFSET(&fuzz_maps[c->a], c->x);
	result->value = map_state(&fuzz_maps[c->to]);
	return 0;
}

static int compare(const struct fuzz_call *c, struct fuzz_result *result)
{
	const struct iop_kernel_iosys_map *map = &fuzz_maps[c->to], *other = &fuzz_maps[c->a];

	result->value = (uint64_t)iop_kernel_iosys_map_is_equal(other, map) | (uint64_t)iop_kernel_iosys_map_is_null(other) << 1 |
			(uint64_t)iop_kernel_iosys_map_is_null(map) << 2 | (uint64_t)iop_kernel_iosys_map_is_set(other) << 3;
	return 0;
}

FUZZ_EXECUTION(map_set, set, .start = start);
FUZZ_EXECUTION(map_clear, clear);
FUZZ_EXECUTION(map_incr, incr);
FUZZ_EXECUTION(map_offset, offset);
FUZZ_EXECUTION(map_compare, compare);
#endif
