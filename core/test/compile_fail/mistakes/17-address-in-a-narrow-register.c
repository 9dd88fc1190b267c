/* SPDX-License-Identifier: MIT */
/* A device's address for a register of 32 bits. */
#include "common.h"

void f(nic_mmio nic, uint64_t address)
{
	iop_write(iop_project(nic, .ctrl), address); /* WRONG: of a DMA address: iop_lower_32() and iop_upper_32() */
}
