/* SPDX-License-Identifier: MIT */
/* The arena as the window of the fault tracer (core/observe/tracer.h). */
#include "witness.h"

#include <executor/executor.h>
#include <tracer.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 32768

static struct iop_tracer *tracer;
static const struct iop_access_list *list;
static struct fuzz_seen_access seen[MOST];
static uint8_t bytes[MOST][64];

static void written(void *arg, size_t number, unsigned width, const unsigned char *left)
{
	(void)arg;
	if (number < MOST)
		memcpy(bytes[number], left, width);
}

struct operation {
	const struct fuzz_call *call;
	struct fuzz_result *result;
};

static void carry_out(void *arg)
{
	struct operation *operation = arg;

	fuzz_executor_run(operation->call, operation->result);
}

static void run(const struct fuzz_call *call, struct fuzz_result *result)
{
	struct operation operation = {call, result};

	list = iop_tracer_run(tracer, fuzz_executor_arena(), carry_out, &operation);
	iop_tracer_unlock(tracer);
}

static bool agrees(const struct fuzz_model *model, char text[256])
{
	size_t count = 0;

	if (!list || list->blind || list->count > MOST) {
		snprintf(text, 256, "the witness is blind: %s",
			 !list	       ? "no signal handlers"
			 : list->blind ? list->blind
				       : "too much");
		return false;
	}
	for (size_t i = 0; i < list->count; i++) {
		const struct iop_access *a = &list->access[i];
		/* Of a masked move, from the first byte that is touched to the last. */
		unsigned first = (unsigned)__builtin_ctzll(a->mask), last = 63 - (unsigned)__builtin_clzll(a->mask);

		seen[count++] = (struct fuzz_seen_access){(uint64_t)a->offset + first, last - first + 1, a->write, a->mask >> first,
							  bytes[i] + first};
	}
	return fuzz_judge_accesses(model, seen, count, text);
}

static void abandon(void)
{
	iop_tracer_abandon(tracer);
	iop_tracer_unlock(tracer);
}

int fuzz_witness_start(void)
{
	static const struct fuzz_witness witness = {run, agrees, abandon};
	size_t size;
	uint8_t *pages = fuzz_executor_pages(&size);
	int err;

	fuzz_setup();
	/* What the first program does once: after it the pages are as they will be. */
	fuzz_executor_start(0, fuzz_the_model()->memory);
	if (getenv("IOPATH_FUZZ_DEVICE"))
		return -ENOTSUP;
	err = iop_tracer_open_over(&tracer, pages, size);
	if (err)
		return err;
	iop_tracer_written(tracer, written, NULL);
	iop_tracer_shared(tracer);
	iop_tracer_unlock(tracer);
	fuzz_executor_devices_at(iop_tracer_contents(tracer) - pages);
	fuzz_witness = &witness;
	return 0;
}
