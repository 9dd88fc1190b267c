/* SPDX-License-Identifier: MIT */
/* Views of an owner's memory: the checked constructors. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static bool inside(const struct fuzz_owner *owner, fuzz_wide_t addr, fuzz_wide_t size)
{
	return addr >= owner->base && addr + size <= (fuzz_wide_t)owner->base + owner->size;
}

/* Neither at address 0 nor around the end of the address space. */
static bool is_memory(uint64_t addr, uint64_t n)
{
	return addr && (!n || n - 1 <= UINTPTR_MAX - addr);
}

/* Where @x from the owner's base is: addresses wrap at the end of this machine's. */
static uintptr_t address(const struct fuzz_owner *owner, uint64_t x)
{
	return (uintptr_t)(owner->base + x);
}

static void model_region(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_owner *owner = &m->owner[c->a];
	uint64_t addr = address(owner, c->x);

	if (c->n < fuzz_layout[c->type].size || addr % 4 || c->n % 4 || !is_memory(addr, c->n)) {
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
						   .len = c->n},
				owner->generation);
}

/* A part of a coherent owner's memory is a projection of it: the range of all elements from there on. */
static void coherent_part(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, fuzz_wide_t bytes)
{
	const struct fuzz_owner *owner = &m->owner[c->a];

	if (fuzz_model_stale(m, c->a, r))
		return;
	if (c->x + bytes > owner->size) {
		r->rc = -ERANGE;
		return;
	}
	fuzz_model_keep(m, c, r,
			(struct fuzz_view){.backend = FUZZ_COHERENT,
					   .type = c->type,
					   .owner = c->a,
					   .addr = owner->base + c->x,
					   .size = (uint64_t)bytes,
					   .len = c->n,
					   .bus = m->bus + c->x},
			m->generation[c->a]);
}

static void model_slice(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_owner *owner = &m->owner[c->a];
	fuzz_wide_t bytes = (fuzz_wide_t)c->n * fuzz_layout[c->type].size;

	if (owner->coherent) {
		coherent_part(m, c, r, bytes);
		return;
	}
	if (bytes > (m->profile.bits64 || sizeof(size_t) == 8 ? UINT64_MAX : UINT32_MAX) ||
	    address(owner, c->x) % fuzz_layout[c->type].align || !is_memory(address(owner, c->x), (uint64_t)bytes)) {
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
						   .len = c->n},
				owner->generation);
}

/* An owner whose views anybody may make; those of a coherent one come from itself. */
static uint8_t bare_owner(const struct fuzz_model *m, const struct fuzz_record *r)
{
	unsigned owner = r->a % FUZZ_MEMORY;

	return (uint8_t)(m->owner[owner].coherent ? owner + 1 : owner);
}

/* Bytes from @addr on that there can be. */
static uint64_t up_to_the_end(uint64_t addr)
{
	return (uint64_t)(UINTPTR_MAX - addr) + 1;
}

/* Sometimes at address 0, or up to the last byte that there can be, or one further; how, is kept for the text of the call. */
enum end {
	AS_SAID,
	AT_0,
	TO_THE_END,
	BEYOND_THE_END
};
static void at_the_ends(struct fuzz_call *c, const struct fuzz_record *r, uint64_t base, unsigned unit)
{
	static const uint8_t ends[16] = {[5] = AT_0, [10] = TO_THE_END, [11] = BEYOND_THE_END};

	c->kind = ends[r->choice >> 4];
	if (c->kind == AT_0)
		c->x = UINTPTR_MAX - base + 1;
	if (c->kind == TO_THE_END || c->kind == BEYOND_THE_END)
		c->n = up_to_the_end(base + c->x) / unit + (c->kind == BEYOND_THE_END);
}

