/* SPDX-License-Identifier: MIT */
/**
 * faults.h - the C library's calls that can fail: counted, balanced, and made to fail at will
 *
 * For tests that are linked with FAULTS_WRAPPED (CMakeLists.txt). Everything that gives something to be given back is counted, so
 * that a test can see that a failure in the middle left nothing behind. Devices that the machine lacks are played by the test:
 * it says which paths it opens, and answers the ioctls. What such a device sees of memory is seen by a mapping of its own
 * (faults_device_side).
 */
#ifndef IOPATH_TEST_FAULTS_H
#define IOPATH_TEST_FAULTS_H

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define FAULTS_ABSENT (-2)

struct faults_balance {
	long memory, descriptors, mappings;
};

static struct {
	struct faults_balance held;
	int armed;
	size_t calls, fail_at;
	/* Optional: the device played by the test. -1 from open means that it is not its path, FAULTS_ABSENT that there is no such file. */
	int (*open)(const char *path);
	int (*ioctl)(int fd, unsigned long request, void *argument);
} faults;

/* The calls from now on: the @fail_at-th, counted from 0, fails. */
static inline void faults_arm(size_t fail_at)
{
	faults.armed = 1;
	faults.calls = 0;
	faults.fail_at = fail_at;
}

/* Back to normal; did the call that was to fail come? */
static inline int faults_disarm(void)
{
	faults.armed = 0;
	return faults.calls > faults.fail_at;
}

static inline int faults_hit(int error)
{
	if (!faults.armed || faults.calls++ != faults.fail_at)
		return 0;
	errno = error;
	return 1;
}

#define FAULTS_SAME(a, b) assert_memory_equal(&(a), &(b), sizeof(struct faults_balance))

#define FAULTS_CALL(type, name, ...)     \
	type __real_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__); \
	type __wrap_##name(__VA_ARGS__)

FAULTS_CALL(void *, calloc, size_t n, size_t size)
{
	void *p = faults_hit(ENOMEM) ? NULL : __real_calloc(n, size);

	faults.held.memory += p != NULL;
	return p;
}

FAULTS_CALL(void, free, void *p)
{
	faults.held.memory -= p != NULL;
	__real_free(p);
}

FAULTS_CALL(int, memfd_create, const char *name, unsigned flags)
{
	int fd = faults_hit(EMFILE) ? -1 : __real_memfd_create(name, flags);

	faults.held.descriptors += fd >= 0;
	return fd;
}

FAULTS_CALL(int, eventfd, unsigned count, int flags)
{
	int fd = faults_hit(EMFILE) ? -1 : __real_eventfd(count, flags);

	faults.held.descriptors += fd >= 0;
	return fd;
}

FAULTS_CALL(int, ftruncate, int fd, off_t size)
{
	return faults_hit(ENOSPC) ? -1 : __real_ftruncate(fd, size);
}

FAULTS_CALL(int, ftruncate64, int fd, off64_t size)
{
	return faults_hit(ENOSPC) ? -1 : __real_ftruncate64(fd, size);
}

/* The files that are mapped, each kept open by a descriptor of the test's own. */
static struct faults_mapping {
	char *at; /* NULL: free */
	size_t n;
	int file;
	off64_t offset;
} faults_mapping[32];

static inline void *faults_mapped(void *map, size_t n, int fd, off64_t offset)
{
	struct faults_mapping *m = faults_mapping;

	if (map == MAP_FAILED)
		return map;
	faults.held.mappings++;
	while (m->at && m != &faults_mapping[sizeof(faults_mapping) / sizeof(*m) - 1])
		m++;
	if (fd >= 0 && !m->at)
		*m = (struct faults_mapping){map, n, fcntl(fd, F_DUPFD_CLOEXEC, 0), offset};
	return map;
}

FAULTS_CALL(void *, mmap, void *at, size_t n, int protection, int flags, int fd, off_t offset)
{
	return faults_mapped(faults_hit(ENOMEM) ? MAP_FAILED : __real_mmap(at, n, protection, flags, fd, offset), n, fd, offset);
}

FAULTS_CALL(void *, mmap64, void *at, size_t n, int protection, int flags, int fd, off64_t offset)
{
	return faults_mapped(faults_hit(ENOMEM) ? MAP_FAILED : __real_mmap64(at, n, protection, flags, fd, offset), n, fd, offset);
}

FAULTS_CALL(int, close, int fd)
{
	faults.held.descriptors--;
	return __real_close(fd);
}

FAULTS_CALL(int, munmap, void *at, size_t n)
{
	for (struct faults_mapping *m = faults_mapping; m != faults_mapping + sizeof(faults_mapping) / sizeof(*m); m++)
		if (m->at && m->at == at) {
			__real_close(m->file);
			m->at = NULL;
		}
	faults.held.mappings--;
	return __real_munmap(at, n);
}

/* Whether what the device writes to one byte is what the CPU reads there. */
static inline int faults_device_writes(volatile char *device, const volatile char *cpu)
{
	const char before = *device, other = (char)(before ^ 0x55);
	int same;

	*device = other;
	same = *cpu == other;
	*device = before;
	return same && *cpu == before;
}

/* Whether the device sees the @n bytes at @at as they are, and the CPU what the device writes there: the file is mapped once more. */
static inline int faults_device_side(const void *at, size_t n)
{
	const char *cpu = at;

	for (const struct faults_mapping *m = faults_mapping; m != faults_mapping + sizeof(faults_mapping) / sizeof(*m); m++) {
		char *map;
		int same;

		if (!m->at || cpu < m->at || (size_t)(cpu - m->at) + n > m->n)
			continue;
		map = __real_mmap64(NULL, m->n, PROT_READ | PROT_WRITE, MAP_SHARED, m->file, m->offset);
		if (map == MAP_FAILED)
			return 0;
		same = memcmp(map + (cpu - m->at), cpu, n) == 0 && faults_device_writes(map + (cpu - m->at), cpu) &&
		       faults_device_writes(map + (cpu - m->at) + n - 1, cpu + n - 1);
		__real_munmap(map, m->n);
		return same;
	}
	return 0;
}

int __real_open(const char *path, int flags, ...);
static int faults_open(const char *path, int flags)
{
	int fd = -1;

	if (faults_hit(EACCES))
		return -1;
	if (faults.open)
		fd = faults.open(path);
	if (fd == FAULTS_ABSENT) {
		errno = ENOENT;
		return -1;
	}
	if (fd < 0)
		fd = __real_open(path, flags);
	faults.held.descriptors += fd >= 0;
	return fd;
}

int __wrap_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...)
{
	return faults_open(path, flags);
}

/* What open is called in 32-bit programs with 64-bit offsets. */
int __wrap_open64(const char *path, int flags, ...);
int __wrap_open64(const char *path, int flags, ...)
{
	return faults_open(path, flags);
}

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...)
{
	va_list args;
	void *argument;

	va_start(args, request);
	argument = va_arg(args, void *);
	va_end(args);
	if (faults_hit(EIO))
		return -1;
	return faults.ioctl ? faults.ioctl(fd, request, argument) : __real_ioctl(fd, request, argument);
}

#endif
