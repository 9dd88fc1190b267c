/* SPDX-License-Identifier: MIT */
/*
 * Operations and the values that they write: CONSTANT writes what CONSTANT says; the others what differs between calls, or between
 * processes. LATE writes a word more in one of the last calls, UNSTEADY in the first process that looks.
 */
#include "module_right.h"

#include <iopath/cells.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#ifndef CONSTANT
#define CONSTANT 0x40
#endif

IOP_MODULE("values");

struct state {
	uint32_t calls;
	unsigned more;
};

static uint32_t here;

static int set_up(void *window, void **context)
{
	struct state *state = calloc(1, sizeof(*state));

	(void)window;
	*context = state;
	return state ? 0 : -12;
}

static int set_up_ring(void *window, void **context)
{
	int err = set_up(window, context);
#ifdef UNSTEADY
	struct state *state = *context;

	if (!err) {
		const char *seen = getenv("MODULE_VALUES_SEEN");
		int file = open(seen ? seen : "", O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0600);

		state->more = file >= 0;
		if (file >= 0)
			close(file);
	}
#endif
	return err;
}

static void constant(void *window, void *context)
{
	(void)context;
	AT(uint16_t, window) = CONSTANT;
	AT(uint64_t, (char *)window + 8) = 0x1122334455667788 + CONSTANT;
	(void)AT(uint32_t, (char *)window + 16);
	AT(uint8_t, window) = 1; /* a part of the first, once more */
}

static void counter(void *window, void *context)
{
	struct state *state = context;

	AT(uint32_t, window) = ++state->calls;
	AT(uint32_t, (char *)window + 4) = 3;
}

/* Of the heap, of the module, of the stack, in halves, as a page; and of this process. */
static void addresses(void *window, void *context)
{
	uint32_t local;
	const uintptr_t place[] = {(uintptr_t)context, (uintptr_t)&here, (uintptr_t)&local};

	for (unsigned i = 0; i < 3; i++) {
		AT(uint64_t, (char *)window + 32 * i) = place[i];
		AT(uint32_t, (char *)window + 32 * i + 8) = (uint32_t)place[i];
		AT(uint32_t, (char *)window + 32 * i + 12) = (uint32_t)((uint64_t)place[i] >> 32);
		AT(uint64_t, (char *)window + 32 * i + 16) = place[i] >> 12;
	}
	AT(uint32_t, (char *)window + 96) = (uint32_t)getpid();
	AT(uint32_t, (char *)window + 100) = 0x1000;
}

/* Each call elsewhere, so each has a section. */
static void ring(void *window, void *context)
{
	struct state *state = context;
	char *slot = (char *)window + 16 * (state->calls % 32);

	AT(uint64_t, slot) = (uintptr_t)context;
	AT(uint64_t, slot + 8) = state->calls++;
#ifdef LATE
	if (state->calls == 10)
		AT(uint64_t, slot + 8) = 0;
#endif
#ifdef UNSTEADY
	if (state->more && state->calls == 5)
		AT(uint64_t, slot + 8) = 0;
#endif
}

IOP_OPERATION(constant, .window = 64);
IOP_OPERATION(counter, .window = 64, .setup = set_up, .teardown = free);
IOP_OPERATION(addresses, .window = 128, .setup = set_up, .teardown = free);
IOP_OPERATION(ring, .window = 512, .setup = set_up_ring, .teardown = free);
