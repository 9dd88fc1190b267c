/* SPDX-License-Identifier: MIT */
/* A pointer to a view, used as the view. */
#include "common.h"

uint32_t f(nic_mmio *nic)
{
	return iop_read(iop_project(nic, .status)); /* WRONG: not a view (write *pointer for the view that a pointer points to) */
}
