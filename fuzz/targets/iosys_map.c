/* SPDX-License-Identifier: MIT */
#define TARGET_GROUPS (FUZZ_BASE | FUZZ_MAP)
#include "target.h"
