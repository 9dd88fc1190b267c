/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <errno.h>
#include <string.h>

uint8_t fuzz_model_fill(size_t i)
{
	return (uint8_t)(i * 167 + (i >> 8) * 29 + 13);
}

/* Which operations take a view of this type and backend: all bits or none. */
static const struct fuzz_takers *takes(const struct fuzz_model *m, unsigned type, unsigned backend)
{
	static struct fuzz_takers known[FUZZ_BACKENDS][FUZZ_TYPES];
	struct fuzz_takers *all = &known[backend][type];

	if (all->of[FUZZ_nothing] || !(m->profile.backends >> backend & 1))
		return all;
	all->of[FUZZ_nothing] = UINT16_MAX;
#define TAKES(number, name, group, types, backends, ...)                                  \
	_Static_assert((number) < FUZZ_VIEW_OP_NUMBERS, "operations on views have room"); \
	all->of[number] = (types) >> type & (backends) >> backend & 1 ? UINT16_MAX : 0;
	FUZZ_VIEW_OPS(TAKES)
#undef TAKES
	return all;
}

static void put_view(struct fuzz_model *m, unsigned slot, const struct fuzz_view *view, unsigned generation)
{
	static const struct fuzz_takers nothing;
	const struct fuzz_takers *now = view->live ? takes(m, view->type, view->backend) : &nothing;
	uint16_t bit = (uint16_t)(1u << slot), others = (uint16_t)~bit;

	m->taken.of = (m->taken.of & others) | (now->of & bit);
	m->view[slot] = *view;
	m->generation[slot] = generation;
}

static void start_owner(struct fuzz_model *m, unsigned i, uint16_t layout)
{
	struct fuzz_owner *owner = &m->owner[i];

	owner->live = true;
	owner->generation = 1;
	if (i == FUZZ_MEMORY) {
		owner->io = true;
		owner->wc = false;
		owner->base = 0;
		owner->size = FUZZ_CONFIG_SIZE;
		return;
	}
	/* The late start covers both residues of the 4-aligned base that 64-bit accesses can meet. */
	owner->coherent = i == 1 && layout >> 6 & 1 && m->profile.backends >> FUZZ_COHERENT & 1;
	owner->io = i == 0 || (i == 2 && layout >> 4 & 1) || (i == 3 && layout >> 5 & 1);
	owner->wc = i >= 2 && owner->io && layout >> 7 & 1;
	owner->base = m->arena + FUZZ_OWNER_AT(i) + (layout >> i & 1 ? 4 : 0);
	owner->size = i == 3 ? FUZZ_BIG : FUZZ_SMALL;
}

static unsigned owner_backend(const struct fuzz_model *m, unsigned i)
{
	if (i == FUZZ_MEMORY)
		return FUZZ_CONFIGSPACE;
	if (m->owner[i].coherent)
		return FUZZ_COHERENT;
	return m->owner[i].wc ? FUZZ_WC : m->owner[i].io ? FUZZ_MMIO : FUZZ_SYSMEM;
}

static struct fuzz_view owner_view(const struct fuzz_model *m, unsigned i)
{
	const struct fuzz_owner *owner = &m->owner[i];

	return (struct fuzz_view){.live = m->profile.backends >> owner_backend(m, i) & 1,
				  .backend = (uint8_t)owner_backend(m, i),
				  .type = FUZZ_REGION0,
				  .owner = (uint8_t)i,
				  .addr = owner->base,
				  .size = owner->size,
				  .len = owner->size,
				  .bus = owner->coherent ? m->bus : 0};
}

