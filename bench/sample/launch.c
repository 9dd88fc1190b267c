/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include "worker.h"

#include <host/fail.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOOL_MOST 16

static const char *const side_name[IOP_SIDES] = {"base", "candidate"};

static int copy_file(const char *from, const char *to)
{
	char block[65536];
	int in = open(from, O_RDONLY | O_CLOEXEC), out, err = 0;
	struct stat st;
	ssize_t n;

	if (in < 0)
		return -errno;
	if (fstat(in, &st) || !S_ISREG(st.st_mode)) {
		close(in);
		return -EISDIR;
	}
	out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	if (out < 0) {
		err = -errno;
		close(in);
		return err;
	}
	while (!err && (n = read(in, block, sizeof(block))) != 0)
		if (n < 0 || write(out, block, (size_t)n) != n)
			err = n < 0 ? -errno : -ENOSPC;
	close(in);
	if (close(out) && !err)
		err = -errno;
	return err;
}

int iop_launcher_open(struct iop_launcher *l, const char *base, const char *candidate, const volatile sig_atomic_t *stop)
{
	const char *tmp = getenv("TMPDIR");

	memset(l, 0, sizeof(*l));
	l->given[IOP_BASE] = base;
	l->given[IOP_CANDIDATE] = candidate;
	l->stop = stop;
	snprintf(l->folder, sizeof(l->folder), "%s/iopath-gate-XXXXXX", tmp && *tmp ? tmp : "/tmp");
	if (!mkdtemp(l->folder)) {
		l->folder[0] = '\0';
		return iop_fail("gate", "set TMPDIR to another folder", "cannot create a folder for the modules: %s",
				strerror(errno));
	}
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		int err;

		snprintf(l->module[side], sizeof(l->module[side]), "%s/%s.so", l->folder, side_name[side]);
		err = copy_file(l->given[side], l->module[side]);
		if (err) {
			iop_fail("gate", "it is a libiopath-cells.so", "cannot read the %s, %s: %s", side_name[side],
				 l->given[side], strerror(-err));
			iop_launcher_close(l);
			return IOP_EXIT_USAGE;
		}
	}
	return 0;
}

void iop_launcher_close(struct iop_launcher *l)
{
	static const char *const files[] = {"base.so", "candidate.so", "plan", "stderr", "counts"};
	char path[PATH_MAX + 16];

	if (!l->folder[0])
		return;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", l->folder, files[i]);
		unlink(path);
	}
	rmdir(l->folder);
	l->folder[0] = '\0';
}

static int write_plan(const char *path, const struct iop_task *tasks, size_t count)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -errno;
	for (size_t i = 0; i < count; i++)
		fprintf(file, "%d %d %d %" PRIu64 " %" PRIu64 " %u %s\n", tasks[i].id, tasks[i].index[IOP_BASE],
			tasks[i].index[IOP_CANDIDATE], tasks[i].ops[IOP_BASE], tasks[i].ops[IOP_CANDIDATE], tasks[i].rounds,
			tasks[i].name);
	return fclose(file) ? -errno : 0;
}

