/* SPDX-License-Identifier: MIT */
#define BACKEND	   config
#define BACKEND_ID FUZZ_CONFIGSPACE
#define VIEW	   IOP_CONFIG
#define COPIES	   0
#define HAS_64	   0
#include "backend.h"
#include "run.h"
