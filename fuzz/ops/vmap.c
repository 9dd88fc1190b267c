/* SPDX-License-Identifier: MIT */
/* Memory objects, mapped: what is refused with what, and that each map is undone and each object freed, once. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

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
	if (c->panics && !c->whole)
		return -NOT_SUPPORTED;
	fuzz_model_asks(m, FUZZ_ASKED_VMAP, 0, c->to, 0);
	if (c->y == FUZZ_VMAP_FAILS)
		return -ENOMEM;
	m->vmaps++;
	if ((c->y == FUZZ_VMAP_IO && !c->panics) || !region) {
		fuzz_model_asks(m, FUZZ_ASKED_VUNMAP, 0, c->to, 0);
		m->vunmaps++;
		return c->y == FUZZ_VMAP_IO && !c->panics ? -NOT_SUPPORTED : -EINVAL;
	}
	m->vmap[c->to] = (struct fuzz_vmap){.open = true,
					    .was_open = true,
					    .at_least_42 = c->type == FUZZ_REGION42,
					    .wc = c->panics,
					    .addr = addr,
					    .size = c->n};
	return 0;
}

static void model_vmap_open(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	m->vmap[c->to] = (struct fuzz_vmap){.open = false};
	r->rc = open_vmap(m, c);
	/* The maker of the object drops it when it cannot be mapped. */
	if (r->rc)
		fuzz_model_asks(m, FUZZ_ASKED_FREE, 0, c->to, 0);
	m->freed += r->rc != 0;
	r->value = balance(m) | (uint32_t)m->vmap[c->to].size;
}

/* Dropping one that was dropped does nothing; a copy of it is stale. */
static void model_vmap_drop(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	fuzz_model_asks(m, FUZZ_ASKED_VUNMAP, 0, c->to, 0);
	fuzz_model_asks(m, FUZZ_ASKED_FREE, 0, c->to, 0);
	m->vunmaps++;
	m->freed++;
	m->vmap[c->to].open = false;
	r->value = balance(m);
	if (c->kind == FUZZ_VMAP_COPY)
		r->panic = "stale view";
}

static void model_vmap_use(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_vmap *v = &m->vmap[c->to];
	struct fuzz_view view = {.live = true, .backend = v->wc ? FUZZ_WC : FUZZ_SYSMEM};
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

static bool resolve_open(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t size = m->owner[1].size;

	c->to = r->b % FUZZ_VMAPS;
	c->kind = r->choice & 1;
	c->type = r->choice & 0x10 ? FUZZ_REGION42 : FUZZ_REGION0;
	c->y = r->choice & 0x20 ? (r->choice >> 6) % FUZZ_VMAP_FAULTS : FUZZ_VMAP_GOOD;
	/* As write-combining; of an object that is mapped so. */
	c->panics = r->value & 1;
	c->whole = r->value & 2;
	c->x = fuzz_at_most(fuzz_number(r->x, size, 4), size);
	c->n = fuzz_at_most(fuzz_number(r->y, size - c->x, 4), size - c->x);
	return !m->vmap[c->to].open;
}

static bool resolve_drop(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->to = r->b % FUZZ_VMAPS;
	/* Without leases, dropping a copy is not permitted. */
	c->kind = r->choice % (m->profile.debug ? 3 : 2);
	return m->vmap[c->to].open;
}

static bool resolve_use(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_vmap *v;

	c->to = r->b % FUZZ_VMAPS;
	v = &m->vmap[c->to];
	c->panics = v->wc;
	c->kind = v->at_least_42 && r->choice & 0x20 ? FUZZ_VMAP_FIXED : r->choice >> 2 & 1;
	c->width = fuzz_width_of(m, FUZZ_SYSMEM, r->choice);
	c->x = fuzz_number(r->x, v->size, c->width);
	return v->open || (m->profile.debug && v->was_open);
}

static bool left_open(const struct fuzz_model *m, struct fuzz_call *c)
{
	while (c->to < FUZZ_VMAPS && !m->vmap[c->to].open)
		c->to++;
	return c->to < FUZZ_VMAPS;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " vmap%u%s%s", c->to, c->panics ? " as write-combining" : "", c->whole ? " of such an object" : "");
	fuzz_explain_operands(out, c);
}

