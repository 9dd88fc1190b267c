/* SPDX-License-Identifier: MIT */
/* A type without a fixed width. */
#include "common.h"

int f(nic_mmio nic)
{
	return iop_read(iop_project(nic, .temp)); /* WRONG: not a width of I/O access: uint8_t, uint16_t, uint32_t or uint64_t */
}
