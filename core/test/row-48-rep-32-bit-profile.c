/* SPDX-License-Identifier: MIT */
/* Row 48 in this profile. */
#include "row-48-rep.c"