static void emit_open(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	FILE *o = e->out;
	unsigned i = c->to;

	fprintf(o,
		"\tint err;\n\n\tobject_at[%u] = arena + %" PRIu64 ";\n\tobject_fault[%u] = %u;\n"
		"\tiop_gem_init(&object[%u], &object_ops, %" PRIu64 ");\n\tobject[%u].map_wc = %d;\n"
		"\terr = iop_vmap%s(&vmap[%u].%s%s%u, &object[%u]);\n",
		i, m->owner[1].base - m->arena + c->x, i, (unsigned)c->y, i, c->n, i, c->whole, c->panics ? "_wc" : "", i,
		c->panics ? "wc_" : "", c->kind ? "owned" : "ref", c->type == FUZZ_REGION42 ? 42u : 0u, i);
	fprintf(o, "\t%siop_gem_put(&object[%u]);\n", c->kind ? "" : "if (err)\n\t\t", i);
	fprintf(o, "\tvalue = object_balance() | (uint32_t)iop_size(vmap[%u].ref0);\n\treturn err;\n", i);
}

static void emit_drop(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	FILE *o = e->out;
	unsigned i = c->to;

	(void)m;
	fprintf(o,
		"\t__typeof__(vmap[0]) copy = vmap[%u];\n\n\tiop_vmap_drop(&vmap[%u].ref0);\n"
		"\tif (!copy.ref0.hold.owned)\n\t\tiop_gem_put(&object[%u]);\n",
		i, i, i);
	if (c->kind != FUZZ_VMAP_ONCE)
		fprintf(o, c->kind == FUZZ_VMAP_COPY ? "\tiop_vmap_drop(&copy.ref0);\n" : "\tiop_vmap_drop(&vmap[%u].ref0);\n", i);
	fprintf(o, "\tvalue = object_balance();\n\treturn 0;\n");
}

static void emit_use(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	FILE *o = e->out;
	unsigned i = c->to, bits = c->width * 8u;
	const char *wc = c->panics ? "wc_" : "";

	(void)m;
	if (c->kind == FUZZ_VMAP_FIXED) {
		fprintf(o, "\tvalue = iop_read16(vmap[%u].%sref42, 40);\n\treturn 0;\n", i, wc);
	} else if (c->kind == FUZZ_VMAP_WRITE) {
		fprintf(o,
			"\treturn iop_try_write%u(vmap[%u].%sref0, (uint%u_t)UINT64_C(%" PRIu64 "), (size_t)UINT64_C(%" PRIu64
			"));\n",
			bits, i, wc, bits, c->value, c->x);
	} else {
		fprintf(o,
			"\tuint%u_t got = 0;\n\tint err = iop_try_read%u(vmap[%u].%sref0, (size_t)UINT64_C(%" PRIu64
			"), &got);\n\n\tvalue = got;\n\treturn err;\n",
			bits, bits, i, wc, c->x);
	}
}

FUZZ_OPERATION(vmap_open, resolve_open, model_vmap_open, explain, emit_open);
FUZZ_OPERATION(vmap_drop, resolve_drop, model_vmap_drop, explain, emit_drop, .left_open = left_open, .instead = FUZZ_vmap_open);
FUZZ_OPERATION(vmap_use, resolve_use, model_vmap_use, explain, emit_use, .instead = FUZZ_vmap_open);

#else
#include <executor/world.h>

#include <iopath/vmap.h>

#include <string.h>

typedef IOP_VMAP_REF(0) vmap_ref;
union vmap {
	vmap_ref any;
	IOP_VMAP_REF(42) ref42;
	IOP_VMAP_OWNED(0) owned;
	IOP_VMAP_OWNED(42) owned42;
	IOP_WC_VMAP_REF(0) wc_ref;
	IOP_WC_VMAP_REF(42) wc_ref42;
	IOP_WC_VMAP_OWNED(0) wc_owned;
	IOP_WC_VMAP_OWNED(42) wc_owned42;
};

static union vmap vmaps[FUZZ_VMAPS];
static struct object {
	struct iop_gem gem;
	uint8_t *at;
	uint64_t fault;
} objects[FUZZ_VMAPS];
static uint8_t mapped, unmapped, freed, unlocked;

