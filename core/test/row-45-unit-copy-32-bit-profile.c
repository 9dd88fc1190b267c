/* SPDX-License-Identifier: MIT */
/* Row 45 where a 64-bit unit is two accesses. */
#include "row-45-unit-copy.c"
