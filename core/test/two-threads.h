/* SPDX-License-Identifier: MIT */
/** two-threads.h - a second thread at the same time: both start together, and it runs until told to stop. */
#ifndef IOPATH_TEST_TWO_THREADS_H
#define IOPATH_TEST_TWO_THREADS_H

#include "iotest.h"

#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>

struct partner {
	pthread_t thread;
	pthread_barrier_t start;
	atomic_int stop;
	void (*turn)(void *context, size_t round);
	void *context;
};

static void *partner_main(void *arg)
{
	struct partner *p = (struct partner *)arg;

	pthread_barrier_wait(&p->start);
	for (size_t round = 0; !atomic_load_explicit(&p->stop, memory_order_relaxed); round++)
		p->turn(p->context, round);
	return NULL;
}

/* Events are recorded without a lock, so none are while two threads run. */
static inline void partner_start(struct partner *p, void (*turn)(void *context, size_t round), void *context)
{
	iop_event_hook = NULL;
	p->turn = turn;
	p->context = context;
	atomic_init(&p->stop, 0);
	assert_int_equal(pthread_barrier_init(&p->start, NULL, 2), 0);
	assert_int_equal(pthread_create(&p->thread, NULL, partner_main, p), 0);
	pthread_barrier_wait(&p->start);
}

static inline void partner_stop(struct partner *p)
{
	atomic_store_explicit(&p->stop, 1, memory_order_relaxed);
	assert_int_equal(pthread_join(p->thread, NULL), 0);
	pthread_barrier_destroy(&p->start);
}

#endif
