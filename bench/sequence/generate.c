/* SPDX-License-Identifier: MIT */
#include "generate.h"

#include <iopath/cells.h>

#define PAGE   4096
#define WINDOW IOP_SEQUENCE_WINDOW
/* splitmix64 */
static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

uint64_t iop_sequence_random(uint64_t *random, uint64_t n)
{
	return n ? next(random) % n : 0;
}

#define below iop_sequence_random

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

static uint64_t size(uint64_t *r, uint64_t most)
{
	switch (below(r, 16)) {
	case 0:
	case 1:
	case 2:
	case 3:
	case 4: return least(below(r, 17), most);
	case 5:
	case 6:
	case 7: return least(below(r, 65), most);
	case 8:
	case 9: return least(below(r, 257), most);
	case 10:
	case 11:
	case 12: return least((UINT64_C(1) << below(r, 14)) + below(r, 3) - 1, most);
	case 13: return least(below(r, 1025), most);
	case 14: return least(PAGE - 8 + below(r, 17), most);
	default: return below(r, most + 1);
	}
}

/* Where @bytes start. */
static uint64_t place(uint64_t *r, uint64_t bytes)
{
	const uint64_t room = WINDOW - bytes, edge = PAGE * (1 + below(r, 3));
	uint64_t before;

	switch (below(r, 12)) {
	case 0:
	case 1:
	case 2:
	case 3: return least(below(r, 64), room);
	case 4:
	case 5: return room;
	case 6: return room - least(below(r, 64), room);
	/* Across the edge of a page, or up to it, or behind it. */
	case 7:
	case 8: before = below(r, bytes + 1); return least(edge - least(before, edge), room);
	case 9: return least(edge - least(bytes, edge), room);
	default: return below(r, room + 1);
	}
}

static uint64_t value(uint64_t *r, unsigned bytes)
{
	const uint64_t mask = bytes >= 8 ? UINT64_MAX : (UINT64_C(1) << 8 * bytes) - 1;

	switch (below(r, 8)) {
	case 0: return 0;
	case 1: return mask;
	case 2: return (UINT64_C(1) << below(r, 64)) & mask;
	case 3: return ~(UINT64_C(1) << below(r, 64)) & mask;
	case 4: return below(r, 256);
	default: return next(r) & mask;
	}
}

/* From a move's source to its destination: both orders, from nothing in common to all. */
static uint64_t destination(uint64_t *r, uint64_t from, uint64_t bytes)
{
	const bool down = below(r, 2);
	uint64_t far;

	switch (below(r, 8)) {
	case 0:
	case 1: far = below(r, 17); break;
	case 2:
	case 3: far = below(r, bytes + 1); break;
	case 4: far = bytes + below(r, 3) - (bytes ? 1 : 0); break;
	case 5: far = 8 * below(r, 17); break;
	default: return place(r, bytes);
	}
	return down ? from - least(far, from) : least(from + far, WINDOW - bytes);
}

/* More than IOP_SEQUENCE_WATCHED: mostly a little, and near powers of two. */
static uint64_t large(uint64_t *r)
{
	const uint64_t power = below(r, 16) ? IOP_SEQUENCE_WATCHED << below(r, 4) : WINDOW / 2;

	return power + 1 + below(r, below(r, 2) ? 16 : power);
}

static void copy(uint64_t *r, const struct iop_sequence_entry *e, struct iop_sequence_step *s)
{
	const uint64_t how = below(r, 64);

	s->watched = how < 5;
	s->size = how == 4 ? large(r) : size(r, s->watched ? IOP_SEQUENCE_WATCHED : WINDOW);
	s->size -= s->size % e->unit;
	s->io = place(r, s->size);
	s->io -= s->io % e->unit;
	if (e->kind == IOP_REGISTERED_SET) {
		s->value = value(r, 4);
	} else if (e->kind == IOP_REGISTERED_MOVE) {
		s->other = destination(r, s->io, s->size);
		s->other -= s->other % e->unit;
	} else {
		s->other = place(r, s->size);
		/* Both at the same place within a line. */
		if (below(r, 4) == 0 && (s->other & ~UINT64_C(63)) + (s->io & 63) <= WINDOW - s->size)
			s->other = (s->other & ~UINT64_C(63)) + (s->io & 63);
	}
}

