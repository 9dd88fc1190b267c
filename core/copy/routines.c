/* SPDX-License-Identifier: MIT */
#include "copy_internal.h"

#include <iopath/panic.h>
#include <iopath/tier.h>

/** The table of routines: adding one is one line. Of a tier's routines that a CPU supports, the last is the best. */
const struct iop_routine *const iop_routines[] = {
	&iop_routine_portable,
	&iop_routine_strict,
#if IOP_COPY_X86
	&iop_routine_string,
	&iop_routine_sse2,
	&iop_routine_avx2,
	&iop_routine_avx512,
	&iop_routine_masked,
#endif
	&iop_routine_mem,
#if IOP_COPY_X86
	&iop_routine_mem_avx512,
#endif
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
		iop_panic("no such tier");
	/* Whoever comes first finds the same as everyone else. */
	routine = __atomic_load_n(&found[tier], __ATOMIC_RELAXED);
	if (!routine) {
		routine = find(tier);
		__atomic_store_n(&found[tier], routine, __ATOMIC_RELAXED);
	}
	return routine;
}
