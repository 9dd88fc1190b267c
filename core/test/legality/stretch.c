/* SPDX-License-Identifier: MIT */
#include "stretch.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static unsigned char *place(const struct stretch *s, size_t k)
{
	return s->start + k * s->segment;
}

bool stretch_open(struct stretch *s, size_t bytes, size_t segment, unsigned slots)
{
	const size_t segments = bytes / segment + slots; /* slots beyond the end stay where they are */
	/* Aligned as the largest page table entry that mremap moves whole. */
	const size_t reserved = (segments + 2) * segment + STRETCH_MAX;
	int fd = memfd_create("iopath-stretch", MFD_CLOEXEC);
	uintptr_t start;

	*s = (struct stretch){.segment = segment, .segments = segments, .slots = slots, .reserved_bytes = reserved};
	s->reserved = mmap(NULL, reserved, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (fd < 0 || s->reserved == MAP_FAILED || ftruncate(fd, (off_t)(slots * segment)))
		return false;
	start = ((uintptr_t)s->reserved + segment + STRETCH_MAX - 1) & -(uintptr_t)STRETCH_MAX;
	s->start = (unsigned char *)start;
	s->contents = mmap(NULL, slots * segment, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	for (unsigned i = 0; i < slots; i++) {
		s->at[i] = i;
		if (mmap(place(s, i), segment, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED | MAP_POPULATE, fd,
			 (off_t)(i * segment)) == MAP_FAILED)
			return false;
	}
	close(fd);
	return s->contents != MAP_FAILED;
}

void stretch_close(struct stretch *s)
{
	munmap(s->reserved, s->reserved_bytes);
	munmap(s->contents, s->slots * s->segment);
	*s = (struct stretch){0};
}

int stretch_slot(const struct stretch *s, size_t k)
{
	for (unsigned i = 0; i < s->slots; i++)
		if (s->at[i] == k)
			return (int)i;
	return -1;
}

void stretch_move(struct stretch *s, unsigned slot, size_t to)
{
	unsigned char *from = place(s, s->at[slot]);

	/* In one piece again, where some pages had other rights. */
	if (mprotect(from, s->segment, PROT_READ | PROT_WRITE) ||
	    mremap(from, s->segment, s->segment, MREMAP_MAYMOVE | MREMAP_FIXED, place(s, to)) == MAP_FAILED ||
	    mmap(from, s->segment, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED) {
		perror("iopath: a segment cannot be moved");
		_exit(2);
	}
	s->at[slot] = to;
}
