/* SPDX-License-Identifier: MIT */
#include "resolve.h"

#include <model/operation.h>

/* The slot that a byte names, or the nearest before it whose view the operation takes; FUZZ_SLOTS: none. */
static unsigned find(const struct fuzz_model *m, uint8_t byte, unsigned op)
{
	const uint8_t named[2] = {byte % FUZZ_SLOTS, m->last};
	unsigned start = named[byte >> 7], slots = m->taken.of[op];

	if (!slots)
		return FUZZ_SLOTS;
	/* Twice in a row, so that those after @start come round as those before it. */
	slots |= slots << FUZZ_SLOTS;
	slots &= (2u << (start + FUZZ_SLOTS)) - 1;
	return (31u - (unsigned)__builtin_clz(slots)) % FUZZ_SLOTS;
}

static uint8_t result_slot(const struct fuzz_model *m, const struct fuzz_record *r)
{
	unsigned room = FUZZ_SLOTS - FUZZ_FIRST_RESULT;

	/* Half of all results go round, so that a chain does not overwrite itself. */
	const uint8_t number[2] = {r->b, (uint8_t)(m->last + 1)};

	return (uint8_t)(FUZZ_FIRST_RESULT + number[r->b >> 7] % room);
}

/* The slots of views that the operation takes, and of the one that it makes. */
static bool find_views(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	unsigned slot;

	c->to = result_slot(m, r);
	if (!fuzz_op_types(r->op))
		return true;
	slot = find(m, r->a, c->op);
	if (slot == FUZZ_SLOTS)
		return false;
	c->a = (uint8_t)slot;
	/* Where it takes two, they are of the same kind. */
	if (fuzz_op_second(c->op))
		c->b = (uint8_t)find(m, r->b, c->op);
	return true;
}

static bool resolve(struct fuzz_call *call, const struct fuzz_record *r, const struct fuzz_model *m)
{
	*call = (struct fuzz_call){.op = r->op, .value = r->value};
	if (!find_views(call, r, m))
		return false;
	switch (r->op) {
#define RESOLVE(number, name, ...) \
	case number: return fuzz_operation_##name.resolve(call, r, m);
		FUZZ_OPS(RESOLVE)
#undef RESOLVE
	default: return false;
	}
}

/* What makes the view or the map that the operation would need; or what can always be done. */
static void instead(struct fuzz_record *r, const struct fuzz_model *m)
{
	unsigned types = fuzz_op_types(r->op);
	uint8_t maker = fuzz_operation(r->op)->instead;

	if (maker) {
		r->op = maker;
	} else if (!types) {
		r->choice &= 0xfd;
		r->op = fuzz_op_group(r->op) & FUZZ_MAP ? FUZZ_map_set : FUZZ_region;
	} else if (types >> FUZZ_S_U8 & 1 && r->op != FUZZ_convert) {
		r->op = r->op == FUZZ_clash && !m->profile.debug ? FUZZ_copy_toio : FUZZ_slice;
	} else if (types == FUZZ_SET(FUZZ_REGION42)) {
		r->op = FUZZ_region;
		r->choice |= 1;
	} else if (types & FUZZ_SET(FUZZ_BLOCK) && r->op != FUZZ_convert) {
		r->op = FUZZ_cast;
		r->choice &= 0xf8;
	} else {
		r->op = types & FUZZ_IS_VALUE && r->op != FUZZ_convert ? FUZZ_cast : FUZZ_offset_read;
	}
}

bool fuzz_resolve(struct fuzz_call *call, const struct fuzz_record *record, const struct fuzz_model *m)
{
	struct fuzz_record other;

	if (!fuzz_op_group(record->op))
		return false;
	if (!resolve(call, record, m)) {
		other = *record;
		instead(&other, m);
		if (!resolve(call, &other, m))
			return false;
	}
	/* The library takes sizes, so that is what the model must be asked. */
	call->x = (size_t)call->x;
	call->y = (size_t)call->y;
	call->n = (size_t)call->n;
	return true;
}
