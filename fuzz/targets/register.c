/* SPDX-License-Identifier: MIT */
#define TARGET_GROUPS (FUZZ_BASE | FUZZ_ACCESS | FUZZ_CONFIG)
#include "target.h"
