/* SPDX-License-Identifier: MIT */
/* Owners of mappings: which step fails with what, and that what was mapped and requested is given back. */
#include "model.h"

#include <errno.h>

static uint64_t balance(const struct fuzz_model *m)
{
	bool even = m->maps == m->unmaps && m->requests == m->releases;

	return (uint64_t)even << 63 | (uint64_t)(m->maps & 0xffff) << 48 | (uint64_t)(m->unmaps & 0xffff) << 32 |
	       (m->requests & 0xffff) << 16 | (m->releases & 0xffff);
}

static bool is_taken(const struct fuzz_model *m, uint64_t addr, uint64_t size)
{
	for (unsigned i = 0; i < m->busy_count; i++)
		if (addr < (fuzz_wide_t)m->busy[i].addr + m->busy[i].size && m->busy[i].addr < (fuzz_wide_t)addr + size)
			return true;
	return false;
}

static void take(struct fuzz_model *m, uint64_t addr, uint64_t size)
{
	m->requests++;
	m->busy[m->busy_count++] = (struct fuzz_busy){addr, size};
}

static void release(struct fuzz_model *m, uint64_t addr, uint64_t size)
{
	unsigned i = 0;

	m->releases++;
	while (m->busy[i].addr != addr || m->busy[i].size != size)
		i++;
	m->busy[i] = m->busy[--m->busy_count];
}

static int open_hold(struct fuzz_model *m, const struct fuzz_call *c)
{
	bool requests = c->kind != FUZZ_IOMEM;
	bool too_long = !m->profile.bits64 && c->n > UINT32_MAX;
	uint64_t least = c->type == FUZZ_REGION42 ? 42 : 0, addr = m->owner[0].base + c->x;

	if (c->y == FUZZ_NO_RESOURCE)
		return -EINVAL;
	if (c->kind == FUZZ_BAR && c->n == 0)
		return -ENOMEM;
	if (c->kind == FUZZ_BAR && (too_long || c->whole))
		return -EINVAL;
	if (requests && (c->y == FUZZ_BUSY || is_taken(m, addr, c->n)))
		return -EBUSY;
	if (requests)
		take(m, addr, c->n);
	if (c->n == 0 || too_long || c->y == FUZZ_NOT_MAPPED) {
		if (requests)
			release(m, addr, c->n);
		return c->n == 0 || too_long ? -EINVAL : -ENOMEM;
	}
	m->maps++;
	m->hold[c->to] = (struct fuzz_hold){.open = true, .requested = requests, .addr = addr, .size = c->n};
	if (c->n < least || c->n % 4 || addr % 4) {
		fuzz_model_give_back(m, &m->hold[c->to]);
		return -EINVAL;
	}
	return 0;
}

/* One that is empty has nothing to give back. */
void fuzz_model_give_back(struct fuzz_model *m, struct fuzz_hold *hold)
{
	if (!hold->open)
		return;
	m->unmaps++;
	m->trail = (uint16_t)(m->trail * 31 + hold->addr - m->owner[0].base + 1);
	if (hold->requested)
		release(m, hold->addr, hold->size);
	hold->open = false;
}

void fuzz_model_hold_open(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	r->rc = open_hold(m, c);
	r->value = balance(m);
}

/* Dropping one that is empty, or was dropped already, does nothing. */
void fuzz_model_hold_drop(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	fuzz_model_give_back(m, &m->hold[c->to]);
	r->value = balance(m);
}

void fuzz_model_hold_use(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	fuzz_model_read_hold(m, &m->hold[c->to], c, r);
}

void fuzz_model_read_hold(struct fuzz_model *m, const struct fuzz_hold *h, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_view view = {.live = true, .backend = FUZZ_MMIO};

	if ((fuzz_wide_t)c->x + 4 > h->size || (h->addr + c->x) % 4)
		r->rc = -EINVAL;
	else
		r->value = fuzz_model_load(m, &view, h->addr + c->x, 4);
}
