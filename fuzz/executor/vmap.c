/* SPDX-License-Identifier: MIT */
/* Memory objects in the arena that count how often they are mapped, unmapped and freed, and that the reservation lock is held. */
#include "core.h"

#include <iopath/vmap.h>

#include <string.h>

typedef IOP_VMAP_REF(0) vmap_ref;
union vmap {
	vmap_ref any;
	IOP_VMAP_REF(42) ref42;
	IOP_VMAP_OWNED(0) owned;
	IOP_VMAP_OWNED(42) owned42;
};

static union vmap vmaps[FUZZ_VMAPS];
static struct object {
	struct iop_gem gem;
	uint8_t *at;
	uint64_t fault;
} objects[FUZZ_VMAPS];
static uint8_t *memory;
static uint8_t mapped, unmapped, freed, unlocked;

static void check_lock(struct iop_gem *gem)
{
	if (pthread_mutex_trylock(&gem->resv) == 0) {
		unlocked++;
		pthread_mutex_unlock(&gem->resv);
	}
}

static int map(struct iop_gem *gem, struct iop_iosys_map *map)
{
	struct object *o = (struct object *)gem;

	check_lock(gem);
	if (o->fault == FUZZ_VMAP_FAILS)
		return -ENOMEM;
	mapped++;
	*map = (struct iop_iosys_map){.vaddr = o->at, .is_iomem = o->fault == FUZZ_VMAP_IO};
	return 0;
}

/* Another map than the one that was made is no unmap. */
static void unmap(struct iop_gem *gem, struct iop_iosys_map *map)
{
	const struct object *o = (struct object *)gem;

	check_lock(gem);
	unmapped += map->vaddr == o->at && map->is_iomem == (o->fault == FUZZ_VMAP_IO);
}

static void release(struct iop_gem *gem)
{
	(void)gem;
	freed++;
}

static const struct iop_gem_ops ops = {.vmap = map, .vunmap = unmap, .release = release};

void fuzz_vmap_start(uint8_t *owner)
{
	if (mapped) {
		/* A program that was cut short leaves them open; their leases must not add up. */
		for (unsigned i = 0; i < FUZZ_VMAPS; i++) {
#if IOP_DEBUG_VIEWS
			iop_lease_end(vmaps[i].any.hold.lease);
#endif
		}
		memset(vmaps, 0, sizeof(vmaps));
	}
	mapped = unmapped = freed = unlocked = 0;
	memory = owner;
}

static uint64_t balance(void)
{
	return (uint64_t)mapped << 56 | (uint64_t)unmapped << 48 | (uint64_t)freed << 40 | (uint64_t)unlocked << 32;
}

static int make(const struct fuzz_call *c, union vmap *v, struct iop_gem *gem)
{
	switch (c->kind << 1 | (c->type == FUZZ_REGION42)) {
	case 0: return iop_vmap(&v->any, gem);
	case 1: return iop_vmap(&v->ref42, gem);
	case 2: return iop_vmap(&v->owned, gem);
	default: return iop_vmap(&v->owned42, gem);
	}
}

/* What borrows the object needs it to stay; what owns it has a reference of its own. */
static int open_vmap(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct object *o = &objects[c->to];
	int err;

	iop_gem_init(&o->gem, &ops, c->n);
	o->at = memory + c->x;
	o->fault = c->y;
	err = make(c, &vmaps[c->to], &o->gem);
	if (err || c->kind)
		iop_gem_put(&o->gem);
	result->value = balance() | (uint32_t)iop_size(vmaps[c->to].any);
	return err;
}

static void drop(const struct fuzz_call *c, struct fuzz_result *result)
{
	union vmap *v = &vmaps[c->to];
	union vmap copy = *v;

	iop_vmap_drop(&v->any);
	if (!copy.any.hold.owned)
		iop_gem_put(&objects[c->to].gem);
	if (c->kind == FUZZ_VMAP_TWICE)
		iop_vmap_drop(&v->any);
	if (c->kind == FUZZ_VMAP_COPY)
		iop_vmap_drop(&copy.any);
	result->value = balance();
}

static int use(const struct fuzz_call *c, struct fuzz_result *result)
{
	union vmap *v = &vmaps[c->to];
	int err = 0;

	if (c->kind == FUZZ_VMAP_FIXED) {
		result->value = iop_read16(v->ref42, 40);
		return 0;
	}
	switch (c->width * 8) {
#define USE(bits)                                                                           \
	case bits: {                                                                        \
		uint##bits##_t value = 0;                                                   \
		if (c->kind == FUZZ_VMAP_WRITE)                                             \
			return iop_try_write##bits(v->any, (uint##bits##_t)c->value, c->x); \
		err = iop_try_read##bits(v->any, c->x, &value);                             \
		result->value = value;                                                      \
		return err;                                                                 \
	}
		USE(8)
		USE(16)
		USE(32)
#if IOP_64BIT
		USE(64)
#endif
#undef USE
	}
	return err;
}

int fuzz_vmap_run(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (c->op == FUZZ_vmap_open)
		return open_vmap(c, result);
	if (c->op == FUZZ_vmap_use)
		return use(c, result);
	drop(c, result);
	return 0;
}