static bool resolve_region(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	c->a = bare_owner(m, r);
	c->type = r->choice & 1 ? FUZZ_REGION42 : FUZZ_REGION0;
	c->x = fuzz_number(r->x, m->owner[c->a].size, 4);
	c->n = fuzz_number(r->y, m->owner[c->a].size - fuzz_at_most(c->x, m->owner[c->a].size), 4);
	at_the_ends(c, r, m->owner[c->a].base, 1);
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
	/* A coherent owner's part has no constructor that checks; another's may be misaligned, and is refused then. */
	c->x = fuzz_at_most(fuzz_number(r->x, owner->size, layout->align), owner->size);
	if (owner->coherent || !(r->choice & 8))
		c->x -= (owner->base + c->x) % layout->align;
	if (c->x > owner->size)
		return false;
	c->n = fuzz_number(r->y, (owner->size - c->x) / layout->size, layout->size);
	if (!owner->coherent)
		at_the_ends(c, r, owner->base, layout->size);
	return true;
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	static const char *const ends[] = {
		[TO_THE_END] = "to the last address", [BEYOND_THE_END] = "to one beyond the last address"};

	fprintf(out, " owner%u %s at ", c->a, fuzz_type_name(c->type));
	if (c->kind == AT_0)
		fprintf(out, "address 0");
	else
		fprintf(out, "%#" PRIx64, c->x);
	if (ends[c->kind])
		fprintf(out, " %s", ends[c->kind]);
	else
		fprintf(out, " n=%#" PRIx64, c->n);
}

static struct fuzz_view makes(const struct fuzz_call *c, struct fuzz_view from)
{
	from.type = c->type;
	return from;
}

/* The arena lies elsewhere there: what is at an end of the address space stays there. */
static void emit_constructor(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c, const char *constructor,
			     unsigned unit)
{
	uint64_t at = address(&m->owner[c->a], c->x);

	fprintf(e->out, "\tuintptr_t at = (uintptr_t)arena * %d + (size_t)UINT64_C(%" PRIu64 ");\n", at != 0,
		at ? at - m->arena : 0);
	if (c->kind == TO_THE_END || c->kind == BEYOND_THE_END)
		fprintf(e->out, "\tsize_t n = (size_t)(0 - at) / %u + %d;\n", unit, c->kind == BEYOND_THE_END);
	else
		fprintf(e->out, "\tsize_t n = (size_t)UINT64_C(%" PRIu64 ");\n", c->n);
	fprintf(e->out, "\tint err = %s(&%s, at, n);\n\n\tIOP_LEASE_SET(%s.raw, lease[%u]);\n\treturn err;\n", constructor, e->to,
		e->to, c->a);
}

static void emit_region(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	emit_constructor(e, m, c, "iop_try_region_at", 1);
}

static void emit_slice(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	if (!m->owner[c->a].coherent) {
		emit_constructor(e, m, c, "iop_try_slice_at", fuzz_layout[c->type].size);
		return;
	}
	fprintf(e->out,
		"\t%s all;\n\n\tall.raw = iop_coherent_advance(v%u.raw, (size_t)UINT64_C(%" PRIu64 "));\n\tall.len[0] = %" PRIu64
		";\n"
		"\treturn iop_try_project(&%s, all, iop_check_range(0, (size_t)UINT64_C(%" PRIu64 ")));\n",
		e->type, c->a, c->x, (m->owner[c->a].size - c->x) / fuzz_layout[c->type].size, e->to, c->n);
}

FUZZ_OPERATION(region, resolve_region, model_region, explain, emit_region, .makes = makes);
FUZZ_OPERATION(slice, resolve_slice, model_slice, explain, emit_slice, .makes = makes);

#else
#include <executor/world.h>

