/* SPDX-License-Identifier: MIT */
/* Copies by a set of widths, with edges refused or by read, modify, write; copies in units; strict32. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static bool writes(const struct fuzz_call *c)
{
	return c->kind != FUZZ_WITHIN_FROMIO && c->kind != FUZZ_WITHIN_FROMIO_WHOLE && c->kind != FUZZ_IOREAD32 &&
	       c->kind != FUZZ_STRICT32_FROMIO;
}

static bool fills(const struct fuzz_call *c)
{
	return c->kind == FUZZ_WITHIN_SET || c->kind == FUZZ_WITHIN_SET_RMW || c->kind == FUZZ_STRICT32_SET;
}

/* What this machine has single accesses of. */
static unsigned machine(const struct fuzz_model *m)
{
	unsigned widths = m->profile.bits64 ? 15 : 7;
#if defined(__x86_64__) && defined(__LP64__)
	if (m->profile.bits64)
		widths |= 16u | (__builtin_cpu_supports("avx") ? 32u : 0) | (__builtin_cpu_supports("avx512f") ? 64u : 0);
#endif
	return widths;
}

static unsigned narrowest_of(unsigned widths)
{
	unsigned width = 1;

	while (!(widths & width))
		width *= 2;
	return width;
}

/* The bytes of the copy in [at, at + n) arrive, and then the accesses of the widest widths there are at each place are seen. */
static void copy_part(struct fuzz_model *m, const struct fuzz_call *c, uint64_t at, uint64_t n, unsigned widths)
{
	const uint64_t io = m->owner[c->a].base + c->x, memory = fuzz_model_ram(m, c->y) + (at - io);

	if (fills(c))
		fuzz_model_set(m, at, (uint8_t)c->value, n);
	else if (writes(c))
		fuzz_model_bytes(m, at, memory, n);
	else
		fuzz_model_bytes(m, memory, at, n);
	while (n) {
		unsigned width = 64;

		while (!(widths & width) || at % width || width > n)
			width /= 2;
		fuzz_model_expect_access(m, writes(c) ? FUZZ_EVENT_ST : FUZZ_EVENT_LD, at, width);
		at += width;
		n -= width;
	}
}

/* A part of the word that it lies in. */
static void edge_part(struct fuzz_model *m, const struct fuzz_call *c, uint64_t at, uint64_t n, unsigned word)
{
	const uint64_t start = at - at % word, io = m->owner[c->a].base + c->x, memory = fuzz_model_ram(m, c->y) + (at - io);

	fuzz_model_expect_access(m, FUZZ_EVENT_LD, start, word);
	if (!writes(c)) {
		fuzz_model_bytes(m, memory, at, n);
		return;
	}
	if (fills(c))
		fuzz_model_set(m, at, (uint8_t)c->value, n);
	else
		fuzz_model_bytes(m, at, memory, n);
	fuzz_model_expect_access(m, FUZZ_EVENT_ST, start, word);
}

static void model_edges(struct fuzz_model *m, const struct fuzz_call *c, unsigned widths)
{
	const unsigned word = narrowest_of(widths);
	uint64_t at = m->owner[c->a].base + c->x, left = c->n;

	while (left) {
		uint64_t part = left - left % word;

		if (at % word || !part) {
			part = word - at % word;
			part = part < left ? part : left;
			edge_part(m, c, at, part, word);
		} else {
			copy_part(m, c, at, part, widths);
		}
		at += part;
		left -= part;
	}
	fuzz_model_wrote(m, writes(c) ? m->owner[c->a].base + c->x : fuzz_model_ram(m, c->y), c->n);
}

static void model_widths(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const uint64_t io = m->owner[c->a].base + c->x;
	const unsigned have = c->to & machine(m);

	if (!c->to || c->to > 127) {
		r->rc = -EINVAL;
	} else if (!c->n) {
		return;
	} else if (c->kind >= FUZZ_WITHIN_TOIO_RMW) {
		if (have)
			model_edges(m, c, have);
		else
			r->rc = -EOPNOTSUPP;
	} else if (io % narrowest_of(c->to) || c->n % narrowest_of(c->to)) {
		r->rc = -EINVAL;
	} else if (!have || io % narrowest_of(have) || c->n % narrowest_of(have)) {
		r->rc = -EOPNOTSUPP;
	} else {
		copy_part(m, c, io, c->n, have);
	}
}

static void model_move32(struct fuzz_model *m, const struct fuzz_call *c, uint64_t io, uint64_t from)
{
	fuzz_model_expect_copy(m, from, c->n, io, c->n, true, false);
	m->copy.load_set = m->copy.store_set = 4;
	m->copy.descends = io > from && io - from < c->n;
	fuzz_model_bytes(m, io, from, c->n);
}

