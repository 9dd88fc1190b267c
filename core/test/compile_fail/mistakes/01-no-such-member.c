/* SPDX-License-Identifier: MIT */
/* A member that the structure does not have. */
#include "common.h"

uint32_t f(nic_mmio nic)
{
	return iop_read(iop_project(nic, .statsu)); /* WRONG: 'statsu' */
}
