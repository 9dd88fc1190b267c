/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   mmio_within
#define BACKEND_ID FUZZ_MMIO_WITHIN
#define VIEW	   IOP_MMIO_WITHIN
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
