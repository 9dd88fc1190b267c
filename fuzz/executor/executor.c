/* SPDX-License-Identifier: MIT */
#include "executor.h"

#include "world.h"

#include <iopath/tier.h>

struct fuzz_profile fuzz_executor_profile(void)
{
	return (struct fuzz_profile){
		.bits64 = IOP_64BIT, .big_endian = IOP_BIG_ENDIAN, .debug = IOP_DEBUG_VIEWS, .backends = FUZZ_ALL};
}

/* The operations that have something of their own to start. */
static void (*starters[256])(void);
static unsigned starter_count;

/* What is found once, by the library or here, is found before the first program: what came first would differ from its next run. */
static void find_routines(void)
{
	unsigned count;

	for (unsigned tier = 0; tier < IOP_TIERS; tier++)
		(void)iop_routine_for((enum iop_tier)tier);
	(void)fuzz_executor_routines(&count);
}

static void set_up(void)
{
	static bool done;

	if (done)
		return;
	fuzz_progress_hook();
	find_routines();
#define STARTER(number, name, ...)       \
	if (fuzz_execution_##name.start) \
		starters[starter_count++] = fuzz_execution_##name.start;
	FUZZ_OPS(STARTER)
#undef STARTER
	done = true;
}

void fuzz_executor_start(uint16_t layout, const uint8_t *bytes)
{
	set_up();
	fuzz_world_start(layout, bytes);
	fuzz_executor_end();
}

void fuzz_executor_end(void)
{
	for (unsigned i = 0; i < starter_count; i++)
		starters[i]();
}

static int run(const struct fuzz_call *c, struct fuzz_result *result)
{
	switch (c->op) {
#define RUN(number, name, ...) \
	case number: return fuzz_execution_##name.run(c, result);
		FUZZ_OPS(RUN)
#undef RUN
	default: return -ENOSYS;
	}
}

void fuzz_executor_run(const struct fuzz_call *call, struct fuzz_result *result)
{
	*result = (struct fuzz_result){.rc = 0};
	fuzz_progress.event_count = 0;
	fuzz_progress.asked_count = 0;
	fuzz_progress.traces = IOP_EVENTS;
	fuzz_progress.pending = NULL;
	fuzz_progress.no_memory = call->no_memory;
	/* A panic may have left stores waiting for a flush, and is over. */
	iop_lease_wc_flushed();
	if (_setjmp(fuzz_progress.leave)) {
		result->rc = 0;
		result->has_view = false;
		result->panic = fuzz_progress.panic;
		return;
	}
	fuzz_progress.busy = true;
	result->rc = run(call, result);
	fuzz_progress.busy = false;
	result->panic = fuzz_progress.pending;
}
