/* SPDX-License-Identifier: MIT */
#include "device_memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

void fuzz_device_memory(void *page, size_t size)
{
	const char *path = getenv("IOPATH_FUZZ_DEVICE");
	int fd;

	if (!path)
		return;
	fd = open(path, O_RDWR | O_CLOEXEC);
	if (fd < 0 || mmap(page, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED, fd, 0) == MAP_FAILED) {
		fprintf(stderr, "iopath: fuzz: %s: %s (IOPATH_FUZZ_DEVICE is a memory BAR's file, resource2 for one)\n", path,
			strerror(errno));
		exit(2);
	}
	close(fd);
}

/* Linked in by leak checkers: they read all memory, guard pages too, and this file may be built without sanitizers. */
extern void __lsan_do_leak_check(void) __attribute__((weak)); // NOLINT(bugprone-reserved-identifier)

void fuzz_guard_memory(void *page, size_t size)
{
	if (__lsan_do_leak_check || (size_t)sysconf(_SC_PAGESIZE) != size)
		return;
	if (mprotect(page, size, PROT_NONE))
		perror("iopath: fuzz: guard page");
}