void fuzz_model_start(struct fuzz_model *m, uint16_t layout)
{
	m->bus = fuzz_buses[(layout >> FUZZ_BUS_SHIFT) % FUZZ_BUSES];
	for (unsigned i = 0; i < FUZZ_OWNERS; i++)
		start_owner(m, i, layout);
	memset(m->view, 0, sizeof(m->view));
	memset(&m->taken, 0, sizeof(m->taken));
	for (unsigned i = 0; i < FUZZ_OWNERS; i++) {
		struct fuzz_view view = owner_view(m, i);

		put_view(m, i, &view, 1);
	}
	for (unsigned i = 0; i < FUZZ_MAPS; i++)
		m->map[i] = (struct fuzz_map){.owner = FUZZ_OWNERS};
	memset(m->hold, 0, sizeof(m->hold));
	m->maps = m->unmaps = m->requests = m->releases = 0;
	m->resets = 0;
	memset(m->vmap, 0, sizeof(m->vmap));
	memset(m->guarded, 0, sizeof(m->guarded));
	m->vmaps = m->vunmaps = m->freed = 0;
	m->unbound = false;
	m->busy_count = 0;
	m->trail = m->registered = m->actions = 0;
	m->last = 0;
	m->turn = FUZZ_FIRST_RESULT;
	m->expectations = 0;
	m->bus_good = UINT64_MAX;
	m->bus_bad = m->bus_lost = 0;
}

bool fuzz_model_stale(const struct fuzz_model *m, unsigned slot, struct fuzz_result *r)
{
	const struct fuzz_owner *owner = &m->owner[m->view[slot].owner];

	if (!m->profile.debug || (owner->live && owner->generation == m->generation[slot]))
		return false;
	r->panic = "stale view";
	return true;
}

void fuzz_model_keep(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r, struct fuzz_view view,
		     unsigned generation)
{
	view.live = true;
	r->view = view;
	r->has_view = true;
	put_view(m, c->to, &view, generation);
	m->last = c->to;
}

static void expect(struct fuzz_model *m, uint8_t kind, uint8_t source, unsigned width, uint64_t addr, uint64_t value)
{
	m->expected[m->expectations++] = (struct fuzz_event){kind, source, 0, width, addr, value};
}

void fuzz_model_asks(struct fuzz_model *m, enum fuzz_request request, unsigned width, uint64_t at, uint64_t value)
{
	m->asked[m->asked_count++] = (struct fuzz_asked){request, width, at, value};
}

void fuzz_model_expect_cp(struct fuzz_model *m, uint64_t addr, uint64_t n)
{
	expect(m, FUZZ_EVENT_CP, FUZZ_FROM_SYSMEM, (unsigned)n, addr, 0);
}

void fuzz_model_expect_reset(struct fuzz_model *m, bool other)
{
	expect(m, FUZZ_EVENT_RS, FUZZ_FROM_BUS, 0, other, 0);
}

void fuzz_model_expect_flush(struct fuzz_model *m)
{
	expect(m, FUZZ_EVENT_WF, FUZZ_FROM_WC, 0, 0, 0);
}

void fuzz_model_expect_wmb(struct fuzz_model *m)
{
	expect(m, FUZZ_EVENT_BW, FUZZ_FROM_SYSMEM, 0, 0, 0);
}

void fuzz_model_expect_copy(struct fuzz_model *m, uint64_t load_at, uint64_t loads, uint64_t store_at, uint64_t stores, bool fewest,
			    bool whole_first)
{
	m->copies = true;
	m->copy = (struct fuzz_expected_copy){.fewest = fewest,
					      .whole_first = whole_first,
					      .widest = m->profile.bits64 ? 8 : 4,
					      .load_at = load_at,
					      .loads = loads,
					      .store_at = store_at,
					      .stores = stores};
}

/* The path on which an access through a view shows up; iosysmap has none of its own. */
static unsigned source_of(const struct fuzz_view *v)
{
	switch (v->backend) {
	case FUZZ_MMIO:
	case FUZZ_MMIO_WITHIN: return FUZZ_FROM_MMIO;
	case FUZZ_RELAXED: return FUZZ_FROM_RELAXED;
	case FUZZ_WC: return FUZZ_FROM_WC;
	case FUZZ_IOSYSMAP: return v->io ? FUZZ_FROM_MMIO : FUZZ_FROM_SYSMEM;
	case FUZZ_CONFIGSPACE: return FUZZ_FROM_CONFIG;
	default: return FUZZ_FROM_SYSMEM;
	}
}

