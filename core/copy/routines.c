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

static const struct iop_routine *find(enum iop_tier tier)
{
	const struct iop_routine *best = NULL;

	for (size_t i = 0; iop_routines[i]; i++) {
		const struct iop_routine *r = iop_routines[i];

		if (r->tier <= tier && (!r->supported || r->supported()) && (!best || r->tier >= best->tier))
			best = r;
	}
	return best;
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
		routine = find(tier);
		__atomic_store_n(&found[tier], routine, __ATOMIC_RELAXED);
	}
	return routine;
}
