/* SPDX-License-Identifier: MIT */
/* Row 7 in another profile: the same tests, see the end of the name. */
#include "row-07-config-space.c"
