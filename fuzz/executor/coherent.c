/* SPDX-License-Identifier: MIT */
#define BACKEND	   coherent
#define BACKEND_ID FUZZ_COHERENT
#define VIEW	   IOP_COHERENT
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include "backend.h"

#define CONVERSION(v)	   iop_coherent_as_sysmem(v)
#define CONVERTED(v, slot) ((slot).raw.sysmem = (v).raw, FUZZ_SYSMEM)
CONVERTER(convert)

#include "run.h"
