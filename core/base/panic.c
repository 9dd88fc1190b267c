/* SPDX-License-Identifier: MIT */
#include <iopath/panic.h>

#include <stdio.h>
#include <stdlib.h>

static iop_panic_hook hook;

iop_panic_hook iop_panic_set_hook(iop_panic_hook new_hook)
{
	return __atomic_exchange_n(&hook, new_hook, __ATOMIC_ACQ_REL);
}

void iop_panic(const char *reason)
{
	iop_panic_hook current = __atomic_load_n(&hook, __ATOMIC_ACQUIRE);

	if (current)
		current(reason);
	else
		fprintf(stderr, "iopath: panic: %s (a precondition was broken; see the backtrace)\n", reason);
	abort();
}
