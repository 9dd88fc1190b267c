/* SPDX-License-Identifier: MIT */
/* Values that can be revoked: a hold that was given to a Revocable, or to a Devres of a device. The model decides who has access and when
 * it is dropped. There is one thread, so anything that would wait for it is a trap. */
#ifdef FUZZ_MODEL_SIDE
#include <engine/operands.h>
#include <finding/emitter.h>
#include <model/operation.h>

#include <errno.h>

static uint64_t state(const struct fuzz_model *m, bool said)
{
	return (uint64_t)(m->unmaps & 0xff) << 40 | (uint64_t)(m->releases & 0xff) << 32 | (uint64_t)m->actions << 24 |
	       (uint64_t)said << 16 | m->trail;
}

/* In all cases the program no longer owns the hold. */
static void model_guard_open(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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

static void model_guard_hold(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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

static void model_guard_use(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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

static void model_guard_end(struct fuzz_model *m, const struct fuzz_call *c, struct fuzz_result *r)
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

/* The guarded hold that is meant, or the next that is there; where one is to be made, that is not there. */
static const struct fuzz_guarded *find_guarded(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m,
					       bool live)
{
	c->to = r->b % FUZZ_GUARDED;
	for (unsigned i = 1; i < FUZZ_GUARDED && m->guarded[c->to].live != live; i++)
		c->to = (c->to + 1) % FUZZ_GUARDED;
	return &m->guarded[c->to];
}

static bool resolve_open(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_guarded *g = find_guarded(c, r, m, false);

	c->a = r->a % FUZZ_HOLDS;
	for (unsigned i = 0; i < FUZZ_HOLDS && !m->hold[c->a].open; i++)
		c->a = (c->a + 1) % FUZZ_HOLDS;
	c->kind = r->choice & 1;
	c->no_memory = c->kind == FUZZ_DEVRES && (r->choice & 0x38) == 0x38;
	return !g->live && m->hold[c->a].open;
}

static bool resolve_hold(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_guarded *g = find_guarded(c, r, m, true);

	c->kind = r->choice & 1;
	return g->live && (c->kind || g->guards < FUZZ_MOST_GUARD);
}

static bool resolve_use(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	const struct fuzz_guarded *g = find_guarded(c, r, m, true);

	if (!g->live)
		return false;
	c->kind = r->choice % (g->devres ? 4 : 2);
	if (c->kind == FUZZ_OWN && g->revoked)
		c->kind = FUZZ_OWN_OTHER;
	c->x = fuzz_number(r->x, g->hold.size, 4);
	return fuzz_is_there(m, &g->hold, &c->x);
}

static bool resolve_end(struct fuzz_call *c, const struct fuzz_record *r, const struct fuzz_model *m)
{
	static const uint8_t ends[4] = {FUZZ_REVOKE, FUZZ_REVOKE_AT_ONCE, FUZZ_GUARD_DROP, FUZZ_REVOKE};
	const struct fuzz_guarded *g = find_guarded(c, r, m, true);
	unsigned guards = 0;

	if (!g->live)
		return false;
	if (!g->devres) {
		c->kind = ends[r->choice % 4];
		/*
		 * The holder of a guard would wait for itself, and a value that was dropped under a guard must not be ended before
		 * the guard is released.
		 */
		if (c->kind == FUZZ_REVOKE ? g->guards && !g->revoked : g->guards && g->revoked)
			c->kind = FUZZ_REVOKE_AT_ONCE;
		return true;
	}
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		guards += m->guarded[i].live && m->guarded[i].devres ? m->guarded[i].guards : 0;
	c->kind = r->choice & 1 ? FUZZ_UNBIND : FUZZ_GUARD_DROP;
	c->whole = r->choice & 2;
	return !(c->kind == FUZZ_UNBIND ? guards : g->guards);
}

/* The last one first, and its guards before itself. */
static bool left_open(const struct fuzz_model *m, struct fuzz_call *c)
{
	for (c->to = FUZZ_GUARDED - 1; !m->guarded[c->to].live; c->to--)
		if (!c->to)
			return false;
	if (m->guarded[c->to].guards)
		*c = (struct fuzz_call){.op = FUZZ_guard_hold, .to = c->to, .kind = 1};
	else
		c->kind = FUZZ_GUARD_DROP;
	return true;
}

static void explain_open(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " guarded%u <- hold%u", c->to, c->a);
	fuzz_explain_operands(out, c);
}

static void explain(FILE *out, const struct fuzz_call *c)
{
	fprintf(out, " guarded%u", c->to);
	fuzz_explain_operands(out, c);
}

static const char *kind_of(const struct fuzz_model *m, const struct fuzz_call *c)
{
	return m->guarded[c->to].devres ? "devres" : "revocable";
}

static void emit_open(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	FILE *o = e->out;

	(void)m;
	if (c->kind == FUZZ_DEVRES)
		fprintf(o,
			"\tstruct held *from = &hold[%u];\n\tint err;\n\n\tif (!bound.name)\n\t\t(void)!iop_device_init(&bound, "
			"\"test\");\n\tno_memory = %d;\n"
			"\terr = iop_devres_from_owner(&devres[%u], &bound, from);\n\tno_memory = 0;\n"
			"\tvalue = guard_state(from->hold.mapping.bus != NULL);\n\treturn err;\n",
			c->a, c->no_memory, c->to);
	else
		fprintf(o,
			"\tstruct held *from = &hold[%u];\n\n\tiop_revocable_init(&revocable[%u], from, iop_any_mapping_drop);\n"
			"\tmemset(from, 0, sizeof(*from));\n\tvalue = guard_state(from->hold.mapping.bus != NULL);\n\treturn 0;\n",
			c->a, c->to);
}

static void emit_hold(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *kind = kind_of(m, c);
	FILE *o = e->out;

	if (c->kind)
		fprintf(o, "\tiop_%s_release(&%s[%u]);\n\tvalue = iop_revocable_guards(&%s[%u].%s);\n\treturn 0;\n", kind, kind,
			c->to, kind, c->to, m->guarded[c->to].devres ? "devres.inner->revocable" : "revocable");
	else
		fprintf(o, "\tvalue = iop_%s_try_access(&%s[%u]) != NULL;\n\treturn 0;\n", kind, kind, c->to);
}

static void emit_use(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	const char *kind = kind_of(m, c);
	FILE *o = e->out;

	fprintf(o,
		"\tstruct held *got = NULL;\n\tstruct reading reading = {(size_t)UINT64_C(%" PRIu64 "), 0, 0};\n\tint ok = 1;\n\n",
		c->x);
	if (c->kind >= FUZZ_OWN)
		fprintf(o, "\treading.err = iop_devres_access(&devres[%u], %s, &got);\n", c->to,
			c->kind == FUZZ_OWN ? "&bound" : "&another");
	else if (c->kind == FUZZ_TRY_WITH)
		fprintf(o, "\tok = iop_%s_try_access_with(&%s[%u], read_held, &reading);\n", kind, kind, c->to);
	else
		fprintf(o, "\tgot = iop_%s_try_access(&%s[%u]);\n\tok = got != NULL;\n", kind, kind, c->to);
	fprintf(o, "\tif (got && !reading.err)\n\t\tread_held(got, &reading);\n");
	if (c->kind == FUZZ_TRY_ACCESS)
		fprintf(o, "\tif (got)\n\t\tiop_%s_release(&%s[%u]);\n", kind, kind, c->to);
	fprintf(o, "\tvalue = reading.value;\n\treturn ok ? reading.err : -ENXIO;\n");
}

static void emit_end(struct fuzz_emitter *e, const struct fuzz_model *m, const struct fuzz_call *c)
{
	static const char *const end[] = {"said = iop_revocable_revoke(&revocable[%u])",
					  "said = iop_revocable_revoke_nosync(&revocable[%u])"};
	const char *kind = kind_of(m, c);
	FILE *o = e->out;

	fprintf(o, "\tint said = 0;\n\n\t");
	if (c->kind == FUZZ_UNBIND)
		fprintf(o, "unbind()");
	else if (c->kind == FUZZ_GUARD_DROP && c->whole)
		fprintf(o, "iop_devres_drop(&devres[%u]);\n\tiop_devres_drop(&devres[%u])", c->to, c->to);
	else if (c->kind == FUZZ_GUARD_DROP)
		fprintf(o, "iop_%s_drop(&%s[%u])", kind, kind, c->to);
	else if (c->kind == FUZZ_REVOKE)
		fprintf(o, "would_wait(&revocable[%u].revocable);\n\t", c->to);
	if (c->kind <= FUZZ_REVOKE_AT_ONCE)
		fprintf(o, end[c->kind], c->to);
	fprintf(o, ";\n\tvalue = guard_state(said);\n\treturn 0;\n");
}

FUZZ_OPERATION(guard_open, resolve_open, model_guard_open, explain_open, emit_open, .instead = FUZZ_hold_open);
FUZZ_OPERATION(guard_hold, resolve_hold, model_guard_hold, explain, emit_hold, .instead = FUZZ_guard_open);
FUZZ_OPERATION(guard_use, resolve_use, model_guard_use, explain, emit_use, .instead = FUZZ_guard_open);
FUZZ_OPERATION(guard_end, resolve_end, model_guard_end, explain, emit_end, .left_open = left_open, .instead = FUZZ_guard_open);

#else
#include <executor/holds.h>

#include <iopath/devres.h>

#include <string.h>

static struct {
	bool devres;
	IOP_REVOCABLE(fuzz_held) revocable;
	IOP_DEVRES(fuzz_held) managed;
} guarded[FUZZ_GUARDED];
static struct iop_device device, other;
static bool used;

/* A value that was not dropped keeps its lease; these must not accumulate. */
static void forget(unsigned i)
{
#if IOP_DEBUG_VIEWS
	iop_lease_end(guarded[i].revocable.value.hold.mapping.lease);
#endif
	memset(&guarded[i], 0, sizeof(guarded[i]));
}

static void start(void)
{
	if (!used && device.name)
		return;
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		forget(i);
	/* A guard that was never given back is none of the next program's. */
	iop_guard_slot.held = NULL;
	iop_guard_slot.again = 0;
	if (device.name && !iop_device_actions(&device))
		iop_device_end(&device);
	(void)!iop_device_init(&device, "fuzz");
	used = false;
}

static uint64_t state(bool said)
{
	const struct fuzz_hold_counts *counts = &fuzz_hold_counts;

	return (uint64_t)(counts->unmapped & 0xff) << 40 | (uint64_t)(counts->released & 0xff) << 32 |
	       (uint64_t)(iop_device_actions(&device) & 0xff) << 24 | (uint64_t)said << 16 | counts->trail;
}

static int open_guarded(const struct fuzz_call *c, struct fuzz_result *result)
{
	fuzz_held *from = &fuzz_holds[c->a].iomem;
	int err = 0;

	used = true;
	guarded[c->to].devres = c->kind == FUZZ_DEVRES;
	if (c->kind == FUZZ_DEVRES) {
		err = iop_devres_from_owner(&guarded[c->to].managed, &device, from);
	} else {
		iop_revocable_init(&guarded[c->to].revocable, from, iop_any_mapping_drop);
		memset(from, 0, sizeof(*from));
	}
	result->value = state(from->hold.mapping.bus != NULL);
	return err;
}

static int hold(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (guarded[c->to].devres) {
		if (c->kind) {
			iop_devres_release(&guarded[c->to].managed);
			result->value = iop_revocable_guards(&guarded[c->to].managed.devres.inner->revocable);
		} else
			result->value = iop_devres_try_access(&guarded[c->to].managed) != NULL;
	} else if (c->kind) {
		iop_revocable_release(&guarded[c->to].revocable);
		result->value = iop_revocable_guards(&guarded[c->to].revocable.revocable);
	} else {
		result->value = iop_revocable_try_access(&guarded[c->to].revocable) != NULL;
	}
	return 0;
}

struct reading {
	uint64_t at;
	uint32_t value;
	int err;
};

static void read_value(fuzz_held *held, struct reading *reading)
{
	reading->err = iop_try_read32(*held, reading->at, &reading->value);
}

static int use(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct reading reading = {.at = c->x};
	fuzz_held *held = NULL;
	int got = 1;

#define USE(TYPE, g)                                                                 \
	do {                                                                         \
		if (c->kind == FUZZ_TRY_WITH) {                                      \
			got = iop_##TYPE##_try_access_with(g, read_value, &reading); \
		} else {                                                             \
			held = iop_##TYPE##_try_access(g);                           \
			got = held != NULL;                                          \
			if (held) {                                                  \
				read_value(held, &reading);                          \
				iop_##TYPE##_release(g);                             \
			}                                                            \
		}                                                                    \
	} while (0)
	if (c->kind >= FUZZ_OWN) {
		reading.err = iop_devres_access(&guarded[c->to].managed, c->kind == FUZZ_OWN ? &device : &other, &held);
		if (!reading.err)
			read_value(held, &reading);
	} else if (guarded[c->to].devres) {
		USE(devres, &guarded[c->to].managed);
	} else {
		USE(revocable, &guarded[c->to].revocable);
	}
#undef USE
	result->value = reading.value;
	return got ? reading.err : -ENXIO;
}

static void would_wait(struct iop_revocable *revocable)
{
	if ((revocable->state & IOP_NOT_REVOKED) && iop_revocable_guards(revocable))
		fuzz_trap("waits for a guard that nobody holds");
}

static void unbind(void)
{
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		if (guarded[i].devres && guarded[i].managed.devres.inner)
			would_wait(&guarded[i].managed.devres.inner->revocable);
	iop_device_unbind(&device);
}

static int end(const struct fuzz_call *c, struct fuzz_result *result)
{
	int said = 0;

	switch (c->kind) {
	case FUZZ_REVOKE:
		would_wait(&guarded[c->to].revocable.revocable);
		said = iop_revocable_revoke(&guarded[c->to].revocable);
		break;
	case FUZZ_REVOKE_AT_ONCE: said = iop_revocable_revoke_nosync(&guarded[c->to].revocable); break;
	case FUZZ_UNBIND: unbind(); break;
	default:
		if (guarded[c->to].devres)
			for (unsigned i = 0; i < (c->whole ? 2u : 1u); i++)
				iop_devres_drop(&guarded[c->to].managed);
		else
			iop_revocable_drop(&guarded[c->to].revocable);
		forget(c->to);
	}
	result->value = state(said);
	return 0;
}

FUZZ_EXECUTION(guard_open, open_guarded, .start = start);
FUZZ_EXECUTION(guard_hold, hold);
FUZZ_EXECUTION(guard_use, use);
FUZZ_EXECUTION(guard_end, end);
#endif
