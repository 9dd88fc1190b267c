/* SPDX-License-Identifier: MIT */
#include "copy_internal.h"

#include <iopath/panic.h>
#include <iopath/tier.h>

#define IOP_ROUTINE(name) extern const struct iop_routine iop_routine_##name;
#include "routines.def"
#undef IOP_ROUTINE

const struct iop_routine *const iop_routines[] = {
#define IOP_ROUTINE(name) &iop_routine_##name,
#include "routines.def"
#undef IOP_ROUTINE
	0,
};

const char *iop_tier_name(enum iop_tier tier)
{
	static const char *const names[IOP_TIERS] = {"STRICT", "STRICT-S", "WIDE", "WIDE-M", "MEM"};

	return names[tier];
}

static bool offers_all(const struct iop_routine *r)
{
	return r->toio && r->fromio && r->set && r->move;
}

/* 0: a device of all widths that the tier has. */
static bool is_within(const struct iop_routine *r, unsigned widths)
{
	const unsigned of_tier = r->tier <= IOP_STRICT_S ? (IOP_64BIT ? 15 : 7) : 127;
	const unsigned narrowest = widths ? widths & -widths : 1;

	if (r->unit > narrowest)
		return false;
	return !widths || !((r->widths ? r->widths : of_tier) & ~widths);
}

static const struct iop_routine *find(enum iop_tier tier, unsigned widths)
{
	const struct iop_routine *best = NULL;

	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (r->tier <= tier && offers_all(r) && is_within(r, widths) && (!r->supported || r->supported()) &&
		    (!best || r->tier >= best->tier))
			best = r;
	}
	return best;
}

const struct iop_routine *iop_routine_within(enum iop_tier tier, unsigned widths)
{
	if ((unsigned)tier >= IOP_TIERS)
		iop_panic_numbers("no such tier", "tier", (uint64_t)tier, NULL, 0, NULL, 0);
	return widths ? find(tier, widths) : NULL;
}

const struct iop_routine *iop_routine_for(enum iop_tier tier)
{
	static const struct iop_routine *found[IOP_TIERS];
	const struct iop_routine *routine;

	if ((unsigned)tier >= IOP_TIERS)
		iop_panic_numbers("no such tier", "tier", (uint64_t)tier, NULL, 0, NULL, 0);
	/* Threads that come first compute the same as all others. */
	routine = __atomic_load_n(&found[tier], __ATOMIC_RELAXED);
	if (!routine) {
		routine = find(tier, 0);
		__atomic_store_n(&found[tier], routine, __ATOMIC_RELAXED);
	}
	return routine;
}