bool fuzz_model_is_little(const struct fuzz_model *m, const struct fuzz_view *v)
{
	return source_of(v) != FUZZ_FROM_SYSMEM || !m->profile.big_endian;
}

uint64_t fuzz_model_swap(uint64_t value, unsigned width)
{
	uint64_t swapped = 0;

	for (unsigned i = 0; i < width; i++)
		swapped = swapped << 8 | (value >> 8 * i & 0xff);
	return swapped;
}

/* Where in memory the byte of that significance is: of what the CPU accesses by its own order, of config space little-endian. */
static unsigned place(unsigned significance, unsigned width, bool config)
{
	return !config && __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__ ? width - 1 - significance : significance;
}

static uint64_t peek(const uint8_t *p, unsigned width, bool config)
{
	uint64_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint64_t)p[place(i, width, config)] << 8 * i;
	return value;
}

static void poke(uint8_t *p, unsigned width, bool config, uint64_t value)
{
	for (unsigned i = 0; i < width; i++)
		p[place(i, width, config)] = (uint8_t)(value >> 8 * i);
}

uint64_t fuzz_model_peek(struct fuzz_model *m, uint64_t addr, unsigned width)
{
	return peek(fuzz_model_at(m, addr), width, false);
}

void fuzz_model_poke(struct fuzz_model *m, uint64_t addr, unsigned width, uint64_t value)
{
	poke(fuzz_model_at(m, addr), width, false, value);
}

void fuzz_model_expect_access(struct fuzz_model *m, unsigned kind, uint64_t addr, unsigned width)
{
	expect(m, (uint8_t)kind, FUZZ_FROM_COPY, width, addr, fuzz_model_peek(m, addr, width < 8 ? width : 8));
}

void fuzz_model_expect_event(struct fuzz_model *m, const struct fuzz_view *v, unsigned kind, uint64_t addr, unsigned width,
			     uint64_t value)
{
	expect(m, (uint8_t)kind, (uint8_t)source_of(v), width, addr, value);
}

/* A transaction of the simulated bus: does it fail? */
static bool bus_fails(struct fuzz_model *m)
{
	if (m->bus_good) {
		if (m->bus_good != UINT64_MAX)
			m->bus_good--;
		return false;
	}
	if (!m->bus_bad)
		return false;
	m->bus_bad--;
	m->bus_lost++;
	return true;
}

/* Devices are little-endian; what the CPU holds of their registers is swapped on a big-endian one. */
static uint64_t convert(const struct fuzz_model *m, unsigned source, uint64_t value, unsigned width)
{
	bool device = source == FUZZ_FROM_MMIO || source == FUZZ_FROM_RELAXED || source == FUZZ_FROM_WC;

	return m->profile.big_endian && device ? fuzz_model_swap(value, width) : value;
}

static bool refuses(struct fuzz_model *m, const struct fuzz_view *v, unsigned width)
{
	if (!fuzz_model_takes(v, width))
		m->refused = "width not taken";
	return m->refused;
}

int fuzz_model_copy_fits(const struct fuzz_model *m, const struct fuzz_view *v, uint64_t addr, uint64_t n)
{
	unsigned here = fuzz_model_copy_set(m, v), width = 1;

	if (v->backend != FUZZ_MMIO_WITHIN)
		return 0;
	if (v->widths > 127)
		return -EINVAL;
	/* The narrowest of a set divides all others, so that all are multiples of it that it fits at all. */
	while (!(v->widths & width))
		width *= 2;
	if (!n)
		return 0;
	if (addr % width || n % width)
		return -EINVAL;
	while (here && !(here & width))
		width *= 2;
	return here && addr % width == 0 && n % width == 0 ? 0 : -EOPNOTSUPP;
}

