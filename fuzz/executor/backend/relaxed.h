/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   relaxed
#define BACKEND_ID FUZZ_RELAXED
#define VIEW	   IOP_RELAXED
#define COPIES	   0
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
