/* SPDX-License-Identifier: MIT */
#define TARGET_GROUPS (FUZZ_BASE | FUZZ_COPY)
#include "target.h"
