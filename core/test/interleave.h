/* SPDX-License-Identifier: MIT */
/**
 * interleave.h - row 38: a value that notices being dropped twice or used afterwards, and two threads that try to make that happen
 *
 * once() is the check of everything: exactly one drop, and nobody found the value dead.
 */
#ifndef IOPATH_TEST_INTERLEAVE_H
#define IOPATH_TEST_INTERLEAVE_H

#include "other-thread.h"

#include <sched.h>

#define ALIVE  0xa11fe
#define DEAD   0xdead
#define ROUNDS 3000

/* The value: it is plain memory, so a drop during a use is a data race that ThreadSanitizer sees, and it says who uses it. */
struct thing {
	uint32_t state;
	uint32_t uses;
};

static atomic_int drops, used_dead;

static inline void drop_thing(void *value)
{
	struct thing *thing = value;

	if (thing->state != ALIVE)
		atomic_fetch_add(&used_dead, 1);
	thing->state = DEAD;
	atomic_fetch_add(&drops, 1);
}

/* Several threads hold guards at the same time, so that only the drop writes. */
static inline void use_thing(const struct thing *thing, int *arg)
{
	if (thing->state != ALIVE)
		atomic_fetch_add(&used_dead, 1);
	*arg += 1;
}

static const struct thing fresh = {.state = ALIVE};

static inline void reset(void)
{
	atomic_store(&drops, 0);
	atomic_store(&used_dead, 0);
}

static inline int once(void)
{
	return atomic_load(&drops) == 1 && atomic_load(&used_dead) == 0;
}

/* 'S' where the kernel has put it to sleep, which is how it waits for another thread. */
static inline char other_state(struct other *other)
{
	char path[64], text[256] = "", *name_end;
	FILE *file;

	snprintf(path, sizeof(path), "/proc/self/task/%d/stat", atomic_load(&other->tid));
	file = fopen(path, "r");
	if (!file)
		return '?';
	name_end = fgets(text, sizeof(text), file) ? strrchr(text, ')') : NULL;
	fclose(file);
	return name_end ? name_end[2] : '?';
}

/* Returns once it waits, or is done because it does not. */
static inline void until_it_waits(struct other *other)
{
	while (!atomic_load(&other->done) && other_state(other) != 'S')
		sched_yield();
}

/* Races: both threads start together, many times, and the check is made each time. */
struct race {
	pthread_barrier_t start, end;
	void (*left)(void *context), (*right)(void *context);
	void *context;
};

static inline void *race_right(void *arg)
{
	struct race *race = arg;

	for (int round = 0; round < ROUNDS; round++) {
		pthread_barrier_wait(&race->start);
		race->right(race->context);
		pthread_barrier_wait(&race->end);
	}
	return NULL;
}

static inline void run_race(void *context, void (*begin)(void *), void (*left)(void *), void (*right)(void *), void (*end)(void *))
{
	struct race race = {.left = left, .right = right, .context = context};
	pthread_t thread;

	iop_event_hook = NULL;
	assert_int_equal(pthread_barrier_init(&race.start, NULL, 2), 0);
	assert_int_equal(pthread_barrier_init(&race.end, NULL, 2), 0);
	assert_int_equal(pthread_create(&thread, NULL, race_right, &race), 0);
	for (int round = 0; round < ROUNDS; round++) {
		reset();
		begin(context);
		pthread_barrier_wait(&race.start);
		race.left(context);
		pthread_barrier_wait(&race.end);
		end(context);
		if (!once())
			fail_msg("round %d: %d drops, %d found dead", round, atomic_load(&drops), atomic_load(&used_dead));
	}
	assert_int_equal(pthread_join(thread, NULL), 0);
	pthread_barrier_destroy(&race.start);
	pthread_barrier_destroy(&race.end);
}

#endif
