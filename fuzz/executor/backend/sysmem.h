/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   sysmem
#define BACKEND_ID FUZZ_SYSMEM
#define VIEW	   IOP_SYSMEM
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
