/* SPDX-License-Identifier: MIT */
#include "record_start.h"

#include "cli.h"

#include <host/data.h>
#include <host/file.h>
#include <host/wait.h>
#include <record/contents.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#define LIBRARY "libiopath-record.so"
#define FILES	1000

static volatile sig_atomic_t child;

static void pass_on(int number)
{
	if (child > 0)
		kill((pid_t)child, number);
}

/* Where execvp() would find it; false: nowhere. */
static bool find(const char *name, char path[PATH_MAX])
{
	const char *places = getenv("PATH");
	char list[PATH_MAX], *rest = NULL;

	if (strchr(name, '/'))
		return snprintf(path, PATH_MAX, "%s", name) < PATH_MAX && access(path, X_OK) == 0;
	snprintf(list, sizeof(list), "%s", places ? places : "/usr/bin:/bin");
	for (char *place = strtok_r(list, ":", &rest); place; place = strtok_r(NULL, ":", &rest))
		if (snprintf(path, PATH_MAX, "%s/%s", place, name) < PATH_MAX && access(path, X_OK) == 0)
			return true;
	return false;
}

static bool is_static(const unsigned char *bytes, size_t size)
{
	const Elf64_Ehdr *head = (const void *)bytes;

	if (size < sizeof(*head) || memcmp(bytes, ELFMAG, SELFMAG) != 0)
		return false;
	for (size_t i = 0; i < head->e_phnum; i++) {
		size_t at = head->e_phoff + i * sizeof(Elf64_Phdr);

		if (at + sizeof(Elf64_Phdr) <= size && ((const Elf64_Phdr *)(const void *)(bytes + at))->p_type == PT_INTERP)
			return false;
	}
	return true;
}

/* NULL, or why a library cannot be loaded into the program at @path. */
static const char *why_not(const char *path)
{
	unsigned char bytes[4096] __attribute__((aligned(8)));
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? 0 : read(fd, bytes, sizeof(bytes));
	bool privileged = fd >= 0 && fgetxattr(fd, "security.capability", NULL, 0) > 0;
	struct stat st;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_mode & (S_ISUID | S_ISGID))
		privileged = true;
	if (fd >= 0)
		close(fd);
	if (size >= EI_NIDENT && memcmp(bytes, ELFMAG, SELFMAG) == 0 && bytes[EI_CLASS] != ELFCLASS64)
		return "it is a program of 32 bits";
	if (size > 0 && is_static(bytes, (size_t)size))
		return "it is linked statically, so that no library can be loaded into it";
	if (privileged && geteuid() != 0)
		return "it runs with the rights of another user, so that the loader takes no library from this one";
	return NULL;
}

