/* SPDX-License-Identifier: MIT */
/**
 * weaken.h - locks that are lost on demand, for files that weaken.py has prepared
 *
 * IOP_WEAKEN names the fault, as "lost 2" (weaken.py lists them); without it the locks are as written.
 */
#ifndef IOPATH_TEST_LOCKS_WEAKEN_H
#define IOPATH_TEST_LOCKS_WEAKEN_H

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* One lock at a time: functions that hold two do not exist in the core. */
static struct {
	char kind[16];
	int number, asked, had_effect;
	pthread_mutex_t *held, *postponed, *skipped, *instead;
	pthread_mutex_t other;
} weaken = {.other = PTHREAD_MUTEX_INITIALIZER};

static void weaken_end(void)
{
	if (!weaken.had_effect)
		printf("weaken: no effect: no case comes by\n");
}

static int weaken_is(const char *kind, int number)
{
	const char *fault = getenv("IOP_WEAKEN");

	if (!weaken.asked++ && fault && sscanf(fault, "%15s %d", weaken.kind, &weaken.number) == 2)
		atexit(weaken_end);
	if (weaken.number != number || strcmp(weaken.kind, kind) != 0)
		return 0;
	return weaken.had_effect = 1;
}

/* The lock is taken here in @late of the boundaries behind it. */
static int weaken_postpones(const int *late)
{
	for (; *late; late++)
		if (weaken_is("late", *late))
			return 1;
	return 0;
}

static inline int weaken_lock(int number, pthread_mutex_t *lock, const int *late)
{
	weaken.held = lock;
	weaken.postponed = weaken.skipped = weaken.instead = NULL;
	if (weaken_is("lost", number)) {
		weaken.skipped = lock;
		return 0;
	}
	if (weaken_is("other", number))
		return pthread_mutex_lock(weaken.instead = &weaken.other);
	if (weaken_postpones(late)) {
		weaken.postponed = lock;
		return 0;
	}
	return pthread_mutex_lock(lock);
}

static inline int weaken_trylock(int number, pthread_mutex_t *lock, const int *late)
{
	return weaken_lock(number, lock, late);
}

static inline int weaken_unlock(int number, pthread_mutex_t *lock)
{
	int skipped = weaken.skipped == lock || weaken_is("kept", number);

	weaken.held = NULL;
	if (weaken.instead)
		lock = weaken.instead;
	return skipped ? 0 : pthread_mutex_unlock(lock);
}

/* Between two statements that are under a lock. */
static inline void weaken_at(int number)
{
	pthread_mutex_t *lock = weaken.held;

	if (!lock)
		return;
	if (weaken.postponed && weaken.number == number) {
		weaken.postponed = NULL;
		pthread_mutex_lock(lock);
	}
	if (!weaken.skipped && weaken_is("early", number)) {
		weaken.skipped = lock;
		pthread_mutex_unlock(lock);
	}
	if (weaken_is("split", number)) {
		pthread_mutex_unlock(lock);
		pthread_mutex_lock(lock);
	}
}

#endif
