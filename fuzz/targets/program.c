/* SPDX-License-Identifier: MIT */
#define TARGET_GROUPS (0)
#include "target.h"
