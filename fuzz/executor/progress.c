/* SPDX-License-Identifier: MIT */
#include "progress.h"

#include <iopath/event.h>
#include <iopath/iopath.h>

#include <stdlib.h>

struct fuzz_progress fuzz_progress;

const struct fuzz_event *fuzz_executor_events(size_t *count)
{
	*count = fuzz_progress.event_count;
	return fuzz_progress.events;
}

const struct fuzz_asked *fuzz_executor_asked(unsigned *count)
{
	*count = fuzz_progress.asked_count;
	return fuzz_progress.asked;
}

bool fuzz_executor_reports(void)
{
	return IOP_EVENTS;
}

bool fuzz_executor_traces(void)
{
	return fuzz_progress.traces;
}

bool fuzz_executor_no_memory(void)
{
	return fuzz_progress.busy && fuzz_progress.no_memory;
}

bool fuzz_executor_busy(void)
{
	return fuzz_progress.busy;
}

void fuzz_executor_abandon(void)
{
	fuzz_progress.busy = false;
}

void fuzz_trap(const char *reason)
{
	if (!fuzz_progress.busy)
		abort();
	fuzz_progress.panic = reason;
	fuzz_progress.busy = false;
	_longjmp(fuzz_progress.leave, 1);
}

void fuzz_pending(const char *reason)
{
	fuzz_progress.pending = reason;
}

/* Its caller may hold a lock, so that the operation ends first. */
void fuzz_asked(enum fuzz_request request, unsigned width, uint64_t at, uint64_t value)
{
	if (!fuzz_progress.busy)
		return;
	if (fuzz_progress.asked_count == FUZZ_MAX_ASKED)
		fuzz_pending("requests without end");
	else
		fuzz_progress.asked[fuzz_progress.asked_count++] = (struct fuzz_asked){request, width, at, value};
}

static void panicked(const struct iop_panic *panic)
{
	fuzz_trap(panic->reason);
}

static uint8_t source_of(unsigned source)
{
	static const uint8_t known[] = {
		[IOP_EVENT_MMIO] = FUZZ_FROM_MMIO, [IOP_EVENT_RELAXED] = FUZZ_FROM_RELAXED, [IOP_EVENT_SYSMEM] = FUZZ_FROM_SYSMEM,
		[IOP_EVENT_COPY] = FUZZ_FROM_COPY, [IOP_EVENT_CONFIG] = FUZZ_FROM_CONFIG,   [IOP_EVENT_BUS] = FUZZ_FROM_BUS,
		[IOP_EVENT_WC] = FUZZ_FROM_WC,
	};

	return source && source < sizeof(known) ? known[source] : FUZZ_FROM_OTHER;
}

_Static_assert((int)FUZZ_EVENT_BR == IOP_EVENT_BR && (int)FUZZ_EVENT_LD == IOP_EVENT_LD && (int)FUZZ_EVENT_AR == IOP_EVENT_AR &&
		       (int)FUZZ_EVENT_BW == IOP_EVENT_BW && (int)FUZZ_EVENT_ST == IOP_EVENT_ST &&
		       (int)FUZZ_EVENT_AW == IOP_EVENT_AW && (int)FUZZ_EVENT_CP == IOP_EVENT_CP &&
		       (int)FUZZ_EVENT_RS == IOP_EVENT_RS && (int)FUZZ_EVENT_WF == IOP_EVENT_WF,
	       "the numbers of the library's events have changed");

static void record(const struct iop_event *e)
{
	struct fuzz_event *to = &fuzz_progress.events[fuzz_progress.event_count];

	if (!fuzz_progress.busy)
		return;
	if (fuzz_progress.event_count == FUZZ_MAX_EVENTS)
		fuzz_trap("accesses without end");
	to->kind = (uint8_t)e->kind;
	to->source = source_of(e->source);
	to->width = (uint32_t)e->width;
	to->addr = e->kind == IOP_EVENT_RS ? e->addr != (uintptr_t)fuzz_progress.function : e->addr;
	to->value = e->width < 8 ? e->value & ((UINT64_C(1) << 8 * e->width) - 1) : e->value;
	fuzz_progress.event_count++;
}

void fuzz_progress_hook(void)
{
	iop_event_hook = record;
	iop_panic_set_hook(panicked);
}
