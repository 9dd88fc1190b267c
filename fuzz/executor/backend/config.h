/* SPDX-License-Identifier: MIT */
#include "undefine.h"

#define BACKEND	   config
#define BACKEND_ID FUZZ_CONFIGSPACE
#define VIEW	   IOP_CONFIG
#define COPIES	   0
#define HAS_64	   0
#include <executor/view.h>
