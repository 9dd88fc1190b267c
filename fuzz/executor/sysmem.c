/* SPDX-License-Identifier: MIT */
#define BACKEND	   sysmem
#define BACKEND_ID FUZZ_SYSMEM
#define VIEW	   IOP_SYSMEM
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include "backend.h"

#define CONVERSION(v)	   iop_iosysmap_from_sysmem(v)
#define CONVERTED(v, slot) ((slot).raw.iosysmap = (v).raw, FUZZ_IOSYSMAP)
CONVERTER(convert)

#include "run.h"
