/* SPDX-License-Identifier: MIT */
#define TARGET_GROUPS (FUZZ_BASE | FUZZ_PROJECTION | FUZZ_OWNER)
#include "target.h"
