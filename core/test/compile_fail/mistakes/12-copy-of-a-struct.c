/* SPDX-License-Identifier: MIT */
/* The copy of a slice, used for a structure. */
#include "common.h"

void f(nic_mmio nic, struct nic *out)
{
	iop_copy_fromio(out, nic, sizeof(*out)); /* WRONG: iop_copy_read */
}
