/* SPDX-License-Identifier: MIT */
#include "steps.h"

#include <errno.h>

int iop_steps_count(void (*code)(void *arg, uint64_t n), void *arg, uint64_t n, struct iop_steps *steps)
{
	(void)code, (void)arg, (void)n, (void)steps;
	return -ENOTSUP;
}
