/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   wc
#define BACKEND_ID FUZZ_WC
#define VIEW	   IOP_WC
#define COPIES	   1
#define HAS_64	   IOP_64BIT
#include <executor/view.h>
