/* SPDX-License-Identifier: MIT */
/** other-thread.h - a second thread that does one thing */
#ifndef IOPATH_TEST_OTHER_THREAD_H
#define IOPATH_TEST_OTHER_THREAD_H

#include "iotest.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

/* A second thread that runs @work once; @done tells whether it has come back. */
struct other {
	pthread_t thread;
	void (*work)(void *context);
	void *context;
	atomic_int done, tid; /* tid: 0 until it runs */
};

static inline void *other_main(void *arg)
{
	struct other *other = arg;

	atomic_store(&other->tid, (int)syscall(SYS_gettid));
	other->work(other->context);
	atomic_store(&other->done, 1);
	return NULL;
}

static inline void other_start(struct other *other, void (*work)(void *context), void *context)
{
	iop_event_hook = NULL;
	other->work = work;
	other->context = context;
	atomic_store(&other->done, 0);
	atomic_store(&other->tid, 0);
	assert_int_equal(pthread_create(&other->thread, NULL, other_main, other), 0);
}

static inline void other_join(struct other *other)
{
	assert_int_equal(pthread_join(other->thread, NULL), 0);
	assert_int_equal(atomic_load(&other->done), 1);
}

#endif
