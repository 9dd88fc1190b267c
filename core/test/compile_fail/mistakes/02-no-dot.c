/* SPDX-License-Identifier: MIT */
/* A field step without its dot. */
#include "common.h"

uint32_t f(nic_mmio nic)
{
	return iop_read(iop_project(nic, status)); /* WRONG: a field step starts with a dot */
}
