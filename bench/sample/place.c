/* SPDX-License-Identifier: MIT */
#include "place.h"

#include <elf.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	((uintptr_t)4096)
#define CHOICES 8

static bool read_at(int fd, void *to, size_t size, uint64_t at)
{
	return pread(fd, to, size, (off_t)at) == (ssize_t)size;
}

/* Size of the address space that the loader will request; 0: unknown. */
static uintptr_t span_of(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	uintptr_t top = 0;
	Elf64_Ehdr header;
	Elf64_Phdr segment;

	if (fd < 0)
		return 0;
	if (read_at(fd, &header, sizeof(header), 0) && memcmp(header.e_ident, ELFMAG, SELFMAG) == 0)
		for (unsigned i = 0; i < header.e_phnum; i++) {
			if (!read_at(fd, &segment, sizeof(segment), header.e_phoff + i * sizeof(segment)))
				break;
			if (segment.p_type == PT_LOAD && segment.p_vaddr + segment.p_memsz > top)
				top = segment.p_vaddr + segment.p_memsz;
		}
	close(fd);
	return (top + PAGE - 1) / PAGE * PAGE;
}

/* There with MAP_FIXED_NOREPLACE, and nowhere else: valgrind, and kernels before 4.17, take it for a wish. */
static uintptr_t map(uintptr_t at, size_t size, int more)
{
	void *place = mmap((void *)at, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | more, -1, 0);

	if (place == MAP_FAILED)
		return 0;
	if (more && (uintptr_t)place != at) {
		munmap(place, size);
		return 0;
	}
	return (uintptr_t)place;
}

/* There is room for one more, or nothing would have been looked for. The kernel refuses to map nothing. */
static bool keep(struct iop_place *place, uintptr_t at, size_t size)
{
	if (!map(at, size, MAP_FIXED_NOREPLACE))
		return false;
	place->filler[place->count] = (void *)at;
	place->size[place->count++] = size;
	return true;
}

/* Of a gap that ends at @top and has less than @room, as much as makes it too small for a module. */
static bool close_gap(struct iop_place *place, uintptr_t top, size_t room, size_t span)
{
	while (room > span) {
		room = room / 2 / PAGE * PAGE;
		room = room > span ? room : span;
		if (keep(place, top - room, room))
			return true;
	}
	return false;
}

/* The kernel takes the highest gap that is large enough. It is filled from above until it ends in the right place. */
void iop_place_hold(struct iop_place *place, const char *path, const void *first, uint64_t random)
{
	uintptr_t span = span_of(path), usual;

	*place = (struct iop_place){0};
	while (span && place->count < IOP_PLACE_FILLERS && (usual = map(0, span, 0))) {
		uintptr_t extra = (usual - (uintptr_t)first) % IOP_PLACE_GRANULE + random % CHOICES * IOP_PLACE_GRANULE;

		munmap((void *)usual, span);
		/* The rest of the gap must have room for the module, or the loader takes the next one. */
		if (map(usual - extra, span + extra, MAP_FIXED_NOREPLACE)) {
			munmap((void *)(usual - extra), span + extra);
			keep(place, usual - extra + span, extra);
			return;
		}
		if (!close_gap(place, usual + span, span + extra, span))
			return;
	}
}

void iop_place_release(struct iop_place *place)
{
	for (unsigned i = 0; i < place->count; i++)
		munmap(place->filler[i], place->size[i]);
	place->count = 0;
}
