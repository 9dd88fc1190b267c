/* SPDX-License-Identifier: MIT */
/* What the README shows: nothing to say, also of shadowed names. */
#include "common.h"

int reset(nic_mmio nic, size_t i)
{
	iop_update(iop_project(nic, .ctrl), ctrl, ctrl | 1);
	iop_write(iop_project(nic, .ring, iop_or(i, return -ERANGE), .head), 0);
	return iop_read(iop_project(nic, .status)) & 1 ? 0 : -EIO;
}