static void model_within(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const uint64_t io = m->owner[c->a].base + c->x;
	const unsigned unit = c->kind == FUZZ_IOWRITE64 ? 8 : 4;

	if (c->kind <= FUZZ_WITHIN_SET_RMW) {
		model_widths(m, c, r);
	} else if (c->kind >= FUZZ_STRICT32_TOIO) {
		const uint64_t both = c->kind == FUZZ_STRICT32_MOVE ? m->owner[c->a].base + c->y : io;

		if (io % 4 || both % 4 || c->n % 4)
			r->panic = "not in units of the routine";
		else if (c->kind == FUZZ_STRICT32_MOVE)
			model_move32(m, c, io, both);
		else
			copy_part(m, c, io, c->n, 4);
	} else if (m->profile.debug && (io % unit || fuzz_model_ram(m, c->y) % unit)) {
		r->panic = "not in units";
	} else {
		copy_part(m, c, io, c->n, unit == 8 && m->profile.bits64 ? 8 : 4);
	}
}

static bool in_units(const struct fuzz_call *c)
{
	return c->kind >= FUZZ_IOWRITE32 && c->kind <= FUZZ_IOREAD32;
}

/* The multiple of @unit at or below, above where there is none below. */
static uint64_t multiple(uint64_t base, uint64_t at, uint64_t unit)
{
	const uint64_t beyond = (base + at) % unit;

	return at >= beyond ? at - beyond : at + unit - beyond;
}

/* Words at the edges that are not all of the owner's would be somebody else's memory: then the narrowest are of 4 bytes. */
static void keep_edges_inside(struct fuzz_call *c, const struct fuzz_model *m)
{
	const uint64_t io = m->owner[c->a].base + c->x, end = m->owner[c->a].base + m->owner[c->a].size;
	const unsigned have = c->to & machine(m), word = have ? narrowest_of(have) : 1;

	if (io - io % word < m->owner[c->a].base || (io + c->n + word - 1) / word * word > end)
		c->to = (uint8_t)((c->to | 4) & 127);
}

/* Half of the places and sizes are multiples of 8, which most copies take. Copies in units check nothing but in debug builds. */
static bool resolve(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	uint64_t size, room, unit = r->choice & 0x80 ? 8 : 1;

	c->a = r->a % FUZZ_MEMORY;
	c->kind = (r->choice & 0x3f) % FUZZ_WITHIN_KINDS;
	c->to = r->value >> 5 & 7 ? r->b & 127 : r->b;
	c->value = (uint32_t)r->value;
	if (in_units(c) && (unit == 8 || !m->profile.debug))
		unit = c->kind == FUZZ_IOWRITE64 ? 8 : 4;
	size = m->owner[c->a].size;
	c->x = multiple(m->owner[c->a].base, fuzz_at_most(fuzz_number(r->x, size, 8), size - 8), unit);
	c->y = fuzz_at_most(fuzz_number(r->y, size, 8), size - 8);
	if (in_units(c))
		c->y = multiple(fuzz_model_ram(m, 0), c->y, unit);
	if (c->kind == FUZZ_STRICT32_MOVE)
		c->y = multiple(m->owner[c->a].base, c->y, unit);
	room = size - (c->kind == FUZZ_STRICT32_MOVE && c->y > c->x ? c->y : c->x);
	c->n = fuzz_at_most(fuzz_length(r, room), FUZZ_WITHIN_MOST);
	c->n -= c->n % (in_units(c) ? (c->kind == FUZZ_IOWRITE64 ? 8 : 4) : unit);
	if (c->kind >= FUZZ_WITHIN_TOIO_RMW && c->kind <= FUZZ_WITHIN_SET_RMW)
		keep_edges_inside(c, m);
	return c->kind == FUZZ_STRICT32_MOVE || c->y + c->n <= FUZZ_RAM;
}

static const char *const name[FUZZ_WITHIN_KINDS] = {"iop_memcpy_toio_within",
						    "iop_memcpy_fromio_within",
						    "iop_memset_io_within",
						    "iop_memcpy_toio_within_rmw",
						    "iop_memcpy_fromio_within_whole",
						    "iop_memset_io_within_rmw",
						    "iop_iowrite32_copy",
						    "iop_iowrite64_copy",
						    "iop_ioread32_copy",
						    "strict32 toio",
						    "strict32 fromio",
						    "strict32 set",
						    "strict32 move"};

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " owner%u %s x=%#" PRIx64 " y=%#" PRIx64 " n=%#" PRIx64 " value %#" PRIx64, c->a, name[c->kind], c->x, c->y,
		c->n, c->value);
	if (c->kind <= FUZZ_WITHIN_SET_RMW)
		fprintf(out, " widths %#x", c->to);
}

