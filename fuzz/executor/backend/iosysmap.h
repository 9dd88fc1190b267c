/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   iosysmap
#define BACKEND_ID FUZZ_IOSYSMAP
#define VIEW	   IOP_IOSYSMAP
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
