/* SPDX-License-Identifier: MIT */
#include "random_routine.h"

#include <string.h>

uint64_t random_next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

unsigned random_below(uint64_t *state, unsigned bound)
{
	return (unsigned)(random_next(state) % bound);
}

/* How far a plan may go; each style includes those before it. */
enum style {
	STYLE_PLAIN,
	STYLE_STRINGS,
	STYLE_VECTORS,
	STYLE_MASKS,
	STYLES
};

static bool works(enum step_kind kind, const struct random_routine *r, const struct random_cpu *cpu, unsigned width)
{
	const bool write = r->op != IOP_FROMIO;

	switch (kind) {
	case STEP_MOV: return width <= 8;
	case STEP_EXTEND: return !write && width <= 4;
	case STEP_MOVNTI: return write && (width == 4 || width == 8);
	case STEP_MOVBE: return cpu->movbe && r->op != IOP_SET && width >= 2 && width <= 8;
	case STEP_MOVDIRI: return cpu->movdiri && write && (width == 4 || width == 8);
	case STEP_STRING: return width <= 8;
	case STEP_VECTOR: return r->op != IOP_SET && width >= 4 && (width < 32 || (width == 32 ? cpu->avx2 : cpu->avx512));
	default: return false;
	}
}

static enum step_kind any_kind(const struct random_routine *r, enum style style, const struct random_cpu *cpu, unsigned width,
			       uint64_t *state)
{
	static const enum step_kind kinds[] = {STEP_MOV,   STEP_MOV,	 STEP_EXTEND, STEP_MOVNTI,
					       STEP_MOVBE, STEP_MOVDIRI, STEP_STRING, STEP_VECTOR};
	static const unsigned most[STYLES] = {3, 7, 8, 8};

	for (;;) {
		enum step_kind kind = kinds[random_below(state, most[style])];

		if (works(kind, r, cpu, width))
			return kind;
		if (width > 8 && works(STEP_VECTOR, r, cpu, width))
			return STEP_VECTOR;
	}
}

static unsigned any_width(const struct random_routine *r, enum style style, const struct random_cpu *cpu, unsigned at,
			  uint64_t *state)
{
	const unsigned most = style >= STYLE_VECTORS && r->op != IOP_SET ? cpu->avx512 ? 64 : cpu->avx2 ? 32 : 16 : 8;
	unsigned width = 1u << random_below(state, (unsigned)__builtin_ctz(most) + 1);

	/* Wide ones are likelier, so that a routine is short. */
	if (random_below(state, 2))
		width = most;
	while ((r->io_align + at) % width || width > r->n - at)
		width /= 2;
	return width;
}

static struct step *add(struct random_routine *r)
{
	struct step *s = &r->step[r->steps++];

	*s = (struct step){.elements = 1};
	return s;
}

/* The bytes from @at to the end of their line, or of the range, at once; or the first and some more, and then the others. */
static unsigned add_masked(struct random_routine *r, unsigned at, uint64_t *state)
{
	const unsigned line = 16u << random_below(state, 3), in = (r->io_align + at) % line;
	const unsigned some = r->n - at < line - in ? r->n - at : line - in;
	const uint64_t all = (some == 64 ? UINT64_MAX : (UINT64_C(1) << some) - 1) << in;
	uint64_t part = random_below(state, 3) ? all : all & (random_next(state) | UINT64_C(1) << in);
	struct step *s = add(r);

	*s = (struct step){STEP_MASKED, (int)at - (int)in, line, part, 1, false, 0};
	if (part != all) {
		s = add(r);
		*s = r->step[r->steps - 2];
		s->mask = all & ~part;
	}
	return some;
}

static unsigned add_plain(struct random_routine *r, enum style style, const struct random_cpu *cpu, unsigned at, uint64_t *state)
{
	const unsigned width = any_width(r, style, cpu, at, state);
	struct step *s = add(r);

	s->kind = any_kind(r, style, cpu, width, state);
	s->offset = (int)at;
	s->width = width;
	s->mask = iop_access_all((uint16_t)width);
	/* None is a number of elements, too. */
	if (s->kind == STEP_STRING && random_below(state, 2))
		s->elements = random_below(state, (r->n - at) / width + 1);
	return width * s->elements;
}

static bool touches(const struct step *s)
{
	return s->elements && s->mask;
}

static int first_byte(const struct step *s)
{
	return s->offset + __builtin_ctzll(s->mask);
}

