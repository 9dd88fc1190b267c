/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <errno.h>

int iop_steps_accesses(void (*code)(void *arg, uint64_t n), void *arg, uint64_t n, uint64_t *accesses)
{
	(void)code, (void)arg, (void)n, (void)accesses;
	return -ENOTSUP;
}
