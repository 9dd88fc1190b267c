/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   mmio
#define BACKEND_ID FUZZ_MMIO
#define VIEW	   IOP_MMIO
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
