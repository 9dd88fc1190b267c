/* SPDX-License-Identifier: MIT */
#include "temporary.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FOLDERS 16

static char folder[FOLDERS][PATH_MAX];
static volatile sig_atomic_t used[FOLDERS];
static pid_t owner;

/* Only what a signal handler may call. Folders in it are not made. */
static void remove_all_of(const char *path)
{
	_Alignas(struct dirent64) char block[4096];
	int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	ssize_t n;

	while (fd >= 0 && (n = getdents64(fd, block, sizeof(block))) > 0)
		for (ssize_t at = 0; at < n; at += ((struct dirent64 *)(void *)(block + at))->d_reclen)
			unlinkat(fd, ((struct dirent64 *)(void *)(block + at))->d_name, 0);
	if (fd >= 0)
		close(fd);
	rmdir(path);
}

/* A child that has not become another program yet has the handler, but not the folders. */
static void end(int number)
{
	for (size_t i = 0; i < FOLDERS && getpid() == owner; i++)
		if (used[i])
			remove_all_of(folder[i]);
	signal(number, SIG_DFL);
	raise(number);
}

static void handle(int number)
{
	struct sigaction action;

	if (sigaction(number, NULL, &action) || action.sa_handler != SIG_DFL)
		return;
	action = (struct sigaction){.sa_handler = end};
	sigaction(number, &action, NULL);
}

/* 0 or a negative errno. */
static int make(char *path, size_t n)
{
	size_t i = 0;

	if (!mkdtemp(path))
		return -errno;
	while (i < FOLDERS && used[i])
		i++;
	if (i < FOLDERS) {
		memcpy(folder[i], path, n + 1);
		used[i] = 1;
	}
	return 0;
}

int iop_temporary_make(char *path, size_t size, const char *name)
{
	const char *parent = getenv("TMPDIR");
	sigset_t all, before;
	int n = snprintf(path, size, "%s/iopath-%s-XXXXXX", parent && *parent ? parent : "/tmp", name);

	if (n < 0 || (size_t)n >= size || n >= PATH_MAX)
		return -ENAMETOOLONG;
	owner = getpid();
	handle(SIGINT);
	handle(SIGTERM);
	handle(SIGHUP);
	/* Between making and noting it no signal may end the process. */
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	n = make(path, (size_t)n);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return n;
}

void iop_temporary_remove(const char *path)
{
	remove_all_of(path);
	for (size_t i = 0; i < FOLDERS; i++)
		if (used[i] && strcmp(folder[i], path) == 0)
			used[i] = 0;
}
