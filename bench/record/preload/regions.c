/* SPDX-License-Identifier: MIT */
/* The calls that make, change and end mappings, in place of the C library's. */
#include "preload.h"

#include <errno.h>
#include <limits.h>
#include <pthread.h>
#include <sched.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define REGIONS 1024
#define PUBLIC	__attribute__((visibility("default")))

static struct iop_region region[REGIONS];
static size_t used; /* no entry behind these was ever taken: each access looks for its region */
static int taken;
static bool recording;

void iop_preload_lock(void)
{
	while (__atomic_exchange_n(&taken, 1, __ATOMIC_ACQUIRE))
		syscall(SYS_sched_yield);
}

void iop_preload_unlock(void)
{
	__atomic_store_n(&taken, 0, __ATOMIC_RELEASE);
}

struct iop_region *iop_region_of(uintptr_t addr, size_t bytes)
{
	for (size_t i = 0; i < used; i++)
		if (region[i].bytes && addr < region[i].start + region[i].bytes && addr + bytes > region[i].start)
			return &region[i];
	return NULL;
}

static struct iop_region *free_entry(void)
{
	for (size_t i = 0; i < used; i++)
		if (!region[i].bytes)
			return &region[i];
	return used < REGIONS ? &region[used++] : NULL;
}

/* A handler of the program's that came now would find the lock taken. */
void iop_preload_enter(sigset_t *old)
{
	sigset_t all;

	sigfillset(&all);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &all, old, (size_t)_NSIG / 8);
	iop_preload_lock();
}

void iop_preload_leave(const sigset_t *old)
{
	iop_preload_unlock();
	syscall(SYS_rt_sigprocmask, SIG_SETMASK, old, NULL, (size_t)_NSIG / 8);
}

/* Regions end at @addr: what lies on both sides becomes two of the same number. */
static bool cut(uintptr_t addr)
{
	struct iop_region *r = iop_region_of(addr, 1), *behind;
	size_t before;

	if (!r || r->start == addr)
		return true;
	behind = free_entry();
	if (!behind)
		return false;
	before = addr - r->start;
	*behind = *r;
	behind->start += before;
	behind->bytes -= before;
	behind->device += before;
	behind->offset += before;
	r->bytes = before;
	return true;
}

static void note_unmap(const struct iop_region *r)
{
	struct iop_slot fields = {.region = r->number, .offset = r->offset, .bytes = r->bytes};

	iop_write_text(IOP_SLOT_UNMAP, &fields, "");
}

/* Nothing of ours is at [@addr, @addr + @bytes) any more. */
static void forget(uintptr_t addr, size_t bytes)
{
	cut(addr);
	cut(addr + bytes);
	for (struct iop_region *r; (r = iop_region_of(addr, bytes));) {
		note_unmap(r);
		syscall(SYS_munmap, r->device, r->bytes);
		r->bytes = 0;
	}
}

static size_t pages(size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);

	return (bytes + page - 1) & ~(page - 1);
}

/* The device's mapping is put aside, and the program gets as much memory that nobody may touch. */
static void *map_device(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset, const struct iop_device *named)
{
	int at = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	void *device = (void *)syscall(SYS_mmap, NULL, bytes, prot, flags & ~at, fd, offset), *given;
	struct iop_region *r;
	struct iop_slot fields;

	if (device == MAP_FAILED)
		return MAP_FAILED;
	r = free_entry();
	if (!r) {
		syscall(SYS_munmap, device, bytes);
		errno = ENOMEM;
		return MAP_FAILED;
	}
	if (flags & MAP_FIXED)
		forget((uintptr_t)addr, pages(bytes));
	given = (void *)syscall(SYS_mmap, addr, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | at, -1, 0L);
	if (given == MAP_FAILED) {
		syscall(SYS_munmap, device, bytes);
		return MAP_FAILED;
	}
	r = free_entry();
	*r = (struct iop_region){(uintptr_t)given, pages(bytes), device, named->offset, prot, iop_write_region_number()};
	fields = (struct iop_slot){.region = r->number, .offset = r->offset, .bytes = bytes, .flags = (uint8_t)prot};
	iop_write_text(IOP_SLOT_MAP, &fields, named->name);
	return given;
}

/* The C library's headers name parameters in a way that is reserved. */
/* NOLINTBEGIN(readability-inconsistent-declaration-parameter-name) */
PUBLIC void *mmap64(void *addr, size_t bytes, int prot, int flags, int fd, off64_t offset)
{
	bool shared = (flags & MAP_TYPE) != MAP_PRIVATE && !(flags & MAP_ANONYMOUS);
	struct iop_device named;
	sigset_t old;
	void *got;

	if (!recording)
		return (void *)syscall(SYS_mmap, addr, bytes, prot, flags, fd, offset);
	if (!shared || fd < 0 || !bytes || !iop_device_of(fd, (uint64_t)offset, &named)) {
		if (!(flags & MAP_FIXED))
			return (void *)syscall(SYS_mmap, addr, bytes, prot, flags, fd, offset);
		iop_preload_enter(&old);
		forget((uintptr_t)addr, pages(bytes));
		got = (void *)syscall(SYS_mmap, addr, bytes, prot, flags, fd, offset);
	} else {
		iop_preload_enter(&old);
		got = map_device(addr, bytes, prot, flags, fd, offset, &named);
	}
	iop_preload_leave(&old);
	return got;
}

