/* SPDX-License-Identifier: MIT */
/* The C iosys_map: a pointer, a tag, and no checks; resolve.c keeps programs inside the owner. */
#include "model.h"

static const struct fuzz_map null = {.owner = FUZZ_OWNERS};

/* Seen through a view, a map's accesses are those of the arm. */
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

void fuzz_model_map_set(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_map *map = &m->map[c->to];

	if (c->whole)
		*map = (struct fuzz_map){.io = c->kind & 1, .owner = FUZZ_OWNERS};
	else
		*map = (struct fuzz_map){.io = c->kind & 1, .owner = c->a, .addr = m->owner[c->a].base + c->x};
	r->value = state(m, map);
}

void fuzz_model_map_clear(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->map[c->to] = null;
	r->value = state(m, &m->map[c->to]);
}

void fuzz_model_map_incr(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->map[c->to].addr += c->x;
	r->value = state(m, &m->map[c->to]);
}

void fuzz_model_map_offset(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_map from = m->map[c->a];

	from.addr += c->x;
	m->map[c->to] = from;
	r->value = state(m, &from);
}

void fuzz_model_map_compare(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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

void fuzz_model_map_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	r->value = load(m, &m->map[c->to], c->x, c->width);
}

void fuzz_model_map_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)r;
	store(m, &m->map[c->to], c->x, c->width, c->value);
}

/* struct fuzz_block at offset x: ctrl, half[1], ring[2].tail, words[3]. */
void fuzz_model_map_field(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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

void fuzz_model_map_fill(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *map = &m->map[c->to];

	(void)r;
	if (map->io)
		fuzz_model_expect_copy(m, 0, 0, map->addr + c->x, c->n, true, false);
	fuzz_model_set(m, map->addr + c->x, (uint8_t)c->value, c->n);
}

void fuzz_model_map_copy_to(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *map = &m->map[c->to];

	(void)r;
	if (map->io)
		fuzz_model_expect_copy(m, 0, 0, map->addr + c->x, c->n, true, false);
	fuzz_model_bytes(m, map->addr + c->x, m->arena + FUZZ_RAM_AT + c->y, c->n);
}

void fuzz_model_map_copy_from(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_map *map = &m->map[c->to];

	(void)r;
	if (map->io)
		fuzz_model_expect_copy(m, map->addr + c->x, c->n, 0, 0, true, false);
	fuzz_model_bytes(m, m->arena + FUZZ_RAM_AT + c->y, map->addr + c->x, c->n);
}
