/* SPDX-License-Identifier: MIT */
/* The same with a constant index. */
#include "common.h"

uint32_t f(nic_mmio nic)
{
	return iop_read(iop_project(nic, .ring[3].head)); /* WRONG: an index is a step of its own */
}
