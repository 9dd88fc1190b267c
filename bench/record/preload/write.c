/* SPDX-License-Identifier: MIT */
#include "preload.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

static struct iop_recording_head *head;
static struct iop_slot *slots;
static uint32_t pid;
static __thread uint32_t tid; /* 0: not asked yet, which takes a system call */

bool iop_write_open(void)
{
	const char *path = getenv(IOP_RECORD_FILE);
	int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
	struct stat st;
	void *map = MAP_FAILED;

	if (fd >= 0 && fstat(fd, &st) == 0 && st.st_size > IOP_RECORDING_HEAD)
		map = (void *)syscall(SYS_mmap, NULL, (size_t)st.st_size, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0L);
	if (fd >= 0)
		close(fd);
	if (map == MAP_FAILED)
		return false;
	head = map;
	slots = (struct iop_slot *)((char *)map + IOP_RECORDING_HEAD);
	pid = (uint32_t)getpid();
	return true;
}

void iop_write_forked(void)
{
	pid = (uint32_t)getpid();
	tid = 0;
}

uint64_t iop_write_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint32_t iop_write_region_number(void)
{
	return (uint32_t)__atomic_add_fetch(&head->regions, 1, __ATOMIC_RELAXED);
}

struct iop_slot *iop_write_take(unsigned more)
{
	uint64_t at = __atomic_fetch_add(&head->next, 1 + more, __ATOMIC_RELAXED);
	struct iop_slot *slot = &slots[at];

	if (at + 1 + more > head->limit) {
		__atomic_fetch_add(&head->lost, 1, __ATOMIC_RELAXED);
		return NULL;
	}
	slot->more = (uint8_t)more;
	slot->pid = pid;
	if (!tid)
		tid = (uint32_t)syscall(SYS_gettid);
	slot->tid = tid;
	return slot;
}

void iop_write_done(struct iop_slot *slot, enum iop_slot_kind kind)
{
	for (unsigned i = 1; i <= slot->more; i++)
		slot[i].kind = IOP_SLOT_MORE;
	__atomic_store_n(&slot->kind, (uint8_t)kind, __ATOMIC_RELEASE);
}

void iop_write_value(struct iop_slot *slot, const unsigned char *bytes, size_t n)
{
	size_t own = n < sizeof(slot->value) ? n : sizeof(slot->value);

	memcpy(slot->value, bytes, own);
	for (unsigned i = 1; i <= slot->more && own < n; i++) {
		size_t part = n - own < IOP_SLOT_MORE_MAX ? n - own : IOP_SLOT_MORE_MAX;

		memcpy((unsigned char *)&slot[i] + 1, bytes + own, part);
		own += part;
	}
}

void iop_write_text(enum iop_slot_kind kind, const struct iop_slot *fields, const char *text)
{
	size_t length = strlen(text);
	size_t rest = length > sizeof(fields->value) ? length - sizeof(fields->value) : 0;
	struct iop_slot *slot = iop_write_take((unsigned)((rest + IOP_SLOT_MORE_MAX - 1) / IOP_SLOT_MORE_MAX));

	if (!slot)
		return;
	slot->flags = fields->flags;
	slot->width = fields->width;
	slot->region = fields->region;
	slot->offset = fields->offset;
	slot->code = fields->code;
	slot->bytes = fields->bytes;
	slot->time = iop_write_now();
	iop_write_value(slot, (const unsigned char *)text, length);
	iop_write_done(slot, kind);
}
