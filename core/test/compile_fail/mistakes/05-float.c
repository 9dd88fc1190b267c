/* SPDX-License-Identifier: MIT */
/* A floating-point member. */
#include "common.h"

float f(nic_mmio nic)
{
	return iop_read(iop_project(nic, .gain)); /* WRONG: not a width of I/O access */
}
