/* SPDX-License-Identifier: MIT */
#include <iopath/iomem_copy.h>
#include <iopath/routine.h>

static const struct iop_routine strict = {
	.name = "strict",
	.tier = IOP_STRICT,
	.toio = iop_memcpy_toio,
	.fromio = iop_memcpy_fromio,
	.set = iop_memset_io,
};

/** The table of routines: adding one is one line. */
const struct iop_routine *const iop_routines[] = {
	&strict,
	0,
};

const char *iop_tier_name(enum iop_tier tier)
{
	static const char *const names[IOP_TIERS] = {"STRICT", "STRICT-S", "WIDE", "WIDE-M", "MEM"};

	return names[tier];
}
