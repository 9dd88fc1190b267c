/* SPDX-License-Identifier: MIT */
#include "fate.h"

bool iop_fate_is_finding(const struct iop_fate *fate)
{
	return fate->kind == IOP_FATE_OVERRUN || fate->kind == IOP_FATE_LEFT;
}

bool iop_fate_is_reason(const struct iop_fate *fate)
{
	return fate->kind != IOP_FATE_RETURNED && !iop_fate_is_finding(fate);
}
