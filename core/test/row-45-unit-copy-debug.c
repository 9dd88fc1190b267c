/* SPDX-License-Identifier: MIT */
/* Row 45 in debug builds: a side that is no multiple of the unit panics. */
#include "row-45-unit-copy.c"
