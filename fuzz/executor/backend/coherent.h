/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   coherent
#define BACKEND_ID FUZZ_COHERENT
#define VIEW	   IOP_COHERENT
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
