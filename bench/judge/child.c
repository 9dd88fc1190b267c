/* SPDX-License-Identifier: MIT */
#include "child.h"

#include <host/limits.h>
#include <host/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define FILE_LIMIT ((rlim_t)1 << 20)
/* Seconds until the child's time is looked at. */
#define SOON 0.05

/* What the child may keep of its parent: the memory and the event files. */
static void close_others(const struct iop_child_seat *seat)
{
	const unsigned keep[] = {(unsigned)seat->shared_fd, (unsigned)seat->questions, (unsigned)seat->answers};
	unsigned from = 3;

	/* They were opened one after the other, so they ascend. */
	for (size_t i = 0; i < sizeof(keep) / sizeof(keep[0]); i++) {
		if (keep[i] > from)
			close_range(from, keep[i] - 1, 0);
		if (keep[i] >= from)
			from = keep[i] + 1;
	}
	close_range(from, ~0U, 0);
}

static void become_child(const struct iop_child_seat *seat, const struct iop_child_limits *limits, pid_t parent)
{
	int null = open("/dev/null", O_RDWR);

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent || null < 0)
		_exit(0);
	setpgid(0, 0);
	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	close_others(seat);
	iop_limit(RLIMIT_CORE, 0);
	iop_limit(RLIMIT_FSIZE, FILE_LIMIT);
	if (limits->memory)
		iop_limit(RLIMIT_AS, iop_mapped_bytes() + limits->memory);
}

static void release(struct iop_child *child)
{
	if (child->shared && child->shared != MAP_FAILED)
		munmap(child->shared, child->shared_bytes);
	for (size_t i = 0; i < 3; i++) {
		int *fd = i == 0 ? &child->pid_fd : i == 1 ? &child->questions : &child->answers;

		if (*fd >= 0)
			close(*fd);
		*fd = -1;
	}
	child->shared = NULL;
}

int iop_child_start(struct iop_child *child, size_t shared_bytes, const struct iop_child_limits *limits,
		    void (*body)(const struct iop_child_seat *seat, void *arg), void *arg)
{
	struct iop_child_seat seat = {.shared_fd = memfd_create("iopath-judge", MFD_CLOEXEC)};
	pid_t parent = getpid();
	int err;

	*child = (struct iop_child){.shared_bytes = shared_bytes, .limits = *limits, .pid_fd = -1};
	child->questions = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
	child->answers = eventfd(0, EFD_CLOEXEC | EFD_SEMAPHORE);
	if (seat.shared_fd < 0 || child->questions < 0 || child->answers < 0 || ftruncate(seat.shared_fd, (off_t)shared_bytes))
		goto fail;
	child->shared = mmap(NULL, shared_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, seat.shared_fd, 0);
	if (child->shared == MAP_FAILED)
		goto fail;
	seat.shared = child->shared;
	seat.questions = child->questions;
	seat.answers = child->answers;
	fflush(NULL);
	child->pid = fork();
	if (child->pid < 0)
		goto fail;
	if (child->pid == 0) {
		become_child(&seat, limits, parent);
		body(&seat, arg);
		_exit(0);
	}
	/* Both sides do it, so that neither depends on the other's having been first. */
	setpgid(child->pid, child->pid);
	close(seat.shared_fd);
	child->pid_fd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	if (child->pid_fd >= 0)
		return 0;
	err = -errno;
	iop_child_stop(child);
	return err;
fail:
	err = -errno;
	child->pid = 0;
	if (seat.shared_fd >= 0)
		close(seat.shared_fd);
	release(child);
	return err;
}

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec * 1e-9;
}

/* Ends what is left of the child and its group, and says how the child itself ended. */
static enum iop_child_end reap(struct iop_child *child, int *detail)
{
	const int status = iop_wait_for(child->pid);

	kill(-child->pid, SIGKILL);
	child->pid = 0;
	*detail = WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status);
	return WIFSIGNALED(status) ? IOP_CHILD_KILLED : IOP_CHILD_EXITED;
}

/* Seconds that a process was ready to run while others ran. */
static double kept_waiting(pid_t pid)
{
	unsigned long long ran, waited;
	char path[40];
	FILE *file;
	int count;

	snprintf(path, sizeof(path), "/proc/%d/schedstat", (int)pid);
	file = fopen(path, "re");
	if (!file)
		return 0;
	count = fscanf(file, "%llu %llu", &ran, &waited);
	fclose(file);
	return count == 2 ? (double)waited * 1e-9 : 0;
}

/* What a busy machine has taken of the child's time by the clock since it was @before (negative: not known yet), which is brought up. */
static double more_time(const struct iop_child *child, double *before)
{
	double now = kept_waiting(child->pid), more = *before < 0 ? 0 : now - *before;

	*before = now;
	return more;
}

enum iop_child_end iop_child_ask(struct iop_child *child, int *detail)
{
	struct pollfd files[] = {{.fd = child->answers, .events = POLLIN}, {.fd = child->pid_fd, .events = POLLIN}};
	double end = now() + child->limits.clock_seconds, left, waited = -1;
	uint64_t one = 1;

	*detail = 0;
	if (!child->pid)
		return IOP_CHILD_EXITED;
	if (write(child->questions, &one, sizeof(one)) != sizeof(one))
		return reap(child, detail);
	while ((left = end - now()) > 0) {
		/* Nearly every answer comes at once, and is not to cost a look at a file. */
		int got = poll(files, 2, waited < 0 && left > SOON ? (int)(SOON * 1e3) : (int)(left * 1e3) + 1);

		if (got < 0 && errno != EINTR)
			break;
		if (got == 0)
			end += more_time(child, &waited);
		/* An answer that was given before the child ended is an answer. */
		if (files[0].revents && read(child->answers, &one, sizeof(one)) == sizeof(one))
			return IOP_CHILD_ANSWERED;
		if (files[1].revents)
			return reap(child, detail);
	}
	kill(-child->pid, SIGKILL);
	kill(child->pid, SIGKILL);
	reap(child, detail);
	return IOP_CHILD_LATE;
}

void iop_child_stop(struct iop_child *child)
{
	int detail;

	if (child->pid) {
		kill(-child->pid, SIGKILL);
		kill(child->pid, SIGKILL);
		reap(child, &detail);
	}
	release(child);
}

bool iop_child_question(const struct iop_child_seat *seat)
{
	uint64_t one;
	ssize_t got;

	do
		got = read(seat->questions, &one, sizeof(one));
	while (got < 0 && errno == EINTR);
	return got == sizeof(one);
}

bool iop_child_answer(const struct iop_child_seat *seat)
{
	const uint64_t one = 1;
	ssize_t put;

	do
		put = write(seat->answers, &one, sizeof(one));
	while (put < 0 && errno == EINTR);
	return put == sizeof(one);
}
