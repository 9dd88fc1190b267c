/* SPDX-License-Identifier: MIT */
#include "sequence.h"

#include <host/registered.h>

#include <iopath/cells.h>
#include <iopath/tier.h>

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define M(member) (1u << IOP_MEMBER_##member)

bool iop_sequence_entry_of(struct iop_sequence_entry *e, const struct iop_sequence_claims *c)
{
	const unsigned narrowest = c->widths & -c->widths;

	*e = (struct iop_sequence_entry){.op = iop_registered_op(c->kind),
					 .name = c->name,
					 .symbol = c->symbol,
					 .kind = c->kind,
					 .width = c->width,
					 .widths = c->widths,
					 .unit = c->unit > narrowest ? c->unit : narrowest};
	e->unit += !e->unit;
	if (!c->tier || !*c->tier)
		return true;
	for (e->tier = 0; e->tier < IOP_TIERS; e->tier++)
		if (strcasecmp(c->tier, iop_tier_name(e->tier)) == 0)
			return true;
	return false;
}

unsigned iop_sequence_members(unsigned kind)
{
	switch (kind) {
	case IOP_REGISTERED_TOIO:
	case IOP_REGISTERED_FROMIO:
	case IOP_REGISTERED_MOVE: return M(IO) | M(OTHER) | M(SIZE);
	case IOP_REGISTERED_SET: return M(IO) | M(SIZE) | M(VALUE);
	case IOP_REGISTERED_READ: return M(IO);
	case IOP_REGISTERED_WRITE: return M(IO) | M(VALUE);
	case IOP_REGISTERED_CHECKED_READ: return M(IO) | M(SIZE) | M(OFFSET);
	case IOP_REGISTERED_CHECKED_WRITE: return M(IO) | M(SIZE) | M(OFFSET) | M(VALUE);
	case IOP_REGISTERED_PROJECTION: return M(IO) | M(SIZE) | M(OFFSET) | M(LENGTH);
	default: return 0;
	}
}

uint64_t *iop_sequence_member(struct iop_sequence_step *step, enum iop_sequence_member member)
{
	uint64_t *const members[IOP_MEMBERS] = {&step->io, &step->other, &step->size, &step->offset, &step->length, &step->value};

	return members[member];
}

static bool inside(uint64_t at, uint64_t size)
{
	return at <= IOP_SEQUENCE_WINDOW && size <= IOP_SEQUENCE_WINDOW - at;
}

/* Bits that its type has not. */
static bool value_fits(const struct iop_sequence_entry *e, uint64_t value)
{
	const unsigned bytes = e->kind == IOP_REGISTERED_SET ? 4 : e->width;

	return bytes >= 8 || value >> 8 * bytes == 0;
}

static bool takes(const struct iop_sequence_entry *e, const struct iop_sequence_step *s)
{
	switch (e->kind) {
	case IOP_REGISTERED_TOIO:
	case IOP_REGISTERED_FROMIO:
		return s->io % e->unit == 0 && s->size % e->unit == 0 && inside(s->io, s->size) && inside(s->other, s->size);
	case IOP_REGISTERED_MOVE:
		return s->io % e->unit == 0 && s->size % e->unit == 0 && s->other % e->unit == 0 && inside(s->io, s->size) &&
		       inside(s->other, s->size);
	case IOP_REGISTERED_SET:
		return s->io % e->unit == 0 && s->size % e->unit == 0 && inside(s->io, s->size) && value_fits(e, s->value);
	case IOP_REGISTERED_READ: return s->io % e->width == 0 && inside(s->io, e->width);
	case IOP_REGISTERED_WRITE: return s->io % e->width == 0 && inside(s->io, e->width) && value_fits(e, s->value);
	case IOP_REGISTERED_CHECKED_READ: return s->io % 8 == 0 && inside(s->io, s->size);
	case IOP_REGISTERED_CHECKED_WRITE: return s->io % 8 == 0 && inside(s->io, s->size) && value_fits(e, s->value);
	/* A length of nothing may be given or refused. */
	case IOP_REGISTERED_PROJECTION: return inside(s->io, s->size) && s->length;
	default: return false;
	}
}

bool iop_sequence_takes(const struct iop_sequence_module *module, const struct iop_sequence *sequence)
{
	if (!sequence->steps || sequence->steps > IOP_SEQUENCE_STEPS)
		return false;
	for (uint32_t i = 0; i < sequence->steps; i++)
		if (sequence->step[i].entry >= module->entries ||
		    !takes(&module->entry[sequence->step[i].entry], &sequence->step[i]))
			return false;
	return true;
}

void iop_sequence_leave_out(const struct iop_sequence_module *module, struct iop_sequence *sequence)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < sequence->steps; i++)
		if (!module->entry[sequence->step[i].entry].left_out)
			sequence->step[kept++] = sequence->step[i];
	sequence->steps = kept;
}

/* Eight bytes at a time; finding tests do the same (emit.c). */
static void fill_window(uint64_t x, unsigned char *bytes)
{
	for (size_t i = 0; i < IOP_SEQUENCE_WINDOW; i += sizeof(x)) {
		uint64_t word;

		x = x * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
		word = x ^ x >> 32;
		memcpy(bytes + i, &word, sizeof(word));
	}
}

void iop_sequence_fill(uint32_t fill, unsigned char device[IOP_SEQUENCE_WINDOW], unsigned char memory[IOP_SEQUENCE_WINDOW])
{
	fill_window(2 * (uint64_t)fill, device);
	fill_window(2 * (uint64_t)fill + 1, memory);
}
