/* SPDX-License-Identifier: MIT */
#include "mutate.h"

#include "generate.h"

#include <iopath/cells.h>

#include <string.h>

#define TRIES 16

struct mutation {
	struct iop_sequence *sequence;
	const struct iop_sequence_module *module;
	uint64_t *random;
	iop_sequence_change_bytes *bytes;
};

static uint64_t below(struct mutation *m, uint64_t n)
{
	return iop_sequence_random(m->random, n);
}

static struct iop_sequence_step *any_step(struct mutation *m)
{
	return &m->sequence->step[below(m, m->sequence->steps)];
}

static void insert(struct mutation *m)
{
	struct iop_sequence *s = m->sequence;
	const uint32_t at = (uint32_t)below(m, s->steps + 1);
	struct iop_sequence_step copy = *any_step(m);

	if (s->steps == IOP_SEQUENCE_STEPS)
		return;
	memmove(&s->step[at + 1], &s->step[at], (s->steps - at) * sizeof(s->step[0]));
	s->steps++;
	if (below(m, 3))
		iop_sequence_generate_step(m->random, m->module, iop_sequence_choose(m->random, m->module), &copy);
	s->step[at] = copy;
}

static void drop(struct mutation *m)
{
	struct iop_sequence *s = m->sequence;
	const uint32_t at = (uint32_t)below(m, s->steps);

	if (s->steps < 2)
		return;
	memmove(&s->step[at], &s->step[at + 1], (s->steps - at - 1) * sizeof(s->step[0]));
	s->steps--;
}

static uint64_t changed(struct mutation *m, uint64_t value, uint64_t fresh)
{
	uint8_t bytes[sizeof(value)];

	switch (below(m, m->bytes ? 8 : 5)) {
	case 0: return value + below(m, 33) - 16;
	case 1: return value ^ UINT64_C(1) << below(m, 64);
	case 2: return below(m, 2) ? value * 2 : value / 2;
	case 3:
	case 4: return fresh;
	default: break;
	}
	if (m->bytes) {
		memcpy(bytes, &value, sizeof(bytes));
		/* It may become shorter; the rest is as it was. */
		m->bytes(bytes, sizeof(bytes), sizeof(bytes));
		memcpy(&value, bytes, sizeof(bytes));
	}
	return value;
}

static void change_member(struct mutation *m)
{
	struct iop_sequence_step *step = any_step(m), fresh;
	const unsigned members = iop_sequence_members(m->module->entry[step->entry].kind);
	unsigned member = (unsigned)below(m, IOP_MEMBERS);

	while (!(members & 1u << member))
		member = (member + 1) % IOP_MEMBERS;
	iop_sequence_generate_step(m->random, m->module, step->entry, &fresh);
	*iop_sequence_member(step, member) = changed(m, *iop_sequence_member(step, member), *iop_sequence_member(&fresh, member));
}

static void change_step(struct mutation *m)
{
	struct iop_sequence_step *step = any_step(m);
	const uint32_t entry = below(m, 2) ? step->entry : iop_sequence_choose(m->random, m->module);

	iop_sequence_generate_step(m->random, m->module, entry, step);
}

static void change(struct mutation *m)
{
	switch (below(m, 12)) {
	case 0: insert(m); break;
	case 1: drop(m); break;
	case 2:
	case 3:
	case 4: change_step(m); break;
	case 5: any_step(m)->watched = below(m, 4) == 0; break;
	case 6: m->sequence->fill = (uint32_t)below(m, 256); break;
	default: change_member(m); break;
	}
}

/* What takes long would be taken up again and again. */
static void watch_less(struct mutation *m)
{
	for (uint32_t i = 0; i < m->sequence->steps; i++) {
		struct iop_sequence_step *step = &m->sequence->step[i];

		if (step->size > IOP_SEQUENCE_WATCHED && m->module->entry[step->entry].kind <= IOP_REGISTERED_SET && below(m, 32))
			step->watched = 0;
	}
}

void iop_sequence_mutate(struct iop_sequence *sequence, const struct iop_sequence_module *module, uint64_t *random,
			 iop_sequence_change_bytes *bytes)
{
	const struct iop_sequence before = *sequence;
	struct mutation m = {.sequence = sequence, .module = module, .random = random, .bytes = bytes};

	for (unsigned i = 0; i < TRIES; i++) {
		for (uint64_t changes = 1 + below(&m, 3); changes; changes--)
			change(&m);
		watch_less(&m);
		if (iop_sequence_takes(module, sequence))
			return;
		*sequence = before;
	}
}

void iop_sequence_cross(struct iop_sequence *sequence, const struct iop_sequence *other, uint64_t *random)
{
	const uint32_t kept = (uint32_t)iop_sequence_random(random, sequence->steps + 1),
		       from = (uint32_t)iop_sequence_random(random, other->steps), room = IOP_SEQUENCE_STEPS - kept,
		       more = other->steps - from;

	sequence->steps = kept + (more < room ? more : room);
	memcpy(&sequence->step[kept], &other->step[from], (sequence->steps - kept) * sizeof(sequence->step[0]));
}
