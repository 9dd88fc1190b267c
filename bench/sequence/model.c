/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <iopath/cells.h>

static void copy(unsigned char *to, const unsigned char *from, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		to[i] = from[i];
}

/* As if all had been read before anything is written. */
static void move(unsigned char *to, const unsigned char *from, uint64_t n)
{
	unsigned char between[IOP_SEQUENCE_WINDOW];

	copy(between, from, n);
	copy(to, between, n);
}

/* Device memory is little-endian, as is the machine that this runs on. */
static uint64_t load(const unsigned char *from, unsigned width)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint64_t)from[i] << 8 * i;
	return value;
}

static void store(unsigned char *to, unsigned width, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		to[i] = (unsigned char)(value >> 8 * i);
}

static void checked(struct iop_sequence_model *m, const struct iop_sequence_entry *e, const struct iop_sequence_step *s,
		    struct iop_sequence_expected *x)
{
	x->refused = s->offset % e->width || s->size < e->width || s->offset > s->size - e->width;
	if (x->refused)
		return;
	x->at = s->io + s->offset;
	x->bytes = e->width;
	if (e->kind == IOP_REGISTERED_CHECKED_READ)
		x->value = load(m->device + x->at, e->width);
	else
		store(m->device + x->at, e->width, s->value);
}

struct iop_sequence_expected iop_sequence_expect(struct iop_sequence_model *m, const struct iop_sequence_entry *e,
						 const struct iop_sequence_step *s)
{
	struct iop_sequence_expected x = {.at = s->io, .bytes = s->size};

	switch (e->kind) {
	case IOP_REGISTERED_TOIO: copy(m->device + s->io, m->memory + s->other, s->size); break;
	case IOP_REGISTERED_FROMIO: copy(m->memory + s->other, m->device + s->io, s->size); break;
	case IOP_REGISTERED_MOVE: move(m->device + s->other, m->device + s->io, s->size); break;
	case IOP_REGISTERED_SET:
		for (uint64_t i = 0; i < s->size; i++)
			m->device[s->io + i] = (unsigned char)s->value;
		break;
	case IOP_REGISTERED_READ:
		x.bytes = e->width;
		x.value = load(m->device + s->io, e->width);
		break;
	case IOP_REGISTERED_WRITE:
		x.bytes = e->width;
		store(m->device + s->io, e->width, s->value);
		break;
	case IOP_REGISTERED_PROJECTION:
		x.refused = s->offset > s->size || s->length > s->size - s->offset;
		x.bytes = 0;
		break;
	default: checked(m, e, s, &x); break;
	}
	return x;
}
