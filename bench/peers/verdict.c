/* SPDX-License-Identifier: MIT */
#include "verdict.h"
#include "peers.h"

#include <iopath/build_config.h>
#include <iopath/tier.h>

#include <string.h>

#define PLAIN (IOP_64BIT ? 15u : 7u) /* 1, 2, 4 and the machine's word */

/* What vectors of a routine's name are wide. Others have the widths of the compiler's choice. */
static const struct {
	const char *routine;
	unsigned widths;
} vectors[] = {
	{"wide-sse2", PLAIN | 16},
	{"wide-avx2", PLAIN | 32},
	{"wide-avx512", PLAIN | 64},
	{"wide-m", 64},
};

static unsigned widths_of(const char *routine, enum iop_tier tier)
{
	if (tier <= IOP_STRICT_S)
		return PLAIN;
	for (size_t i = 0; i < sizeof(vectors) / sizeof(vectors[0]); i++)
		if (strcmp(vectors[i].routine, routine) == 0)
			return vectors[i].widths;
	return 0;
}

const char *iop_verdict_on(const char *routine, unsigned *widths)
{
	*widths = 0;
	for (size_t i = 0; iop_routines[i]; i++)
		if (strcmp(iop_routines[i]->name, routine) == 0) {
			*widths = iop_routines[i]->widths;
			if (!*widths)
				*widths = widths_of(routine, iop_routines[i]->tier);
			return iop_tier_name(iop_routines[i]->tier);
		}
	for (size_t i = 0; iop_peers[i]; i++)
		if (strcmp(iop_peers[i]->name, routine) == 0) {
			*widths = iop_peers[i]->widths;
			return iop_peers[i]->tier;
		}
	return NULL;
}