/* The program itself, again: the kernel's link to it survives its replacement by a new build, a path does not. */
static void become_worker(const struct iop_launcher *l, const char *const *tool, const char *mode, const char *plan,
			  const char *errors, uint64_t seed, int answers)
{
	char seed_text[32], self[PATH_MAX] = "/proc/self/exe";
	const char *argv[TOOL_MOST + 10];
	int n = 0, persona = personality(0xffffffff), fd;

	snprintf(seed_text, sizeof(seed_text), "%" PRIu64, seed);
	if (tool && readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		_exit(IOP_EXIT_USAGE);
	for (; tool && tool[n] && n < TOOL_MOST; n++)
		argv[n] = tool[n];
	argv[n++] = tool ? self : "iopath";
	argv[n++] = "gate";
	argv[n++] = "--worker";
	argv[n++] = mode;
	argv[n++] = l->module[IOP_BASE];
	argv[n++] = l->module[IOP_CANDIDATE];
	argv[n++] = plan;
	argv[n++] = seed_text;
	argv[n] = NULL;
	/* The memory layout is part of the sample: without address randomisation only one layout would be measured. */
	if (persona != -1 && !tool)
		personality((unsigned long)persona & ~(unsigned long)ADDR_NO_RANDOMIZE);
	fd = open(errors, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	if (fd >= 0)
		dup2(fd, STDERR_FILENO);
	dup2(STDERR_FILENO, STDOUT_FILENO);
	if (answers == IOP_WORKER_FD)
		fcntl(answers, F_SETFD, 0);
	else
		dup2(answers, IOP_WORKER_FD);
	if (tool)
		execvp(argv[0], (char *const *)(uintptr_t)argv);
	else
		execv(self, (char *const *)(uintptr_t)argv);
	_exit(127);
}

struct reader {
	char text[4096];
	size_t used;
	void (*line)(void *user, char *text);
	void *user;
	struct iop_launch_end *end;
};

static void take_line(struct reader *r, char *text)
{
	if (text[0] == 's') {
		r->end->side = -1;
		sscanf(text, "s %d %d", &r->end->last, &r->end->side);
	} else if (text[0] == 'w')
		snprintf(r->end->reason, sizeof(r->end->reason), "%s", text + (text[1] ? 2 : 1));
	else
		r->line(r->user, text);
}

/* False at the end. */
static bool take(struct reader *r, int fd)
{
	ssize_t n = read(fd, r->text + r->used, sizeof(r->text) - 1 - r->used);
	char *start = r->text, *newline;

	if (n <= 0)
		return n < 0 && errno == EINTR;
	r->used += (size_t)n;
	r->text[r->used] = '\0';
	while ((newline = strchr(start, '\n'))) {
		*newline = '\0';
		take_line(r, start);
		start = newline + 1;
	}
	r->used -= (size_t)(start - r->text);
	memmove(r->text, start, r->used);
	return r->used < sizeof(r->text) - 1;
}

/* The worker's output, with the copies renamed to the originals. */
static void read_errors(const struct iop_launcher *l, const char *path, char *reason, size_t size)
{
	char line[1024] = "";
	FILE *file = fopen(path, "re");
	char *text = line;

	if (!file)
		return;
	if (!fgets(line, sizeof(line), file))
		line[0] = '\0';
	fclose(file);
	line[strcspn(line, "\n")] = '\0';
	if (strncmp(text, "iopath: cells: ", 15) != 0)
		return;
	text += 15;
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++) {
		char *at = strstr(text, l->module[side]);

		if (at) {
			snprintf(reason, size, "%.*s%s%s", (int)(at - text), text, l->given[side], at + strlen(l->module[side]));
			return;
		}
	}
	snprintf(reason, size, "%s", text);
}

static void judge(const struct iop_launcher *l, const char *errors, int status, bool late, struct iop_launch_end *end)
{
	end->stopped = *l->stop;
	end->good = !end->stopped && !late && WIFEXITED(status) && WEXITSTATUS(status) == 0 && !end->reason[0];
	if (end->good)
		return;
	if (late)
		snprintf(end->reason, sizeof(end->reason), "no answer, so it was ended");
	else if (WIFSIGNALED(status))
		snprintf(end->reason, sizeof(end->reason), "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 127)
		snprintf(end->reason, sizeof(end->reason), "cannot start a process");
	else if (!end->reason[0])
		snprintf(end->reason, sizeof(end->reason), "exit %d", WEXITSTATUS(status));
	read_errors(l, errors, end->reason, sizeof(end->reason));
}

void iop_launch(const struct iop_launcher *l, const char *const *tool, const char *mode, const struct iop_task *tasks, size_t count,
		uint64_t seed, double patience, void (*line)(void *user, char *text), void *user, struct iop_launch_end *end)
{
	char plan[PATH_MAX + 16], errors[PATH_MAX + 16];
	struct reader reader = {.line = line, .user = user, .end = end};
	int answers[2], status = 0;
	bool late = false, open = true;
	pid_t child;

	*end = (struct iop_launch_end){.last = -1, .side = -1};
	snprintf(plan, sizeof(plan), "%s/plan", l->folder);
	snprintf(errors, sizeof(errors), "%s/stderr", l->folder);
	if (write_plan(plan, tasks, count) || pipe2(answers, O_CLOEXEC)) {
		snprintf(end->reason, sizeof(end->reason), "%s", strerror(errno));
		return;
	}
	child = fork();
	if (child == 0)
		become_worker(l, tool, mode, plan, errors, seed, answers[1]);
	close(answers[1]);
	while (child > 0 && open) {
		struct pollfd poller = {.fd = answers[0], .events = POLLIN};
		int ready = poll(&poller, 1, (int)(patience * 1e3));

		late = ready == 0;
		if (*l->stop || late) {
			kill(child, SIGKILL);
			break;
		}
		if (ready > 0)
			open = take(&reader, answers[0]);
	}
	close(answers[0]);
	if (child < 0)
		snprintf(end->reason, sizeof(end->reason), "cannot start a process: %s", strerror(errno));
	else
		while (waitpid(child, &status, 0) < 0 && errno == EINTR)
			;
	if (child > 0)
		judge(l, errors, status, late, end);
	if (l->after)
		l->after(l->user);
}