static uint64_t nanoseconds(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int prepare(int fd, uint64_t limit)
{
	struct iop_recording_head head = {.version = IOP_RECORDING_VERSION,
					  .slot_bytes = sizeof(struct iop_slot),
					  .limit = limit,
					  .began = nanoseconds(CLOCK_REALTIME),
					  .monotonic = nanoseconds(CLOCK_MONOTONIC)};

	memcpy(head.magic, IOP_RECORDING_MAGIC, sizeof(head.magic));
	if (ftruncate(fd, IOP_RECORDING_HEAD + (off_t)(limit * sizeof(struct iop_slot))))
		return -errno;
	return pwrite(fd, &head, sizeof(head), 0) == sizeof(head) ? 0 : -EIO;
}

/* Recorded processes append through a shared mapping, which 9p, for one, may not have. 0 or a negative errno. */
static int check_mapping(int fd)
{
	void *map = mmap(NULL, IOP_RECORDING_HEAD, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);

	if (map == MAP_FAILED)
		return -errno;
	munmap(map, IOP_RECORDING_HEAD);
	return 0;
}

/* 0, or an exit code after a message; then no file is left. */
static int make_ready(int fd, const char *path, uint64_t limit)
{
	int err = prepare(fd, limit), code;

	if (err) {
		code = iop_fail(path, err == -ENOSPC ? "is the disk full?" : "--out on another file system, or a smaller --limit",
				"cannot be written: %s", strerror(-err));
	} else {
		err = check_mapping(fd);
		if (!err)
			return 0;
		code = iop_fail(path, "--out on another file system, such as /tmp",
				"its file system has no shared mappings, which a recording is written through: %s", strerror(-err));
	}
	unlink(path);
	return code;
}

/* A file that was not there: nobody's recording is lost. */
static int create(const struct iop_record *r, char path[PATH_MAX])
{
	int fd = -1;

	if (r->out) {
		snprintf(path, PATH_MAX, "%s", r->out);
		return open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
	}
	for (int i = 1; fd < 0 && i <= FILES; i++) {
		char number[16] = "";

		if (i > 1)
			snprintf(number, sizeof(number), "-%d", i);
		snprintf(path, PATH_MAX, "%s%s.iorec", basename(r->words[0]), number);
		fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (fd < 0 && errno != EEXIST)
			break;
	}
	return fd;
}

/* @report closes when the program runs, or gets the reason why it does not. */
static _Noreturn void start(const struct iop_record *r, const char *path, const char *library, int report)
{
	const char *others = getenv("LD_PRELOAD");
	char preload[3 * PATH_MAX], whole[PATH_MAX];

	if (!realpath(path, whole))
		snprintf(whole, sizeof(whole), "%s", path);
	snprintf(preload, sizeof(preload), "%s%s%s", library, others ? ":" : "", others ? others : "");
	setenv("LD_PRELOAD", preload, 1);
	setenv(IOP_RECORD_FILE, whole, 1);
	setenv(IOP_RECORD_DEVICES, r->devices, 1);
	execvp(r->words[0], r->words);
	if (write(report, &errno, sizeof(errno)) < 0)
		_exit(126);
	_exit(127);
}

/*
 * The file becomes as long as what was taken of it, and says that the program's end was seen. It is a new one: processes that the
 * program left behind go on writing to the old one, which must not shrink under them.
 */
static int finish(int fd, const char *path, int status)
{
	struct iop_recording_head *head = mmap(NULL, IOP_RECORDING_HEAD, PROT_READ, MAP_SHARED, fd, 0), *whole;
	uint64_t used;
	size_t bytes;
	int err;

	if (head == MAP_FAILED)
		return -errno;
	used = head->next < head->limit ? head->next : head->limit;
	bytes = IOP_RECORDING_HEAD + (size_t)used * sizeof(struct iop_slot);
	munmap(head, IOP_RECORDING_HEAD);
	whole = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	if (whole == MAP_FAILED)
		return -errno;
	whole->ended = 1;
	whole->status = status;
	err = iop_file_write(path, (const char *)whole, bytes);
	munmap(whole, bytes);
	return err;
}

static int tell(const char *path, const struct iop_record *r, int code)
{
	struct iop_recorded recorded;
	int err = iop_recorded_read(&recorded, path);

	if (err)
		return iop_fail(path, NULL, "cannot be read again: %s", strerror(-err));
	if (!recorded.processes)
		code = iop_fail("record", "it must load shared libraries", "%s did not load %s", r->words[0], LIBRARY);
	else if (!recorded.maps)
		code = iop_fail("record", "--device-file GLOB names others", "%s mapped no device file", r->words[0]);
	else if (!recorded.accesses && !recorded.refusals)
		code = iop_fail("record", "does it use the mapping?", "%s made no access to what it mapped", r->words[0]);
	else
		fprintf(stderr, "iopath: record: %zu access%s to %zu mapping%s by %zu process%s in %s\n", recorded.accesses,
			recorded.accesses == 1 ? "" : "es", recorded.maps, recorded.maps == 1 ? "" : "s", recorded.processes,
			recorded.processes == 1 ? "" : "es", path);
	if (recorded.file.head->lost)
		fprintf(stderr, "iopath: record: %llu more accesses were not written down (--limit)\n",
			(unsigned long long)recorded.file.head->lost);
	if (recorded.refusals) {
		char why[128];

		iop_slot_text(recorded.refused[0], why, sizeof(why));
		code = iop_fail("record", "iopath show names the instruction",
				"the program was ended at an access that cannot be carried out exactly: %s", why);
	}
	iop_recorded_free(&recorded);
	return code;
}

/* *@err: 0, or the reason why the program does not run; then there is no process. */
static pid_t launch(const struct iop_record *r, const char *path, const char *library, int *err)
{
	int report[2];
	ssize_t got;
	pid_t pid;

	*err = 0;
	fflush(NULL);
	if (pipe2(report, O_CLOEXEC)) {
		*err = errno;
		return -1;
	}
	pid = fork();
	if (pid == 0)
		start(r, path, library, report[1]);
	if (pid < 0)
		*err = errno;
	close(report[1]);
	do {
		got = pid < 0 ? 0 : read(report[0], err, sizeof(*err));
	} while (got < 0 && errno == EINTR);
	close(report[0]);
	if (*err && pid > 0)
		iop_wait_for(pid);
	return pid;
}

static int run(const struct iop_record *r, int fd, const char *path, const char *library)
{
	struct sigaction action = {.sa_handler = pass_on};
	int status, err;
	pid_t pid = launch(r, path, library, &err);

	if (err) {
		unlink(path);
		return iop_fail("record", err == EACCES || err == ENOENT ? "is it a program, and its interpreter there?" : NULL,
				"cannot run %s: %s", r->words[0], strerror(err));
	}
	child = pid;
	/* A terminal's Ctrl-C reaches the program by itself. */
	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGHUP, &action, NULL);
	status = iop_wait_for(pid);
	child = 0;
	err = finish(fd, path, status);
	if (err)
		return iop_fail(path, "is the disk full?", "cannot be written: %s", strerror(-err));
	return tell(path, r, WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status));
}

int iop_record_run(const struct iop_record *r)
{
	char library[2 * PATH_MAX], path[PATH_MAX], program[PATH_MAX];
	const char *why;
	int fd, code;

	if (!find(r->words[0], program))
		return iop_fail("record", "a path, or a name that PATH has", "%s: no such program", r->words[0]);
	why = why_not(program);
	if (why)
		return iop_fail("record", "build it with shared libraries, or run iopath as its user", "%s: %s", program, why);
	iop_data_path(library, LIBRARY, IOP_INSTALLED_LIBDIR);
	if (access(library, R_OK))
		return iop_fail("record", "build or install it again", "%s: %s", library, strerror(errno));
	fd = create(r, path);
	if (fd < 0)
		return iop_fail("record", errno == EEXIST ? "recordings are not replaced: another --out" : "another --out",
				"%s: %s", path, strerror(errno));
	code = make_ready(fd, path, r->limit);
	if (!code)
		code = run(r, fd, path, library);
	close(fd);
	return code;
}
