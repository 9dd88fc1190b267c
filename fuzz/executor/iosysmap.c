/* SPDX-License-Identifier: MIT */
#define BACKEND	   iosysmap
#define BACKEND_ID FUZZ_IOSYSMAP
#define VIEW	   IOP_IOSYSMAP
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include "backend.h"

#define CONVERSION(v)	   iop_iosysmap_as_mmio(v)
#define CONVERTED(v, slot) ((slot).raw.mmio = (v).raw, FUZZ_MMIO)
CONVERTER(arm_mmio)
#undef CONVERSION
#undef CONVERTED

#define CONVERSION(v)	   iop_iosysmap_as_sysmem(v)
#define CONVERTED(v, slot) ((slot).raw.sysmem = (v).raw, FUZZ_SYSMEM)
CONVERTER(arm_sysmem)

static int convert(call_t c, result_t result)
{
	return c->kind == FUZZ_ARM_MMIO ? arm_mmio(c, result) : arm_sysmem(c, result);
}

#include "run.h"
