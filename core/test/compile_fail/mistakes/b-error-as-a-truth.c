/* SPDX-License-Identifier: MIT */
/* The same in a function whose value is a truth. */
#include "common.h"

bool f(nic_mmio nic, size_t i)
{
	return iop_read(iop_project(nic, .ring, iop_try(i), .head)) != 0; /* WRONG: iop_try is gone: say what happens */
}