static void check_lock(struct iop_gem *gem)
{
	if (pthread_mutex_trylock(&gem->resv) == 0) {
		unlocked++;
		pthread_mutex_unlock(&gem->resv);
	}
}

static int map(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	struct object *o = (struct object *)gem;

	fuzz_asked(FUZZ_ASKED_VMAP, 0, (uint64_t)(o - objects), 0);
	check_lock(gem);
	if (o->fault == FUZZ_VMAP_FAILS)
		return -ENOMEM;
	mapped++;
	*map = (struct iop_kernel_iosys_map){.vaddr = o->at, .is_iomem = o->fault == FUZZ_VMAP_IO};
	return 0;
}

/* Another map than the one that was made is no unmap. */
static void unmap(struct iop_gem *gem, struct iop_kernel_iosys_map *map)
{
	const struct object *o = (struct object *)gem;

	fuzz_asked(FUZZ_ASKED_VUNMAP, 0, (uint64_t)(o - objects), 0);
	check_lock(gem);
	unmapped += map->vaddr == o->at && map->is_iomem == (o->fault == FUZZ_VMAP_IO);
}

static void release(struct iop_gem *gem)
{
	fuzz_asked(FUZZ_ASKED_FREE, 0, (uint64_t)((struct object *)gem - objects), 0);
	freed++;
}

static const struct iop_gem_ops ops = {.vmap = map, .vunmap = unmap, .release = release};

static void start(void)
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
}

static uint64_t balance(void)
{
	return (uint64_t)mapped << 56 | (uint64_t)unmapped << 48 | (uint64_t)freed << 40 | (uint64_t)unlocked << 32;
}

static int make(const struct fuzz_call *c, union vmap *v, struct iop_gem *gem)
{
	switch (c->panics << 2 | c->kind << 1 | (c->type == FUZZ_REGION42)) {
	case 0: return iop_vmap(&v->any, gem);
	case 1: return iop_vmap(&v->ref42, gem);
	case 2: return iop_vmap(&v->owned, gem);
	case 3: return iop_vmap(&v->owned42, gem);
	case 4: return iop_vmap_wc(&v->wc_ref, gem);
	case 5: return iop_vmap_wc(&v->wc_ref42, gem);
	case 6: return iop_vmap_wc(&v->wc_owned, gem);
	default: return iop_vmap_wc(&v->wc_owned42, gem);
	}
}

/* What borrows the object needs it to stay; what owns it has a reference of its own. */
static int open_vmap(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct object *o = &objects[c->to];
	int err;

	iop_gem_init(&o->gem, &ops, c->n);
	o->gem.map_wc = c->whole;
	o->at = fuzz_owner_base[1] + c->x;
	o->fault = c->y;
	err = make(c, &vmaps[c->to], &o->gem);
	if (err || c->kind)
		iop_gem_put(&o->gem);
	result->value = balance() | (uint32_t)iop_size(vmaps[c->to].any);
	return err;
}

static int drop(const struct fuzz_call *c, struct fuzz_result *result)
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
	return 0;
}

static int use(const struct fuzz_call *c, struct fuzz_result *result)
{
	union vmap *v = &vmaps[c->to];
	int err = 0;

	if (c->kind == FUZZ_VMAP_FIXED) {
		result->value = c->panics ? iop_read16(v->wc_ref42, 40) : iop_read16(v->ref42, 40);
		return 0;
	}
	switch (c->width * 8) {
#define USE(bits)                                                                                                         \
	case bits: {                                                                                                      \
		uint##bits##_t value = 0;                                                                                 \
		if (c->kind == FUZZ_VMAP_WRITE && c->panics)                                                              \
			return iop_try_write##bits(v->wc_ref, (uint##bits##_t)c->value, c->x);                            \
		if (c->kind == FUZZ_VMAP_WRITE)                                                                           \
			return iop_try_write##bits(v->any, (uint##bits##_t)c->value, c->x);                               \
		err = c->panics ? iop_try_read##bits(v->wc_ref, c->x, &value) : iop_try_read##bits(v->any, c->x, &value); \
		result->value = value;                                                                                    \
		return err;                                                                                               \
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

FUZZ_EXECUTION(vmap_open, open_vmap, .start = start);
FUZZ_EXECUTION(vmap_drop, drop);
FUZZ_EXECUTION(vmap_use, use);
#endif
