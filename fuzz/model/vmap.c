/* SPDX-License-Identifier: MIT */
/* Memory objects, mapped: what is refused with what, and that each map is undone and each object freed, once. */
#include "model.h"

#include <errno.h>

/* The library's own number; Linux has no name for it in userspace. */
#define NOT_SUPPORTED 524

static uint64_t balance(const struct fuzz_model *m)
{
	return (uint64_t)m->vmaps << 56 | (uint64_t)m->vunmaps << 48 | (uint64_t)m->freed << 40;
}

static int open_vmap(struct fuzz_model *m, const struct fuzz_call *c)
{
	uint64_t addr = m->owner[1].base + c->x;
	bool region = addr % 4 == 0 && c->n % 4 == 0;

	if (c->type == FUZZ_REGION42 && c->n < 42)
		return -ENOSPC;
	if (c->y == FUZZ_VMAP_FAILS)
		return -ENOMEM;
	m->vmaps++;
	if (c->y == FUZZ_VMAP_IO || !region) {
		m->vunmaps++;
		return c->y == FUZZ_VMAP_IO ? -NOT_SUPPORTED : -EINVAL;
	}
	m->vmap[c->to] = (struct fuzz_vmap){
		.open = true, .was_open = true, .at_least_42 = c->type == FUZZ_REGION42, .addr = addr, .size = c->n};
	return 0;
}

void fuzz_model_vmap_open(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->vmap[c->to] = (struct fuzz_vmap){.open = false};
	r->rc = open_vmap(m, c);
	/* The maker of the object drops it when it cannot be mapped. */
	m->freed += r->rc != 0;
	r->value = balance(m) | (uint32_t)m->vmap[c->to].size;
}

/* Dropping one that was dropped does nothing; a copy of it is stale. */
void fuzz_model_vmap_drop(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->vunmaps++;
	m->freed++;
	m->vmap[c->to].open = false;
	r->value = balance(m);
	if (c->kind == FUZZ_VMAP_COPY)
		r->panic = "stale view";
}

void fuzz_model_vmap_use(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_vmap *v = &m->vmap[c->to];
	struct fuzz_view view = {.live = true, .backend = FUZZ_SYSMEM};
	uint64_t offset = c->kind == FUZZ_VMAP_FIXED ? 40 : c->x;
	unsigned width = c->kind == FUZZ_VMAP_FIXED ? 2 : c->width;
	fuzz_wide_t addr = (fuzz_wide_t)v->addr + offset;

	if ((fuzz_wide_t)offset + width > v->size || addr % width)
		r->rc = -EINVAL;
	else if (!v->open)
		r->panic = "stale view";
	else if (c->kind == FUZZ_VMAP_WRITE)
		fuzz_model_store(m, &view, addr, width, c->value);
	else
		r->value = fuzz_model_load(m, &view, addr, width);
}