uint64_t fuzz_model_load(struct fuzz_model *m, const struct fuzz_view *v, fuzz_wide_t addr, unsigned width)
{
	unsigned source = source_of(v);
	uint64_t value;

	if (refuses(m, v, width))
		return 0;
	if (source == FUZZ_FROM_CONFIG)
		fuzz_model_asks(m, FUZZ_ASKED_CONFIG_READ, width, (uint64_t)addr, 0);
	if (source == FUZZ_FROM_CONFIG)
		value = bus_fails(m) ? UINT64_MAX >> (64 - 8 * width)
				     : peek(&m->memory[FUZZ_CONFIG_AT + (size_t)addr], width, true);
	else
		value = fuzz_model_peek(m, (uint64_t)addr, width);
	if (source == FUZZ_FROM_MMIO)
		expect(m, FUZZ_EVENT_BR, FUZZ_FROM_MMIO, 0, 0, 0);
	expect(m, FUZZ_EVENT_LD, (uint8_t)source, width, (uint64_t)addr, value);
	if (source == FUZZ_FROM_MMIO)
		expect(m, FUZZ_EVENT_AR, FUZZ_FROM_MMIO, 0, 0, 0);
	return convert(m, source, value, width);
}

void fuzz_model_store(struct fuzz_model *m, const struct fuzz_view *v, fuzz_wide_t addr, unsigned width, uint64_t value)
{
	unsigned source = source_of(v);
	uint64_t low = width == 8 ? value : value & ((UINT64_C(1) << 8 * width) - 1);
	uint64_t stored = convert(m, source, low, width);
	uint8_t *p = source == FUZZ_FROM_CONFIG ? &m->memory[FUZZ_CONFIG_AT + (size_t)addr] : fuzz_model_at(m, (uint64_t)addr);

	if (refuses(m, v, width))
		return;
	if (source == FUZZ_FROM_CONFIG)
		fuzz_model_asks(m, FUZZ_ASKED_CONFIG_WRITE, width, (uint64_t)addr, stored);
	if (source != FUZZ_FROM_CONFIG || !bus_fails(m))
		poke(p, width, source == FUZZ_FROM_CONFIG, stored);
	fuzz_model_wrote(m, (uint64_t)(p - m->memory) + m->arena, width);
	if (source == FUZZ_FROM_MMIO)
		expect(m, FUZZ_EVENT_BW, FUZZ_FROM_MMIO, 0, 0, 0);
	expect(m, FUZZ_EVENT_ST, (uint8_t)source, width, (uint64_t)addr, stored);
	if (source == FUZZ_FROM_MMIO)
		expect(m, FUZZ_EVENT_AW, FUZZ_FROM_MMIO, 0, 0, 0);
}

void fuzz_model_bytes(struct fuzz_model *m, uint64_t to, uint64_t from, uint64_t n)
{
	uint8_t *dst = fuzz_model_at(m, to), *src = fuzz_model_at(m, from), temporary[FUZZ_ARENA];

	for (uint64_t i = 0; i < n; i++)
		temporary[i] = src[i];
	for (uint64_t i = 0; i < n; i++)
		dst[i] = temporary[i];
	m->moved[m->moved_count++] = (struct fuzz_moved){to, from, n, true};
	fuzz_model_wrote(m, to, n);
}

void fuzz_model_set(struct fuzz_model *m, uint64_t to, uint8_t byte, uint64_t n)
{
	for (uint64_t i = 0; i < n; i++)
		*fuzz_model_at(m, to + i) = byte;
	m->moved[m->moved_count++] = (struct fuzz_moved){to, 0, n, false};
	fuzz_model_wrote(m, to, n);
}

void fuzz_model_wrote(struct fuzz_model *m, uint64_t to, uint64_t n)
{
	m->wrote_at = (size_t)(to - m->arena);
	m->wrote = (size_t)n;
}