/* As an owner does it: the checked constructor, then the owner's lease. */
#define MAKE_VIEW(b, VIEW, T, constructor, n)                                                                   \
	do {                                                                                                    \
		typedef VIEW(FUZZ_C_##T) made_t;                                                                \
		made_t made = {};                                                                               \
		int err = constructor(&made, (uintptr_t)fuzz_owner_base[c->a] + c->x, n);                       \
		struct fuzz_slot slot = {.backend = fuzz_slots[c->a].backend, .type = FUZZ_##T, .owner = c->a}; \
		if (err || !is_inside(c, n, sizeof((*made.as[0])[0])))                                          \
			return err;                                                                             \
		IOP_LEASE_SET(made.raw, fuzz_lease[c->a]);                                                      \
		slot.raw.b = made.raw;                                                                          \
		slot.len = made.len[0];                                                                         \
		fuzz_slots[c->to] = slot;                                                                       \
		fuzz_seen(result, &slot, iop_addr(made), iop_size(made));                                       \
		return 0;                                                                                       \
	} while (0)
#define MAKE(T, constructor, n)                                       \
	do {                                                          \
		if (fuzz_slots[c->a].backend == FUZZ_MMIO)            \
			MAKE_VIEW(mmio, IOP_MMIO, T, constructor, n); \
		if (fuzz_slots[c->a].backend == FUZZ_WC)              \
			MAKE_VIEW(wc, IOP_WC, T, constructor, n);     \
		MAKE_VIEW(sysmem, IOP_SYSMEM, T, constructor, n);     \
	} while (0)

static bool is_inside(const struct fuzz_call *c, size_t n, size_t unit)
{
	size_t size = fuzz_owner_size(c->a);

	return c->x <= size && n <= (size - c->x) / unit;
}

static int region(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (c->type == FUZZ_REGION0)
		MAKE(REGION0, iop_try_region_at, c->n);
	MAKE(REGION42, iop_try_region_at, c->n);
}

/* A part of a coherent owner's memory has no constructor: it is a range of all that the owner has from there on. */
#define COHERENT_PART(T)                                                                             \
	case FUZZ_##T: {                                                                             \
		typedef IOP_COHERENT(FUZZ_C_##T) part_t;                                             \
		part_t all, part = {};                                                               \
		struct fuzz_slot slot = {.backend = FUZZ_COHERENT, .type = FUZZ_##T, .owner = c->a}; \
		all.raw = iop_coherent_advance(fuzz_slots[c->a].raw.coherent, (size_t)c->x);         \
		all.len[0] = (fuzz_owner_size(c->a) - (size_t)c->x) / sizeof((*all.as[0])[0]);       \
		err = iop_try_project(&part, all, iop_check_range(0, (size_t)c->n));                 \
		if (err)                                                                             \
			return err;                                                                  \
		slot.raw.coherent = part.raw;                                                        \
		slot.len = part.len[0];                                                              \
		fuzz_slots[c->to] = slot;                                                            \
		fuzz_seen(result, &slot, iop_addr(part), iop_size(part));                            \
		return 0;                                                                            \
	}

static int coherent_part(const struct fuzz_call *c, struct fuzz_result *result)
{
	int err = 0;

	switch (c->type) {
		COHERENT_PART(S_U8)
		COHERENT_PART(S_U16)
		COHERENT_PART(S_U32)
		COHERENT_PART(S_U64)
		COHERENT_PART(S_RING)
	}
	return err;
}

static int slice(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (fuzz_slots[c->a].backend == FUZZ_COHERENT)
		return coherent_part(c, result);
	switch (c->type) {
	case FUZZ_S_U8: MAKE(S_U8, iop_try_slice_at, c->n);
	case FUZZ_S_U16: MAKE(S_U16, iop_try_slice_at, c->n);
	case FUZZ_S_U32: MAKE(S_U32, iop_try_slice_at, c->n);
	case FUZZ_S_U64: MAKE(S_U64, iop_try_slice_at, c->n);
	default: MAKE(S_RING, iop_try_slice_at, c->n);
	}
}

FUZZ_EXECUTION(region, region);
FUZZ_EXECUTION(slice, slice);
#endif
