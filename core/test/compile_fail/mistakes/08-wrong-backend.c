/* SPDX-License-Identifier: MIT */
/* A view of one backend where another is wanted. */
#include "common.h"

uint32_t g(nic_mem nic);
uint32_t f(nic_mmio nic)
{
	return g(nic); /* WRONG: incompatible type | could not convert | no matching function */ /* NOTED: mmio */ /* NOTED: mem */
}
