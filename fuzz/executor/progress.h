/* SPDX-License-Identifier: MIT */
/* progress.h - the operation in progress: how it ends when it does not return, and what it is seen to do */
#ifndef IOPATH_FUZZ_PROGRESS_H
#define IOPATH_FUZZ_PROGRESS_H

#include "executor.h"

#include <setjmp.h>

struct fuzz_progress {
	bool busy;	   /* the library is at work */
	bool no_memory;	   /* and finds none */
	bool traces;	   /* and reports its accesses */
	const char *panic; /* why it was left */
	const char *pending;
	const void *function; /* whose resets are those of holds: the bus */
	unsigned asked_count;
	struct fuzz_asked asked[FUZZ_MAX_ASKED];
	size_t event_count;
	struct fuzz_event events[FUZZ_MAX_EVENTS];
	jmp_buf leave;
};
extern struct fuzz_progress fuzz_progress;

/* For buses, devices and providers: what they are asked. */
void fuzz_asked(enum fuzz_request request, unsigned width, uint64_t at, uint64_t value);

/* The operation ends as it will, and then as if it had panicked. */
void fuzz_pending(const char *reason);

/* From now on the library's accesses and panics come here. */
void fuzz_progress_hook(void);

#endif
