/* SPDX-License-Identifier: MIT */
/* A write without a value. */
#include "common.h"

void f(nic_mmio nic)
{
	iop_write(iop_project(nic, .ctrl)); /* WRONG: "iop_write" requires 2 arguments | too few arguments */
}
