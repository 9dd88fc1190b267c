/* SPDX-License-Identifier: MIT */
/* The notation of old, which returned -ERANGE as a value. */
#include "common.h"

uint32_t f(nic_mmio nic, size_t i)
{
	return iop_read(iop_project(nic, .ring, iop_try(i), .head)); /* WRONG: iop_try is gone: say what happens */
}
