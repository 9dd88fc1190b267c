/* SPDX-License-Identifier: MIT */
#include "engine_process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define PAUSE 20000000 /* ns */
#define GRACE 100      /* pauses */

static void become(const char *const *words, const char *const *environment, const char *log, pid_t parent)
{
	const int out = open(log, O_WRONLY | O_CREAT | O_APPEND, 0600), in = open("/dev/null", O_RDONLY);

	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() != parent || out < 0 || in < 0)
		_exit(127);
	dup2(in, 0);
	dup2(out, 1);
	dup2(out, 2);
	close_range(3, ~0U, 0);
	signal(SIGINT, SIG_DFL);
	signal(SIGTERM, SIG_DFL);
	for (; *environment; environment++)
		putenv((char *)(uintptr_t)*environment);
	execvp(words[0], (char *const *)(uintptr_t)words);
	dprintf(2, "%s: %s\n", words[0], strerror(errno));
	_exit(127);
}

int iop_engine_start(struct iop_engine_process *p, const char *const *words, const char *const *environment, const char *log)
{
	const pid_t parent = getpid();

	fflush(NULL);
	*p = (struct iop_engine_process){.pid = fork()};
	if (p->pid == 0)
		become(words, environment, log, parent);
	if (p->pid < 0) {
		p->pid = 0;
		return -errno;
	}
	setpgid(p->pid, p->pid);
	return 0;
}

bool iop_engine_ended(struct iop_engine_process *p)
{
	int status;

	if (!p->pid)
		return true;
	if (waitpid(p->pid, &status, WNOHANG) != p->pid)
		return false;
	kill(-p->pid, SIGKILL);
	p->pid = 0;
	p->status = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
	return true;
}

void iop_engine_pause(void)
{
	const struct timespec time = {.tv_nsec = PAUSE};

	nanosleep(&time, NULL);
}

void iop_engine_stop(struct iop_engine_process *p)
{
	if (p->pid)
		kill(p->pid, SIGTERM);
	for (int i = 0; i < GRACE && !iop_engine_ended(p); i++)
		iop_engine_pause();
	while (!iop_engine_ended(p)) {
		kill(-p->pid, SIGKILL);
		iop_engine_pause();
	}
}

bool iop_engine_wait(struct iop_engine_process *p, double seconds, const volatile sig_atomic_t *stop)
{
	double left = seconds;

	while (!iop_engine_ended(p)) {
		if (left < 0 || (stop && *stop)) {
			iop_engine_stop(p);
			return false;
		}
		iop_engine_pause();
		left -= PAUSE * 1e-9;
	}
	return true;
}

void iop_engine_last_line(const char *log, char *line, size_t size)
{
	FILE *in = fopen(log, "re");
	char next[1024];

	*line = '\0';
	while (in && fgets(next, sizeof(next), in)) {
		next[strcspn(next, "\n")] = '\0';
		if (*next)
			snprintf(line, size, "%s", next);
	}
	if (in)
		fclose(in);
}
