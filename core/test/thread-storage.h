/* SPDX-License-Identifier: MIT */
/** thread-storage.h - whether a signal leaves a thread its own thread-local storage */
#ifndef IOPATH_TEST_THREAD_STORAGE_H
#define IOPATH_TEST_THREAD_STORAGE_H

#include "iotest.h"

#include <pthread.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#ifdef __i386__

static _Thread_local volatile int thread_storage_owner;

static inline void *thread_storage_other(void *arg)
{
	thread_storage_owner = 2;
	return arg;
}

static inline void thread_storage_handler(int number)
{
	(void)number;
}

/* As it is no longer what it was if the storage is lost, a child does it: 1 its own, 2 the other thread's. */
static inline int thread_storage_child(void)
{
	struct sigaction action = {.sa_handler = thread_storage_handler};
	pthread_t thread;

	thread_storage_owner = 1;
	if (pthread_create(&thread, NULL, thread_storage_other, NULL) || pthread_join(thread, NULL) ||
	    sigaction(SIGUSR2, &action, NULL) || raise(SIGUSR2))
		return 3;
	return thread_storage_owner;
}

/*
 * Threads of qemu-i386 (7.2) share one table of descriptors: when a handler returns, the thread's %gs selects the storage of the
 * thread that was made last. What the program does then is undefined. No processor does that.
 */
static inline int thread_storage_is_lost(const char *what)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0)
		_exit(thread_storage_child());
	assert_true(child > 0);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_in_range(WEXITSTATUS(status), 1, 2);
	if (WEXITSTATUS(status) == 1)
		return 0;
	printf("skipped: %s: this emulator gives a thread another one's thread-local storage after a signal\n", what);
	return 1;
}

#else

static inline int thread_storage_is_lost(const char *what)
{
	(void)what;
	return 0;
}

#endif

#endif
