/* SPDX-License-Identifier: MIT */
/* Accesses and copies through the C iosys_map, which checks nothing. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>
#include <ops/map.h>

/* Seen through a view, a map's accesses are those of the side. */
static struct fuzz_view seen(const struct fuzz_map *map)
{
	return (struct fuzz_view){.backend = FUZZ_IOSYSMAP, .io = map->io};
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

static void align_down(struct fuzz_call *c, const struct fuzz_map *map, uint64_t width)
{
	uint64_t over = (map->addr + c->x) % width;

	c->x -= over <= c->x ? over : c->x;
}

static bool resolve_bytes(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map = fuzz_map_inside(c, r, m);

	if (!map)
		return false;
	c->y = fuzz_at_most(fuzz_number(r->y, 8, 8), FUZZ_RAM - FUZZ_BIG);
	c->n = fuzz_length(r, fuzz_map_room(m, map, c->x));
	return true;
}

static bool resolve_access(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map = fuzz_map_inside(c, r, m);
	uint64_t room;

	if (!map)
		return false;
	c->width = (uint8_t)(1u << r->choice % 4);
	/* What is left may be outside then. */
	align_down(c, map, c->width);
	room = fuzz_map_room(m, map, c->x);
	if ((map->addr + c->x) % c->width || room < c->width)
		c->width = 1;
	return room >= 1;
}

static bool resolve_field(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_map *map = fuzz_map_inside(c, r, m);

	if (!map)
		return false;
	align_down(c, map, 4);
	return (map->addr + c->x) % 4 == 0 && fuzz_map_room(m, map, c->x) >= fuzz_layout[FUZZ_BLOCK].size;
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
	fprintf(e->out,
		"\tiop_kernel_iosys_map_wr(&map[%u], %" PRIu64 ", uint%u_t, (uint%u_t)UINT64_C(%" PRIu64 "));\n\treturn 0;\n",
		c->to, c->x, c->width * 8u, c->width * 8u, c->value);
}

static void emit_field(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const members[] = {"ctrl", "half[1]", "ring[2].tail", "words[3]"};

	(void)m;
	if (c->panics)
		fprintf(e->out,
			"\tiop_kernel_iosys_map_wr_field(&map[%u], %" PRIu64
			", struct fuzz_block, %s, (__typeof__(((struct fuzz_block *)0)->%s))UINT64_C(%" PRIu64 "));\n",
			c->to, c->x, members[c->kind], members[c->kind], c->value);
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

FUZZ_OPERATION(map_read, resolve_access, model_read, fuzz_explain_map, emit_read);
FUZZ_OPERATION(map_write, resolve_access, model_write, fuzz_explain_map, emit_write);
FUZZ_OPERATION(map_field, resolve_field, model_field, fuzz_explain_map, emit_field);
FUZZ_OPERATION(map_fill, resolve_bytes, model_fill, fuzz_explain_map, emit_fill);
FUZZ_OPERATION(map_copy_to, resolve_bytes, model_copy_to, fuzz_explain_map, emit_copy_to);
FUZZ_OPERATION(map_copy_from, resolve_bytes, model_copy_from, fuzz_explain_map, emit_copy_from);

#else
#include <executor/world.h>
#include <ops/map.h>

static int map_read(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_kernel_iosys_map *map = &fuzz_maps[c->to];

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
	struct iop_kernel_iosys_map *map = &fuzz_maps[c->to];

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
	struct iop_kernel_iosys_map *map = &fuzz_maps[c->to];

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
	iop_kernel_iosys_map_memset(&fuzz_maps[c->to], c->x, (int)(c->value & 0x7fffffff), c->n);
	return 0;
}

static int copy_to(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	iop_kernel_iosys_map_memcpy_to(&fuzz_maps[c->to], c->x, fuzz_ram(c->y), c->n);
	return 0;
}

static int copy_from(const struct fuzz_call *c, struct fuzz_result *result)
{
	(void)result;
	iop_kernel_iosys_map_memcpy_from(fuzz_ram(c->y), &fuzz_maps[c->to], c->x, c->n);
	return 0;
}

FUZZ_EXECUTION(map_read, map_read);
FUZZ_EXECUTION(map_write, map_write);
FUZZ_EXECUTION(map_field, field);
FUZZ_EXECUTION(map_fill, fill);
FUZZ_EXECUTION(map_copy_to, copy_to);
FUZZ_EXECUTION(map_copy_from, copy_from);
#endif
