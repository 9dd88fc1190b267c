/* SPDX-License-Identifier: MIT */
#include <iopath/panic.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#if __has_include(<execinfo.h>)
#include <execinfo.h>
#define FRAMES 64
#else
#define FRAMES 0
#endif

static iop_panic_hook hook;

iop_panic_hook iop_panic_set_hook(iop_panic_hook new_hook)
{
	return __atomic_exchange_n(&hook, new_hook, __ATOMIC_ACQ_REL);
}

static void print_backtrace(void)
{
#if FRAMES
	void *frames[FRAMES];

	backtrace_symbols_fd(frames, backtrace(frames, FRAMES), STDERR_FILENO);
#endif
}

static void print(const struct iop_panic *panic)
{
	const char *separator = ": ";

	fprintf(stderr, "iopath: %s:%u: %s", panic->file, panic->line, panic->reason);
	for (size_t i = 0; i < sizeof(panic->number) / sizeof(panic->number[0]) && panic->number[i].name; i++) {
		fprintf(stderr, "%s%s %" PRIu64, separator, panic->number[i].name, panic->number[i].value);
		separator = ", ";
	}
	fprintf(stderr, " (a precondition is broken%s)\n", FRAMES ? "; backtrace:" : "");
	fflush(stderr);
	print_backtrace();
}

void iop_panic_at(const struct iop_panic *panic)
{
	iop_panic_hook current = __atomic_load_n(&hook, __ATOMIC_ACQUIRE);

	if (current)
		current(panic);
	else
		print(panic);
	abort();
}
