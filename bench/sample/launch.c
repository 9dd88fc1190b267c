/* SPDX-License-Identifier: MIT */
#include "launch.h"

#include "worker.h"

#include <host/fail.h>
#include <host/temporary.h>
#include <host/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOOL_MOST 16
#define GRACE	  2.0 /* seconds */
#define SLICE	  0.5 /* likewise: another thread may get the signal */

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

/* Both sides' files, each under a name of its own. */
static void name_copy(const struct iop_launcher *l, enum iop_side side, size_t i, char path[PATH_MAX + 32])
{
	snprintf(path, PATH_MAX + 32, "%s/%s-%zu.so", l->folder, side_name[side], i);
}

static int copy_module(struct iop_launcher *l, enum iop_side side, const char *given, const char *what)
{
	char path[PATH_MAX + 32];
	size_t i = l->side[side].count;
	int err;

	name_copy(l, side, i, path);
	err = copy_file(given, path);
	if (err)
		return iop_fail(l->command, "it is a libiopath-cells.so, or a module of your own", "cannot read the %s, %s: %s",
				what, given, strerror(-err));
	l->side[side].given[i] = given;
	l->side[side].copy[i] = strdup(path);
	l->side[side].count++;
	return l->side[side].copy[i] ? 0 : iop_fail(l->command, NULL, "out of memory");
}

static int open_folder(struct iop_launcher *l, const char *command, const volatile sig_atomic_t *stop)
{
	int err;

	memset(l, 0, sizeof(*l));
	l->command = command;
	l->stop = stop;
	err = iop_temporary_make(l->folder, sizeof(l->folder), command);
	if (!err)
		return 0;
	l->folder[0] = '\0';
	return iop_fail(command, "set TMPDIR to another folder", "cannot create a folder for the modules: %s", strerror(-err));
}

static int copy_side(struct iop_launcher *l, enum iop_side side, const char *const *paths, size_t count, const char *what)
{
	int err = 0;

	if (count > IOP_LAUNCHER_MODULES)
		return iop_fail(l->command, NULL, "%zu modules are too many, up to %d are loaded", count, IOP_LAUNCHER_MODULES);
	for (size_t i = 0; i < count && !err; i++)
		err = copy_module(l, side, paths[i], what);
	return err;
}

static int open_both(struct iop_launcher *l, const char *command, const char *const *base, size_t bases,
		     const char *const *candidate, size_t candidates, const volatile sig_atomic_t *stop)
{
	int err = open_folder(l, command, stop);

	if (err)
		return err;
	err = copy_side(l, IOP_BASE, base, bases, candidates ? side_name[IOP_BASE] : "module");
	if (!err)
		err = copy_side(l, IOP_CANDIDATE, candidate, candidates, side_name[IOP_CANDIDATE]);
	if (err)
		iop_launcher_close(l);
	return err;
}

int iop_launcher_open(struct iop_launcher *l, const char *command, const char *base, const char *candidate,
		      const volatile sig_atomic_t *stop)
{
	return open_both(l, command, &base, 1, &candidate, candidate != NULL, stop);
}

int iop_launcher_open_sides(struct iop_launcher *l, const char *command, const struct iop_launcher_paths side[IOP_SIDES],
			    const volatile sig_atomic_t *stop)
{
	return open_both(l, command, side[IOP_BASE].path, side[IOP_BASE].count, side[IOP_CANDIDATE].path, side[IOP_CANDIDATE].count,
			 stop);
}

int iop_launcher_open_modules(struct iop_launcher *l, const char *command, const char *const *paths, size_t count,
			      const volatile sig_atomic_t *stop)
{
	return open_both(l, command, paths, count, NULL, 0, stop);
}

void iop_launcher_close(struct iop_launcher *l)
{
	if (!l->folder[0])
		return;
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		for (size_t i = 0; i <= l->side[side].count && i < IOP_LAUNCHER_MODULES; i++)
			free(l->side[side].copy[i]);
	iop_temporary_remove(l->folder);
	l->folder[0] = '\0';
}

static int write_plan(const char *path, const struct iop_task *tasks, size_t count)
{
	FILE *file = fopen(path, "we");

	if (!file)
		return -errno;
	for (size_t i = 0; i < count; i++)
		fprintf(file, "%d %d %d %" PRIu64 " %" PRIu64 " %u %s%s%s\n", tasks[i].id, tasks[i].index[IOP_BASE],
			tasks[i].index[IOP_CANDIDATE], tasks[i].ops[IOP_BASE], tasks[i].ops[IOP_CANDIDATE], tasks[i].rounds,
			tasks[i].name, tasks[i].base_name ? "\t" : "", tasks[i].base_name ? tasks[i].base_name : "");
	return fclose(file) ? -errno : 0;
}

