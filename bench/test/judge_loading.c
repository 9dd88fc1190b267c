/* SPDX-License-Identifier: MIT */
/* Objects that do something when they are loaded or unloaded: built once for each, with LOADING or UNLOADING. */
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

void loaded_copy(volatile void *io, const void *src, size_t n);
void loaded_copy(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile uint8_t *)io)[i] = ((const volatile uint8_t *)src)[i];
}

static void *forever(void *arg)
{
	pause();
	return arg;
}

static void ignored(int number)
{
	(void)number;
}

static __attribute__((constructor)) void loading(void)
{
	const char *what = LOADING;
	const struct itimerval soon = {.it_value = {.tv_usec = 1000}, .it_interval = {.tv_usec = 1000}};
	pthread_t thread;

	if (strcmp(what, "exits") == 0)
		exit(0);
	if (strcmp(what, "crashes") == 0)
		raise(SIGSEGV);
	if (strcmp(what, "waits") == 0)
		pause();
	if (strcmp(what, "thread") == 0)
		pthread_create(&thread, NULL, forever, NULL);
	if (strcmp(what, "child") == 0 && fork() == 0)
		pause();
	if (strcmp(what, "prints") == 0)
		printf("{\"legal\": true}\n"), fflush(stdout);
	if (strcmp(what, "closes") == 0)
		for (int fd = 0; fd < 256; fd++)
			close(fd);
	if (strcmp(what, "timer") == 0)
		setitimer(ITIMER_REAL, &soon, NULL);
	if (strcmp(what, "handler") == 0)
		signal(SIGSEGV, ignored), signal(SIGSYS, ignored);
}

static __attribute__((destructor)) void unloading(void)
{
	if (strcmp(LOADING, "crashes-late") == 0)
		raise(SIGSEGV);
}
