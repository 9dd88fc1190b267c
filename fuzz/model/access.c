/* SPDX-License-Identifier: MIT */
/* Value access, offset access, registers. */
#include "model.h"

#include <errno.h>

/* The rule for an access of @width bytes: inside, and the absolute address aligned. Widths are their own alignment here. */
static bool valid(const struct fuzz_model *m, const struct fuzz_view *v, uint64_t offset, unsigned width)
{
	fuzz_wide_t end = (fuzz_wide_t)offset + width;
	fuzz_wide_t address = (fuzz_wide_t)v->addr + offset;

	(void)m;
	return end <= v->size && address % width == 0;
}

static uint64_t changed(const struct fuzz_call *c, uint64_t old)
{
	return old ^ c->value;
}

void fuzz_model_offset_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	/* What the variable held before. */
	r->value = c->width == 8 ? c->value : c->value & ((UINT64_C(1) << 8 * c->width) - 1);
	if (!valid(m, v, c->x, c->width))
		r->rc = -EINVAL;
	else if (!fuzz_model_stale(m, c->a, r))
		r->value = fuzz_model_load(m, v, (fuzz_wide_t)v->addr + c->x, c->width);
}

void fuzz_model_offset_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!valid(m, v, c->x, c->width)) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	/* Counts the evaluations of the value. */
	r->value = 1;
	fuzz_model_store(m, v, (fuzz_wide_t)v->addr + c->x, c->width, c->value);
}

void fuzz_model_offset_update(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!valid(m, v, c->x, c->width)) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	r->value = fuzz_model_load(m, v, (fuzz_wide_t)v->addr + c->x, c->width);
	fuzz_model_store(m, v, (fuzz_wide_t)v->addr + c->x, c->width, changed(c, r->value));
}

void fuzz_model_fixed(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t addr = (fuzz_wide_t)v->addr + fuzz_fixed[c->kind].offset;
	unsigned width = fuzz_fixed[c->kind].width;

	if (fuzz_model_stale(m, c->a, r))
		return;
	if (c->y != 1)
		r->value = fuzz_model_load(m, v, addr, width);
	if (c->y != 0)
		fuzz_model_store(m, v, addr, width, c->y == 1 ? c->value : changed(c, r->value));
}

void fuzz_model_read(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!fuzz_model_stale(m, c->a, r))
		r->value = fuzz_model_load(m, v, v->addr, fuzz_layout[v->type].size);
}

void fuzz_model_write(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (!fuzz_model_stale(m, c->a, r))
		fuzz_model_store(m, v, v->addr, fuzz_layout[v->type].size, c->value);
}

void fuzz_model_update(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	r->value = fuzz_model_load(m, v, v->addr, fuzz_layout[v->type].size);
	fuzz_model_store(m, v, v->addr, fuzz_layout[v->type].size, changed(c, r->value));
}

/* An array of registers with a field in bits 4 to 10, a bit 31, and what is between them left alone. */
void fuzz_model_registers(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_view *v = &m->view[c->a];
	fuzz_wide_t offset = FUZZ_REGISTER_AT + (fuzz_wide_t)c->x * FUZZ_REGISTER_STRIDE;
	fuzz_wide_t addr = v->addr + offset;
	uint64_t old;

	if (c->x >= FUZZ_REGISTERS || offset + 4 > v->size || addr % 4) {
		r->rc = -EINVAL;
		return;
	}
	if (fuzz_model_stale(m, c->a, r))
		return;
	switch (c->kind) {
	case 0: r->value = fuzz_model_load(m, v, addr, 4); break;
	case 1: fuzz_model_store(m, v, addr, 4, c->value); break;
	case 2: r->value = fuzz_model_load(m, v, addr, 4) >> 4 & 0x7f; break;
	default:
		old = fuzz_model_load(m, v, addr, 4);
		/* A value that does not fit is refused, and then what was there is written back. */
		r->value = (c->value & 0xffff) <= 0x7f ? 0 : (uint64_t)-EOVERFLOW;
		if (!r->value)
			old = (old & ~UINT64_C(0x7f0)) | (c->value & 0xffff) << 4;
		fuzz_model_store(m, v, addr, 4, old);
	}
}

/* Past the views, which cannot be misaligned: no event, and misaligned no transaction. */
void fuzz_model_config_raw(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view view = {.live = true, .backend = FUZZ_CONFIGSPACE};

	if (c->x % c->width)
		return;
	if (c->kind)
		fuzz_model_store(m, &view, c->x, c->width, c->value);
	else
		r->value = fuzz_model_load(m, &view, c->x, c->width);
	m->expectations = 0;
}

/* A function of n bytes: its size, and whether there is more than the 256 that all have. */
void fuzz_model_config_device(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	(void)m;
	if (c->n != 256 && c->n != 4096) {
		r->panic = "config space is neither 256 nor 4096 bytes";
		return;
	}
	r->rc = c->n == 4096 ? 0 : -EINVAL;
	r->value = (uint64_t)c->n << 32 | (uint64_t)c->n << 16 | (c->n == 4096 ? 4096 : 0);
}

void fuzz_model_bus_fault(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	r->value = m->bus_lost;
	m->bus_good = c->x;
	m->bus_bad = c->n;
}