/* A side as an argument: its files, one a line. NULL without memory. */
static char *side_text(const struct iop_launcher *l, enum iop_side side)
{
	size_t room = 1, used = 0;
	char *text;

	if (!l->side[side].count)
		side = IOP_BASE;
	for (size_t i = 0; i < l->side[side].count; i++)
		room += strlen(l->side[side].copy[i]) + 1;
	text = calloc(room, 1);
	for (size_t i = 0; text && i < l->side[side].count; i++)
		used += (size_t)snprintf(text + used, room - used, "%s%s", i ? "\n" : "", l->side[side].copy[i]);
	return text;
}

/* The program itself, again: the kernel's link to it survives its replacement by a new build, a path does not. */
static void become_worker(const struct iop_launcher *l, const char *const *tool, const char *mode, const char *plan,
			  const char *errors, uint64_t seed, int answers, int place)
{
	char *side[IOP_SIDES] = {side_text(l, IOP_BASE), side_text(l, IOP_CANDIDATE)};
	char seed_text[32], self[PATH_MAX] = "/proc/self/exe";
	const char *argv[TOOL_MOST + 10];
	int n = 0, worker, persona = personality(0xffffffff), fd;

	snprintf(seed_text, sizeof(seed_text), "%" PRIu64, seed);
	if (!side[IOP_BASE] || !side[IOP_CANDIDATE])
		_exit(IOP_EXIT_USAGE);
	if (tool && readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		_exit(IOP_EXIT_USAGE);
	for (; tool && tool[n] && n < TOOL_MOST; n++)
		argv[n] = tool[n];
	argv[n++] = tool ? self : "iopath";
	worker = n;
	argv[n++] = "--worker";
	argv[n++] = mode;
	argv[n++] = side[IOP_BASE];
	argv[n++] = side[IOP_CANDIDATE];
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
	answers = fcntl(answers, F_DUPFD, IOP_WORKER_PLACE_FD + 1);
	place = fcntl(place, F_DUPFD, IOP_WORKER_PLACE_FD + 1);
	dup2(answers, IOP_WORKER_FD);
	dup2(place, IOP_WORKER_PLACE_FD);
	close(answers);
	close(place);
	if (tool) {
		execvp(argv[0], (char *const *)(uintptr_t)argv);
		_exit(127);
	}
	execv(self, (char *const *)(uintptr_t)argv);
	/* Under an emulator of another architecture a program cannot start itself. This process is one of its own as well. */
	_exit(iop_worker_run(n - worker, (char **)(uintptr_t)(argv + worker)));
}

struct reader {
	char text[4096];
	size_t used;
	void (*line)(void *user, char *text);
	void *user;
	struct iop_launch_end *end;
	bool done; /* it said so: an exit code of 0 may be the module's */
};

static void take_line(struct reader *r, char *text)
{
	if (text[0] == IOP_WORKER_DONE[0])
		r->done = true;
	else if (text[0] == 'w')
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

/* Some text with the copies renamed to the originals. */
static void rename_copies(const struct iop_launcher *l, const char *text, char *reason, size_t size)
{
	for (enum iop_side side = IOP_BASE; side < IOP_SIDES; side++)
		for (size_t i = 0; i < l->side[side].count; i++) {
			const char *copy = l->side[side].copy[i], *at = strstr(text, copy);

			if (at) {
				snprintf(reason, size, "%.*s%s%s", (int)(at - text), text, l->side[side].given[i],
					 at + strlen(copy));
				return;
			}
		}
	snprintf(reason, size, "%s", text);
}

/* The worker's last word: the modules may have written there as well. "iopath: COMMAND: " comes first. */
static void read_errors(const struct iop_launcher *l, const char *path, char *reason, size_t size)
{
	char line[1024], last[sizeof(line)] = "";
	FILE *file = fopen(path, "re");

	if (!file)
		return;
	while (fgets(line, sizeof(line), file)) {
		const char *text = strncmp(line, "iopath: ", 8) == 0 ? strstr(line + 8, ": ") : NULL;

		line[strcspn(line, "\n")] = '\0';
		if (text)
			snprintf(last, sizeof(last), "%s", text + 2);
	}
	fclose(file);
	if (*last)
		rename_copies(l, last, reason, size);
}

static void judge(const struct iop_launcher *l, const char *errors, int status, bool late, bool done, struct iop_launch_end *end)
{
	end->stopped = *l->stop;
	end->signal = !late && WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	end->good = !end->stopped && !late && WIFEXITED(status) && WEXITSTATUS(status) == 0 && done && !end->reason[0];
	if (end->good)
		return;
	if (late)
		snprintf(end->reason, sizeof(end->reason), "no answer, so it was ended");
	else if (WIFSIGNALED(status))
		snprintf(end->reason, sizeof(end->reason), "killed by signal %d (%s)", WTERMSIG(status),
			 strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == 127)
		snprintf(end->reason, sizeof(end->reason), "cannot start a process");
	else if (!end->reason[0] && !WEXITSTATUS(status))
		snprintf(end->reason, sizeof(end->reason), "it ended its process itself (exit 0)");
	else if (!end->reason[0])
		snprintf(end->reason, sizeof(end->reason), "exit %d", WEXITSTATUS(status));
	read_errors(l, errors, end->reason, sizeof(end->reason));
}

static int make_place(volatile struct iop_worker_place **place)
{
	int fd = memfd_create("iopath-place", MFD_CLOEXEC);
	void *shared = MAP_FAILED;

	if (fd >= 0 && !ftruncate(fd, sizeof(**place)))
		shared = mmap(NULL, sizeof(**place), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	if (shared == MAP_FAILED) {
		if (fd >= 0)
			close(fd);
		return -1;
	}
	*place = shared;
	(*place)->task = (*place)->side = -1;
	return fd;
}

static void drop_place(volatile struct iop_worker_place *place, int fd)
{
	if (fd < 0)
		return;
	munmap((void *)(uintptr_t)place, sizeof(*place));
	close(fd);
}

/* Until it ends. Interrupted, it may say what it has measured, for a short time. True: it was silent and was ended. */
static bool listen_to(const struct iop_launcher *l, struct reader *reader, pid_t child, int fd, double patience)
{
	bool open = true, told = false;
	double silent = 0;

	while (open) {
		struct pollfd poller = {.fd = fd, .events = POLLIN};
		int ready = poll(&poller, 1, (int)(SLICE * 1e3));

		silent = ready ? 0 : silent + SLICE;
		if (*l->stop && !told) {
			kill(child, SIGTERM);
			told = true;
			silent = 0;
			continue;
		}
		if (silent >= (told ? GRACE : patience)) {
			kill(child, SIGKILL);
			return !told;
		}
		if (ready > 0)
			open = take(reader, fd);
	}
	return false;
}

void iop_launch(const struct iop_launcher *l, const char *const *tool, const char *mode, const struct iop_task *tasks, size_t count,
		uint64_t seed, double patience, void (*line)(void *user, char *text), void *user, struct iop_launch_end *end)
{
	char plan[PATH_MAX + 32], errors[PATH_MAX + 32];
	struct reader reader = {.line = line, .user = user, .end = end};
	volatile struct iop_worker_place *place = NULL;
	int answers[2], status = 0, place_fd;
	bool late = false;
	pid_t child;

	*end = (struct iop_launch_end){.last = -1, .side = -1};
	snprintf(plan, sizeof(plan), "%s/plan.%s", l->folder, mode);
	snprintf(errors, sizeof(errors), "%s/stderr.%s", l->folder, mode);
	place_fd = make_place(&place);
	if (place_fd < 0 || write_plan(plan, tasks, count) || pipe2(answers, O_CLOEXEC)) {
		snprintf(end->reason, sizeof(end->reason), "%s", strerror(errno));
		drop_place(place, place_fd);
		return;
	}
	child = fork();
	if (child == 0)
		become_worker(l, tool, mode, plan, errors, seed, answers[1], place_fd);
	close(answers[1]);
	if (child > 0)
		late = listen_to(l, &reader, child, answers[0], patience);
	close(answers[0]);
	if (child < 0)
		snprintf(end->reason, sizeof(end->reason), "cannot start a process: %s", strerror(errno));
	else
		status = iop_wait_for(child);
	end->last = place->task;
	end->side = place->side;
	drop_place(place, place_fd);
	if (child > 0)
		judge(l, errors, status, late, reader.done, end);
	if (l->after)
		l->after(l->user);
}
