/* SPDX-License-Identifier: MIT */
/* An index in a field step, which nothing would check. */
#include "common.h"

uint32_t f(nic_mmio nic, size_t i)
{
	return iop_read(iop_project(nic, .ring[i].head)); /* WRONG: an index is a step of its own */
}
