/* SPDX-License-Identifier: MIT */
/* An error number from a function without a value; what C says of it is a warning unless it is asked for errors. */
/* FLAGS: -pedantic-errors */
#include "common.h"

void f(nic_mmio nic, size_t i)
{
	iop_write(iop_project(nic, .ring, iop_or(i, return -ERANGE), .head), 0); /* WRONG: return */
}