static void access(uint64_t *r, const struct iop_sequence_entry *e, struct iop_sequence_step *s)
{
	s->watched = below(r, 4) == 0;
	s->io = place(r, e->width);
	s->io -= s->io % e->width;
	if (e->kind == IOP_REGISTERED_WRITE)
		s->value = value(r, e->width);
}

/* A number near @edge, from 16 below to 16 above, wrapping around. */
static uint64_t near(uint64_t *r, uint64_t edge)
{
	return edge + below(r, 33) - 16;
}

static uint64_t offset(uint64_t *r, uint64_t bytes, unsigned width)
{
	const uint64_t inside = below(r, bytes + 1);

	switch (below(r, 12)) {
	case 0:
	case 1:
	case 2: return inside - inside % width;
	case 3: return inside;
	case 4: return bytes - width;
	case 5: return bytes;
	case 6: return near(r, bytes);
	case 7: return UINT64_MAX - below(r, 17);
	case 8: return near(r, UINT64_C(1) << 63);
	case 9: return near(r, UINT64_C(1) << 31);
	/* What a number of 32 bits, or of 16, has lost. */
	case 10: return (UINT64_C(1) << (below(r, 2) ? 32 : 16)) + inside - inside % width;
	default: return below(r, 2) ? next(r) : (UINT64_C(1) << below(r, 64));
	}
}

static uint64_t length(uint64_t *r, uint64_t bytes, uint64_t at)
{
	uint64_t n;

	switch (below(r, 8)) {
	case 0: n = bytes - at; break;
	case 1: n = bytes - at + 1; break;
	case 2: n = near(r, bytes - at); break;
	case 3: n = below(r, 17); break;
	case 4: n = UINT64_MAX - at + below(r, 17) - 8; break;
	case 5: n = UINT64_MAX - below(r, 17); break;
	case 6: n = (UINT64_C(1) << 32) + below(r, bytes + 1); break;
	default: n = below(r, bytes + 1); break;
	}
	return n ? n : 1;
}

/* Often up to the window's end, where what is outside cannot be accessed. */
static void checked(uint64_t *r, const struct iop_sequence_entry *e, struct iop_sequence_step *s)
{
	const unsigned width = e->width ? e->width : 1;

	s->watched = below(r, 4) == 0;
	s->size = size(r, WINDOW);
	s->io = below(r, 2) ? WINDOW - s->size : place(r, s->size);
	s->io -= s->io % 8;
	s->offset = offset(r, s->size, width);
	if (e->kind == IOP_REGISTERED_PROJECTION)
		s->length = length(r, s->size, s->offset);
	else if (e->kind == IOP_REGISTERED_CHECKED_WRITE)
		s->value = value(r, e->width);
}

uint32_t iop_sequence_choose(uint64_t *r, const struct iop_sequence_module *module)
{
	size_t left = 0, chosen;

	for (size_t i = 0; i < module->entries; i++)
		left += !module->entry[i].left_out;
	chosen = below(r, left);
	for (size_t i = 0; i < module->entries; i++)
		if (!module->entry[i].left_out && chosen-- == 0)
			return (uint32_t)i;
	return 0;
}

void iop_sequence_generate_step(uint64_t *r, const struct iop_sequence_module *module, uint32_t entry, struct iop_sequence_step *s)
{
	const struct iop_sequence_entry *e = &module->entry[entry];

	*s = (struct iop_sequence_step){.entry = entry};
	if (e->kind <= IOP_REGISTERED_SET)
		copy(r, e, s);
	else if (e->kind <= IOP_REGISTERED_WRITE)
		access(r, e, s);
	else
		checked(r, e, s);
}

void iop_sequence_generate(struct iop_sequence *sequence, const struct iop_sequence_module *module, uint64_t seed, uint64_t number)
{
	uint64_t state = seed, r;

	r = next(&state) ^ (number * UINT64_C(0xd6e8feb86659fd93));
	*sequence = (struct iop_sequence){.fill = (uint32_t)below(&r, 256)};
	sequence->steps = 1 + (uint32_t)below(&r, below(&r, 4) ? 4 : IOP_SEQUENCE_STEPS);
	for (uint32_t i = 0; i < sequence->steps; i++) {
		const uint32_t entry = iop_sequence_choose(&r, module);

		iop_sequence_generate_step(&r, module, entry, &sequence->step[i]);
	}
}
