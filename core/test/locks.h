/* SPDX-License-Identifier: MIT */
/**
 * locks.h - whether a function waits for a lock, without a race
 *
 * The test holds the lock while another thread calls the function. That thread either asks for the lock, which is seen since
 * pthread_mutex_lock is wrapped, or comes back without having asked: there is no third way, and no time matters. Control: the same
 * call again with its lock taken away must come back.
 */
#ifndef IOPATH_TEST_LOCKS_H
#define IOPATH_TEST_LOCKS_H

#include "other-thread.h"

#include <sched.h>

struct lock_case {
	const char *name;
	void (*call)(void *context);
};

int __real_pthread_mutex_lock(pthread_mutex_t *lock);
int __real_pthread_mutex_unlock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_lock(pthread_mutex_t *lock);
int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock);

/* The lock that the test holds, and what the other thread does with it. */
static pthread_mutex_t *lock_held;
static atomic_int lock_asked, lock_lost;
static _Thread_local int lock_holder;

int __wrap_pthread_mutex_lock(pthread_mutex_t *lock)
{
	if (lock == lock_held && !lock_holder) {
		if (atomic_load(&lock_lost))
			return 0;
		atomic_store(&lock_asked, 1);
	}
	return __real_pthread_mutex_lock(lock);
}

int __wrap_pthread_mutex_unlock(pthread_mutex_t *lock)
{
	if (lock == lock_held && !lock_holder && atomic_load(&lock_lost))
		return 0;
	return __real_pthread_mutex_unlock(lock);
}

/* Whether the call asks for @lock and, while another thread holds it, does not come back. */
static int waits_for(pthread_mutex_t *lock, void (*call)(void *context), void *context, int lost)
{
	struct other other;
	int waits;

	lock_holder = 1;
	lock_held = lock;
	atomic_store(&lock_asked, 0);
	atomic_store(&lock_lost, lost);
	__real_pthread_mutex_lock(lock);
	other_start(&other, call, context);
	while (!atomic_load(&lock_asked) && !atomic_load(&other.done))
		sched_yield();
	waits = !atomic_load(&other.done);
	__real_pthread_mutex_unlock(lock);
	other_join(&other);
	lock_held = NULL;
	return waits;
}

static void each_waits_for(pthread_mutex_t *lock, const struct lock_case *cases, size_t count, void *context)
{
	for (size_t i = 0; i < count; i++) {
		if (!waits_for(lock, cases[i].call, context, 0))
			fail_msg("%s does not wait for its lock", cases[i].name);
		if (waits_for(lock, cases[i].call, context, 1))
			fail_msg("control: %s without its lock is not noticed", cases[i].name);
	}
}

#define LOCK_CASE(function, ...)            \
	static void function(void *context) \
	{                                   \
		(void)context;              \
		__VA_ARGS__;                \
	}
#define LOCK_CASES(array) array, sizeof(array) / sizeof((array)[0])

#endif
