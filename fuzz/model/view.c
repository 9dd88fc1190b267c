/* SPDX-License-Identifier: MIT */
/* Making views: constructors, projection, casts, conversions. */
#include "model.h"

#include <errno.h>

static bool inside(const struct fuzz_owner *owner, fuzz_wide_t addr, fuzz_wide_t size)
{
	return addr >= owner->base && addr + size <= (fuzz_wide_t)owner->base + owner->size;
}

void fuzz_model_region(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_owner *owner = &m->owner[c->a];
	uint64_t addr = owner->base + c->x;

	if (c->n < fuzz_layout[c->type].size || addr % 4 || c->n % 4) {
		r->rc = -EINVAL;
		return;
	}
	/* A view of memory that is not there may be made, but a program that used it would break the rules. */
	if (inside(owner, (fuzz_wide_t)owner->base + c->x, c->n))
		fuzz_model_keep(m, c, r,
				(struct fuzz_view){.backend = m->view[c->a].backend,
						   .type = c->type,
						   .owner = c->a,
						   .addr = addr,
						   .size = c->n,
						   .len = c->n,
						   .bus = owner->coherent ? FUZZ_BUS + c->x : 0},
				owner->generation);
}

void fuzz_model_slice(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_owner *owner = &m->owner[c->a];
	fuzz_wide_t bytes = (fuzz_wide_t)c->n * fuzz_layout[c->type].size;

	if (bytes > (m->profile.bits64 || sizeof(size_t) == 8 ? UINT64_MAX : UINT32_MAX)) {
		r->rc = -EINVAL;
		return;
	}
	if (inside(owner, (fuzz_wide_t)owner->base + c->x, bytes))
		fuzz_model_keep(m, c, r,
				(struct fuzz_view){.backend = m->view[c->a].backend,
						   .type = c->type,
						   .owner = c->a,
						   .addr = owner->base + c->x,
						   .size = (uint64_t)bytes,
						   .len = c->n,
						   .bus = owner->coherent ? FUZZ_BUS + c->x : 0},
				owner->generation);
}

/* The part of @v that lies @delta bytes on. */
static void keep_part(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, unsigned type, fuzz_wide_t delta,
		      uint64_t count)
{
	struct fuzz_view part = m->view[c->a];
	const struct fuzz_layout *layout = &fuzz_layout[type];

	part.type = (uint8_t)type;
	part.addr += (uint64_t)delta;
	if (part.backend == FUZZ_COHERENT)
		part.bus += (uint64_t)delta;
	part.len = layout->dynamic ? count : 0;
	part.size = layout->dynamic ? layout->size * count : layout->size;
	fuzz_model_keep(m, c, r, part, m->generation[c->a]);
}

void fuzz_model_field(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_layout *layout = &fuzz_layout[m->view[c->a].type];

	if (!fuzz_model_stale(m, c->a, r))
		keep_part(m, c, r, layout->field[c->kind].type, layout->field[c->kind].offset, 0);
}

static uint64_t elements(const struct fuzz_view *v)
{
	const struct fuzz_layout *layout = &fuzz_layout[v->type];

	return layout->dynamic ? v->len : layout->count;
}

static void out_of_bounds(const struct fuzz_call *c, struct fuzz_result *r, const char *panic)
{
	if (c->panics)
		r->panic = panic;
	else
		r->rc = -ERANGE;
}

void fuzz_model_index(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	const struct fuzz_layout *layout = &fuzz_layout[v->type];
	uint64_t count = elements(v), size = fuzz_layout[layout->element].size;
	uint64_t first = c->kind == FUZZ_TO || c->kind == FUZZ_WHOLE ? 0 : c->x;
	uint64_t end = c->kind == FUZZ_FROM || c->kind == FUZZ_WHOLE ? count : c->y;

	if (c->kind == FUZZ_ELEMENT) {
		if (c->x >= count)
			out_of_bounds(c, r, "index out of bounds");
		else if (!fuzz_model_stale(m, c->a, r))
			keep_part(m, c, r, layout->element, (fuzz_wide_t)c->x * size, 0);
		return;
	}
	if (first > end || end > count)
		out_of_bounds(c, r, "range out of bounds");
	else if (!fuzz_model_stale(m, c->a, r))
		keep_part(m, c, r, layout->range, (fuzz_wide_t)first * size, end - first);
}

void fuzz_model_path(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	static const struct {
		uint8_t offset, type;
	} member[4] = {{0, FUZZ_U16}, {2, FUZZ_U16}, {4, FUZZ_U32}, {8, FUZZ_A_DATA}};

	if (fuzz_model_stale(m, c->a, r))
		return;
	if (c->x >= 3)
		out_of_bounds(c, r, "index out of bounds");
	else
		keep_part(m, c, r, member[c->kind].type, 8 + (fuzz_wide_t)c->x * 16 + member[c->kind].offset, 0);
}

void fuzz_model_cast(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	unsigned type = fuzz_cast_type[c->kind];

	if (fuzz_layout[type].size > v->size || v->addr % fuzz_layout[type].align)
		r->rc = -EINVAL;
	else
		keep_part(m, c, r, type, 0, 0);
}

void fuzz_model_convert(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view v = m->view[c->a];

	switch (c->kind) {
	case FUZZ_TO_RELAXED: v.backend = FUZZ_RELAXED; break;
	case FUZZ_TO_SYSMEM:
		v.backend = FUZZ_SYSMEM;
		v.bus = 0;
		break;
	case FUZZ_TO_EITHER:
		v.io = v.backend == FUZZ_MMIO;
		v.backend = FUZZ_IOSYSMAP;
		break;
	default:
		if (v.io != (c->kind == FUZZ_ARM_MMIO)) {
			r->panic = "wrong arm";
			return;
		}
		v.backend = v.io ? FUZZ_MMIO : FUZZ_SYSMEM;
		v.io = false;
	}
	fuzz_model_keep(m, c, r, v, m->generation[c->a]);
}

void fuzz_model_drop(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)r;
	m->owner[c->a].live = false;
}

/* A new owner of the same memory: views of the old one stay stale. */
void fuzz_model_take(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_owner *owner = &m->owner[c->a];

	owner->live = true;
	owner->generation++;
	m->generation[c->a] = owner->generation;
	(void)r;
}
