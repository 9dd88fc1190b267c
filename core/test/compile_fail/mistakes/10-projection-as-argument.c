/* SPDX-License-Identifier: MIT */
/* A projection as an argument and an initialiser, under its type name. */
#include "common.h"

int g(desc_mmio desc);
int f(nic_mmio nic, size_t i)
{
	desc_mmio desc = iop_as(desc_mmio, iop_project(nic, .ring, iop_build(1)));

	return g(desc) + g(iop_as(desc_mmio, iop_project(nic, .ring, iop_or(i, return -ERANGE))));
}
