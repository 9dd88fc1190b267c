/* SPDX-License-Identifier: MIT */
/* A projection as an argument without its type name, which C asks for: each projection makes a type. */
#include "common.h"

int g(desc_mmio desc);
int f(nic_mmio nic)
{
	return g(iop_project(nic, .ring, iop_build(1))); /* WRONG (c): incompatible type */ /* NOTED: use_iop_as */
}
