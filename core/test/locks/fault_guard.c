/* SPDX-License-Identifier: MIT */
/* Row 51: how many guards are open, and whose handler was there before. */
#include "watch.h"

#include WATCHED

static struct iop_fault_guard guard, second;
static char memory[64];

static void open_it(void)
{
	if (iop_fault_guard_open(&guard, memory, sizeof(memory)))
		abort();
}

static void open_another(void)
{
	if (iop_fault_guard_open(&second, memory, sizeof(memory)))
		abort();
}

static void close_another(void)
{
	iop_fault_guard_close(&second);
}

static void close_it(void)
{
	iop_fault_guard_close(&guard);
}

/* As many are closed as were opened: each case runs twice. */
int main(void)
{
	static const struct watch_case cases[] = {
		{"open", open_it, 1},
		{"open another", open_another, 1},
		{"close another", close_another, 1},
		{"close the last", close_it, 1},
	};

	WATCH(opened, &lock);
	WATCH(installed, &lock);
	WATCH(before, &lock);
	return WATCH_CASES(cases) != 0;
}
