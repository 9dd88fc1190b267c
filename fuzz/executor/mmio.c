/* SPDX-License-Identifier: MIT */
#define BACKEND	   mmio
#define BACKEND_ID FUZZ_MMIO
#define VIEW	   IOP_MMIO
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include "backend.h"

#define CONVERSION(v)	   iop_relaxed(v)
#define CONVERTED(v, slot) ((slot).raw.relaxed = (v).raw, FUZZ_RELAXED)
CONVERTER(to_relaxed)
#undef CONVERSION
#undef CONVERTED

#define CONVERSION(v)	   iop_iosysmap_from_mmio(v)
#define CONVERTED(v, slot) ((slot).raw.iosysmap = (v).raw, FUZZ_IOSYSMAP)
CONVERTER(to_either)

static int convert(call_t c, result_t result)
{
	return c->kind == FUZZ_TO_RELAXED ? to_relaxed(c, result) : to_either(c, result);
}

#include "run.h"