PUBLIC void *mmap(void *addr, size_t bytes, int prot, int flags, int fd, off_t offset) __attribute__((alias("mmap64")));

PUBLIC int munmap(void *addr, size_t bytes)
{
	sigset_t old;
	long got;

	if (!recording)
		return (int)syscall(SYS_munmap, addr, bytes);
	iop_preload_enter(&old);
	got = syscall(SYS_munmap, addr, bytes);
	if (got == 0)
		forget((uintptr_t)addr, pages(bytes));
	iop_preload_leave(&old);
	return (int)got;
}

/* From @at on, up to @end: where the next region begins. */
static uintptr_t next_region(uintptr_t at, uintptr_t end)
{
	for (size_t i = 0; i < used; i++)
		if (region[i].bytes && region[i].start > at && region[i].start < end)
			end = region[i].start;
	return end;
}

PUBLIC int mprotect(void *addr, size_t bytes, int prot)
{
	uintptr_t at = (uintptr_t)addr, end = at + pages(bytes), next;
	long got = 0;
	sigset_t old;

	if (!recording)
		return (int)syscall(SYS_mprotect, addr, bytes, prot);
	iop_preload_enter(&old);
	cut(at);
	cut(end);
	for (; got == 0 && at < end; at = next) {
		struct iop_region *r = iop_region_of(at, 1);

		next = r ? r->start + r->bytes : next_region(at, end);
		if (!r) {
			got = syscall(SYS_mprotect, at, next - at, prot);
		} else {
			got = syscall(SYS_mprotect, r->device, r->bytes, prot);
			r->prot = got == 0 ? prot : r->prot;
		}
	}
	iop_preload_leave(&old);
	return (int)got;
}

/* A whole region: the device's mapping and what stands for it grow, shrink or move together. */
static void *remap(struct iop_region *r, size_t bytes, int flags, void *to)
{
	void *device, *given;

	if (flags & MREMAP_FIXED)
		forget((uintptr_t)to, pages(bytes));
	device = (void *)syscall(SYS_mremap, r->device, r->bytes, bytes, MREMAP_MAYMOVE, NULL);
	if (device == MAP_FAILED)
		return MAP_FAILED;
	r->device = device;
	given = (void *)syscall(SYS_mremap, r->start, r->bytes, bytes, flags, to);
	if (given == MAP_FAILED) {
		r->device = (void *)syscall(SYS_mremap, device, bytes, r->bytes, MREMAP_MAYMOVE, NULL);
		return MAP_FAILED;
	}
	r->start = (uintptr_t)given;
	r->bytes = pages(bytes);
	return given;
}

PUBLIC void *mremap(void *addr, size_t bytes, size_t to_bytes, int flags, ...)
{
	struct iop_region *r;
	sigset_t old;
	va_list rest;
	void *to = NULL, *got;

	if (flags & MREMAP_FIXED) {
		va_start(rest, flags);
		to = va_arg(rest, void *);
		va_end(rest);
	}
	if (!recording)
		return (void *)syscall(SYS_mremap, addr, bytes, to_bytes, flags, to);
	iop_preload_enter(&old);
	r = iop_region_of((uintptr_t)addr, pages(bytes));
	if (!r) {
		if (flags & MREMAP_FIXED)
			forget((uintptr_t)to, pages(to_bytes));
		got = (void *)syscall(SYS_mremap, addr, bytes, to_bytes, flags, to);
	} else if (r->start != (uintptr_t)addr || r->bytes != pages(bytes)) {
		errno = EINVAL;
		got = MAP_FAILED;
	} else {
		got = remap(r, to_bytes, flags, to);
	}
	iop_preload_leave(&old);
	return got;
}

/* NOLINTEND(readability-inconsistent-declaration-parameter-name) */

static void program(char path[PATH_MAX])
{
	long length = readlink("/proc/self/exe", path, PATH_MAX - 1);

	path[length > 0 ? length : 0] = '\0';
}

static sigset_t before_fork;

static void prepare(void)
{
	iop_preload_enter(&before_fork);
}

static void parent(void)
{
	iop_preload_leave(&before_fork);
}

static void child(void)
{
	struct iop_slot fields = {.code = (uint64_t)getppid(), .flags = 0};
	char path[PATH_MAX];

	iop_write_forked();
	program(path);
	iop_write_text(IOP_SLOT_PROCESS, &fields, path);
	iop_preload_leave(&before_fork);
}

__attribute__((constructor(101))) static void begin(void)
{
	struct iop_slot fields = {.code = (uint64_t)getppid(), .flags = 1};
	char path[PATH_MAX];

	if (!iop_write_open() || !iop_carry_open() || !iop_signals_open())
		return;
	pthread_atfork(prepare, parent, child);
	program(path);
	iop_write_text(IOP_SLOT_PROCESS, &fields, path);
	recording = true;
}
