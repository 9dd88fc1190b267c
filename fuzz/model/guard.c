/* SPDX-License-Identifier: MIT */
/* Values that can be revoked: a Revocable, or a Devres of a device. It decides who has access and when it is dropped. */
#include "model.h"

#include <errno.h>

static uint64_t state(const struct fuzz_model *m, bool said)
{
	return (uint64_t)(m->unmaps & 0xff) << 40 | (uint64_t)(m->releases & 0xff) << 32 | (uint64_t)m->actions << 24 |
	       (uint64_t)said << 16 | m->trail;
}

/* In all cases the program no longer owns the hold. */
void fuzz_model_guard_open(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	bool devres = c->kind == FUZZ_DEVRES;
	struct fuzz_hold hold = m->hold[c->a];

	m->hold[c->a] = (struct fuzz_hold){.open = false};
	if (devres && (c->no_memory || m->unbound)) {
		fuzz_model_give_back(m, &hold);
		r->rc = c->no_memory ? -ENOMEM : -ENODEV;
	} else {
		m->guarded[c->to] = (struct fuzz_guarded){.live = true, .devres = devres, .turn = ++m->registered, .hold = hold};
		m->actions += devres;
	}
	r->value = state(m, false);
}

void fuzz_model_guard_hold(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_guarded *g = &m->guarded[c->to];

	if (c->kind) {
		if (!g->guards)
			r->panic = "no guard to release";
		else
			r->value = --g->guards;
		return;
	}
	r->value = !g->revoked;
	g->guards += !g->revoked;
}

void fuzz_model_guard_use(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	const struct fuzz_guarded *g = &m->guarded[c->to];

	if (c->kind == FUZZ_OWN_OTHER)
		r->rc = -EINVAL;
	else if (g->revoked)
		r->rc = -ENXIO;
	else
		fuzz_model_read_hold(m, &g->hold, c, r);
}

static bool take_away(struct fuzz_model *m, struct fuzz_guarded *g)
{
	if (g->revoked)
		return false;
	g->revoked = true;
	fuzz_model_give_back(m, &g->hold);
	return true;
}

/* All that the device has, the latest first. */
static void unbind(struct fuzz_model *m)
{
	m->unbound = true;
	m->actions = 0;
	for (unsigned turn = m->registered; turn; turn--)
		for (unsigned i = 0; i < FUZZ_GUARDED; i++)
			if (m->guarded[i].live && m->guarded[i].devres && m->guarded[i].turn == turn)
				take_away(m, &m->guarded[i]);
}

void fuzz_model_guard_end(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
{
	struct fuzz_guarded *g = &m->guarded[c->to];
	bool said = false;

	if (c->kind == FUZZ_UNBIND) {
		unbind(m);
	} else if (g->guards && !g->revoked) {
		/* It is revoked then, and is never dropped. */
		g->revoked = true;
		r->panic = "dropped under a guard";
	} else {
		m->actions -= g->devres && !g->revoked;
		said = take_away(m, g) && c->kind != FUZZ_GUARD_DROP;
		g->live = c->kind != FUZZ_GUARD_DROP;
	}
	r->value = state(m, said);
}
