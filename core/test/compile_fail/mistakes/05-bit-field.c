/* SPDX-License-Identifier: MIT */
/* A bit-field, which has no address. */
#include "common.h"

uint32_t f(nic_mmio nic)
{
	return iop_read(iop_project(nic, .low)); /* WRONG: bit-field */
}
