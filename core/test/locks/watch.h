/* SPDX-License-Identifier: MIT */
/**
 * watch.h - whether what a lock guards is touched under that lock, without a second thread
 *
 * A test includes one file of the core and is compiled with -fsanitize=thread, but linked with watch.c in place of that sanitizer's
 * library: each access of the file to memory becomes a call, as do its locks and conditions, which are wrapped. What is guarded, and
 * by which lock, the test says. One thread runs one call at a time, so each run sees the same; what other threads would do meanwhile
 * is done by a hook where the call waits.
 *
 * Found are: an access without its lock, whether that was never taken, taken too late, given back too early or another one; more or
 * fewer critical sections than the call should have, since a state that was checked in one may have changed by the next; a condition
 * that is awaited or announced without its lock; a lock taken twice, not given back, or given back by who has not got it.
 */
#ifndef IOPATH_TEST_LOCKS_WATCH_H
#define IOPATH_TEST_LOCKS_WATCH_H

#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct watch_case {
	const char *name;
	void (*call)(void);
	unsigned sections; /* how often it takes a lock */
};

/* What is at @at is touched under @lock only: plainly, by a change, or at all. */
enum watch_access {
	WATCH_PLAIN,
	WATCH_CHANGE, /* atomic: a store, or a read-modify-write */
	WATCH_LOAD    /* atomic */
};
void watch_guarded(const void *at, size_t size, const pthread_mutex_t *lock, const char *what, enum watch_access up_to);
#define WATCH(object, lock)	    watch_guarded(&(object), sizeof(object), lock, #object, WATCH_PLAIN)
#define WATCH_CHANGES(object, lock) watch_guarded(&(object), sizeof(object), lock, #object, WATCH_CHANGE)
#define WATCH_ALL(object, lock)	    watch_guarded(&(object), sizeof(object), lock, #object, WATCH_LOAD)
/* @cond is awaited and announced under @lock; @meanwhile is what happens while it is awaited. */
void watch_condition(const pthread_cond_t *cond, const pthread_mutex_t *lock, void (*meanwhile)(void));
/* Nothing is guarded any more. */
void watch_nothing(void);

/* In a function that the file calls: @what has to happen under @lock, or under none. */
void watch_called_under(const pthread_mutex_t *lock, const char *what);
void watch_called_free(const char *what);
/* Calls @call, which must panic; the hook must be called under no lock. */
void watch_panics(void (*call)(void));
/* The case has no control: it changes nothing, and only whether it gives its lock back is seen. */
void watch_no_control(void);
/* Accesses of the test's own, within a call. */
void watch_pause(void);
void watch_go_on(void);

/*
 * Runs each case twice. The second time is the control: no lock counts as held, which must be noticed. Prints what was found and
 * returns how many cases are wrong.
 */
int watch_cases(const struct watch_case *cases, size_t count);
#define WATCH_CASES(array) watch_cases(array, sizeof(array) / sizeof((array)[0]))

#endif
