/* SPDX-License-Identifier: MIT */
/* A second file of the same module: lines alone. */
#include <iopath/cells.h>

IOP_READ(read8, uint8_t, *(const volatile uint8_t *)addr);
