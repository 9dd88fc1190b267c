/* SPDX-License-Identifier: MIT */
/* A register of 16 bits of a device that takes accesses of 32 bits only. */
#include "common.h"

typedef IOP_MMIO32(struct nic) nic_mmio32;

uint16_t f(nic_mmio32 nic)
{
	return iop_read(iop_project(nic, .rate)); /* WRONG: the device does not take accesses of this width */
}
