/* SPDX-License-Identifier: MIT */
/* A run-time value for a narrow field. */
#include "common.h"

nic_ctrl f(nic_ctrl c, uint32_t q)
{
	return iop_with(c, .queue, q); /* WRONG: iop_try_with */
}
