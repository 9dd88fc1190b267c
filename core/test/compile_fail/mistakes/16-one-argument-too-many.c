/* SPDX-License-Identifier: MIT */
/* An argument too many. */
#include "common.h"

uint32_t f(nic_mmio nic)
{
	return iop_read(iop_project(nic, .status), 0); /* WRONG: iop_read takes a view */
}