static void emit_routine(FILE *o, const struct fuzz_call *c, size_t io, size_t ram)
{
	fprintf(o, "\tconst struct iop_routine *r = routine_of(\"strict32\");\n\n");
	switch (c->kind) {
	case FUZZ_STRICT32_TOIO: fprintf(o, "\tr->toio(arena + %zu, arena + %zu, %" PRIu64 ");\n", io, ram, c->n); break;
	case FUZZ_STRICT32_FROMIO: fprintf(o, "\tr->fromio(arena + %zu, arena + %zu, %" PRIu64 ");\n", ram, io, c->n); break;
	case FUZZ_STRICT32_SET:
		fprintf(o, "\tr->set(arena + %zu, %d, %" PRIu64 ");\n", io, (int)(c->value & 0x7fffffff), c->n);
		break;
	default: fprintf(o, "\tr->move(arena + %zu, arena + %zu, %" PRIu64 ");\n", io, (size_t)(io - c->x + c->y), c->n);
	}
	fprintf(o, "\treturn 0;\n");
}

static void emit(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	size_t ram = FUZZ_RAM_AT + (size_t)c->y, io = (size_t)(m->owner[c->a].base - m->arena + c->x);
	const unsigned unit = c->kind == FUZZ_IOWRITE64 ? 8 : 4;
	FILE *o = e->out;

	if (c->kind >= FUZZ_STRICT32_TOIO) {
		emit_routine(o, c, io, ram);
		return;
	}
	if (in_units(c)) {
		fprintf(o, "\t%s(arena + %zu, arena + %zu, %" PRIu64 ");\n\treturn 0;\n", name[c->kind], writes(c) ? io : ram,
			writes(c) ? ram : io, c->n / unit);
		return;
	}
	fprintf(o, "\treturn %s(arena + %zu, ", name[c->kind], writes(c) ? io : ram);
	if (fills(c))
		fprintf(o, "%d", (int)(c->value & 0x7fffffff));
	else
		fprintf(o, "arena + %zu", writes(c) ? ram : io);
	fprintf(o, ", %" PRIu64 ", %#x);\n", c->n, c->to);
}

FUZZ_OPERATION(within, resolve, model_within, explain, emit);

#else
#include <executor/world.h>

#include <iopath/copy_within.h>
#include <iopath/tier.h>
#include <iopath/unit_copy.h>

static const struct iop_routine *strict32(void)
{
	return iop_routine_within(IOP_STRICT, 4);
}

static int within(const struct fuzz_call *c, struct fuzz_result *result)
{
	uint8_t *io = fuzz_owner_base[c->a] + c->x, *ram = fuzz_ram(c->kind == FUZZ_STRICT32_MOVE ? 0 : c->y);
	const int value = (int)(c->value & 0x7fffffff);

	(void)result;
	switch (c->kind) {
	case FUZZ_WITHIN_TOIO: return iop_memcpy_toio_within(io, ram, c->n, c->to);
	case FUZZ_WITHIN_FROMIO: return iop_memcpy_fromio_within(ram, io, c->n, c->to);
	case FUZZ_WITHIN_SET: return iop_memset_io_within(io, value, c->n, c->to);
	case FUZZ_WITHIN_TOIO_RMW: return iop_memcpy_toio_within_rmw(io, ram, c->n, c->to);
	case FUZZ_WITHIN_FROMIO_WHOLE: return iop_memcpy_fromio_within_whole(ram, io, c->n, c->to);
	case FUZZ_WITHIN_SET_RMW: return iop_memset_io_within_rmw(io, value, c->n, c->to);
	case FUZZ_IOWRITE32: iop_iowrite32_copy(io, ram, c->n / 4); break;
	case FUZZ_IOWRITE64: iop_iowrite64_copy(io, ram, c->n / 8); break;
	case FUZZ_IOREAD32: iop_ioread32_copy(ram, io, c->n / 4); break;
	case FUZZ_STRICT32_TOIO: strict32()->toio(io, ram, c->n); break;
	case FUZZ_STRICT32_FROMIO: strict32()->fromio(ram, io, c->n); break;
	case FUZZ_STRICT32_SET: strict32()->set(io, value, c->n); break;
	default: strict32()->move(io, fuzz_owner_base[c->a] + c->y, c->n); break;
	}
	return 0;
}

FUZZ_EXECUTION(within, within);
#endif
