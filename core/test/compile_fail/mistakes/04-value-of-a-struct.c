/* SPDX-License-Identifier: MIT */
/* The value of a structure. */
#include "common.h"

void f(nic_mmio nic)
{
	(void)iop_read(iop_project(nic, .ring, iop_build(2))); /* WRONG: a struct has no value: project a field, or copy it */
}