/* A step that makes an access; STEPS if there is none. */
static unsigned any_step(const struct random_routine *r, uint64_t *state)
{
	const unsigned start = r->steps ? random_below(state, r->steps) : 0;

	for (unsigned i = 0; i < r->steps; i++)
		if (touches(&r->step[(start + i) % r->steps]))
			return (start + i) % r->steps;
	return STEPS;
}

static void insert(struct random_routine *r, unsigned at, struct step s)
{
	memmove(&r->step[at + 1], &r->step[at], (r->steps - at) * sizeof(s));
	r->step[at] = s;
	r->steps++;
}

static void leave_out(struct random_routine *r, unsigned at)
{
	memmove(&r->step[at], &r->step[at + 1], (r->steps - at - 1) * sizeof(r->step[0]));
	r->steps--;
}

static bool swap_with_next(struct random_routine *r, unsigned i)
{
	struct step kept = r->step[i];

	if (i + 1 == r->steps || !touches(&r->step[i + 1]) || first_byte(&r->step[i]) == first_byte(&r->step[i + 1]))
		return false;
	r->step[i] = r->step[i + 1];
	r->step[i + 1] = kept;
	return true;
}

/* The new place is misaligned, so it must be one that the instruction can have. */
static bool shift(struct step *s, uint64_t *state)
{
	if (s->width == 1 || s->kind == STEP_MASKED || s->kind == STEP_MOVDIRI)
		return false;
	s->offset += (int)(1 + random_below(state, s->width - 1)) * (random_below(state, 2) ? 1 : -1);
	return true;
}

static bool spoil_one(struct random_routine *r, enum spoiling how, uint64_t *state)
{
	const unsigned i = any_step(r, state);
	struct step s;

	if (i == STEPS)
		return false;
	s = r->step[i];
	switch (how) {
	case SPOILT_DOUBLED: insert(r, i + random_below(state, r->steps - i) + 1, s); return true;
	case SPOILT_LEFT_OUT: leave_out(r, i); return true;
	case SPOILT_SWAPPED: return swap_with_next(r, i);
	case SPOILT_SHIFTED: return shift(&r->step[i], state);
	case SPOILT_OUTSIDE:
		s = (struct step){STEP_MOV, random_below(state, 2) ? (int)r->n : -1, 1, 1, 1, false, 0};
		insert(r, s.offset < 0 ? 0 : r->steps, s);
		return true;
	case SPOILT_DIRECTION:
		s = (struct step){STEP_WRONG, first_byte(&s), 1, 1, 1, false, 0};
		insert(r, i + 1, s);
		return true;
	case SPOILT_UPDATE:
		if (s.kind != STEP_MOV)
			return false;
		r->step[i].kind = STEP_UPDATE;
		return true;
	case SPOILT_DOWN:
		if (s.kind != STEP_STRING || s.elements < 2)
			return false;
		r->step[i].down = true;
		return true;
	case SPOILT_DATA: r->step[i].skew = 1; return true;
	default: return false;
	}
}

static void spoil(struct random_routine *r, uint64_t *state)
{
	unsigned times = 1 + (random_below(state, 4) == 0);

	/* Not every plan can be spoilt in every way. */
	for (unsigned tries = 0; tries < 20 && times; tries++) {
		enum spoiling how = (enum spoiling)(1 + random_below(state, SPOILINGS - 1));

		if (r->steps + 1 >= STEPS || !spoil_one(r, how, state))
			continue;
		r->spoilt = how;
		r->spoilt_times++;
		times--;
	}
}

static bool is_trapped(const struct step *s)
{
	return s->kind != STEP_MOVBE && s->kind != STEP_MOVDIRI && s->kind != STEP_VECTOR && s->kind != STEP_MASKED;
}

void random_plan(struct random_routine *r, const struct random_cpu *cpu, uint64_t *state)
{
	static const unsigned bounds[] = {9, 33, 70, 200};
	enum style style = (enum style)random_below(state, STYLES);

	memset(r, 0, sizeof(*r));
	r->op = (enum iop_copy_op)random_below(state, 3);
	r->n = random_below(state, bounds[random_below(state, 4)]);
	r->io_align = random_below(state, 64);
	r->mem_align = random_below(state, 64);
	for (unsigned at = 0; at < r->n;)
		if (style == STYLE_MASKS && cpu->avx512 && r->op != IOP_SET && !random_below(state, 3))
			at += add_masked(r, at, state);
		else
			at += add_plain(r, style, cpu, at, state);
	if (random_below(state, 2))
		spoil(r, state);
	r->trapped = true;
	for (unsigned i = 0; i < r->steps; i++)
		r->trapped &= is_trapped(&r->step[i]);
}
