/* SPDX-License-Identifier: MIT */
/* Holds that were given to a Revocable or to a Devres. There is one thread, so anything that would wait for it is a trap. */
#include "hold.h"

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

void fuzz_guard_start(void)
{
	if (!used)
		return;
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		forget(i);
	if (!iop_device_actions(&device))
		iop_device_end(&device);
	iop_device_init(&device, "fuzz");
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
	fuzz_held *from = fuzz_hold_at(c->a);
	int err = 0;

	if (!used && !device.name)
		iop_device_init(&device, "fuzz");
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

static void hold(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (guarded[c->to].devres) {
		if (c->kind) {
			iop_devres_release(&guarded[c->to].managed);
			result->value = guarded[c->to].managed.devres.inner->revocable.state / IOP_GUARD;
		} else
			result->value = iop_devres_try_access(&guarded[c->to].managed) != NULL;
	} else if (c->kind) {
		iop_revocable_release(&guarded[c->to].revocable);
		result->value = guarded[c->to].revocable.revocable.state / IOP_GUARD;
	} else {
		result->value = iop_revocable_try_access(&guarded[c->to].revocable) != NULL;
	}
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

static void would_wait(const struct iop_revocable *revocable)
{
	if (revocable->state >= IOP_GUARD && !(revocable->state & IOP_REVOKED))
		fuzz_trap("waits for a guard that nobody holds");
}

static void unbind(void)
{
	for (unsigned i = 0; i < FUZZ_GUARDED; i++)
		if (guarded[i].devres && guarded[i].managed.devres.inner)
			would_wait(&guarded[i].managed.devres.inner->revocable);
	iop_device_unbind(&device);
}

static void end(const struct fuzz_call *c, struct fuzz_result *result)
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
			for (unsigned i = 0; i <= c->whole; i++)
				iop_devres_drop(&guarded[c->to].managed);
		else
			iop_revocable_drop(&guarded[c->to].revocable);
		forget(c->to);
	}
	result->value = state(said);
}

int fuzz_guard_run(const struct fuzz_call *c, struct fuzz_result *result)
{
	switch (c->op) {
	case FUZZ_guard_open: return open_guarded(c, result);
	case FUZZ_guard_hold: hold(c, result); return 0;
	case FUZZ_guard_use: return use(c, result);
	default: end(c, result); return 0;
	}
}
