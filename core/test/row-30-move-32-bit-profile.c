/* SPDX-License-Identifier: MIT */
/* Row 30, device to device, by words of 4 bytes. */
#include "row-30-move.c"
