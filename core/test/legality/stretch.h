/* SPDX-License-Identifier: MIT */
/**
 * stretch.h - a range of any length over a few segments of memory
 *
 * Only some segments of the range are there, at most STRETCH_SLOTS; moving one to another place costs the same whatever its size
 * (mremap moves page tables). An access to one that is not there faults, and who handles that fault moves the segments on, so that he
 * sees in which order the range is walked and can look at each segment before it is used again.
 */
#ifndef IOPATH_TEST_STRETCH_H
#define IOPATH_TEST_STRETCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define STRETCH_SLOTS 3
#define STRETCH_MAX   ((size_t)1 << 21) /* bytes of a segment */

struct stretch {
	unsigned char *start; /* of segment 0; nothing is there from one segment before it to one behind the last */
	size_t segment;	      /* bytes of one */
	size_t segments;
	unsigned slots;
	size_t at[STRETCH_SLOTS]; /* which segment the slot is */
	unsigned char *contents;  /* the slots, always accessible, one behind the other */
	void *reserved;
	size_t reserved_bytes;
};

/** Reserves at least @bytes in segments of @segment bytes, a power of two; the first @slots segments are there. False: no memory. */
bool stretch_open(struct stretch *s, size_t bytes, size_t segment, unsigned slots);
void stretch_close(struct stretch *s);

/** Is @addr in the range, or in the segment before or behind it, where nothing is? */
static inline bool stretch_has(const struct stretch *s, uintptr_t addr)
{
	return s->slots && addr - (uintptr_t)s->reserved < s->reserved_bytes;
}

/** The segment of @addr, which is in the range; SIZE_MAX before it, segments behind it. */
static inline size_t stretch_segment(const struct stretch *s, uintptr_t addr)
{
	return addr < (uintptr_t)s->start ? SIZE_MAX : (addr - (uintptr_t)s->start) / s->segment;
}

/** The slot that segment @k is in, or -1. */
int stretch_slot(const struct stretch *s, size_t k);

/** Makes @slot segment @to, which is not there. Its bytes stay as they are. */
void stretch_move(struct stretch *s, unsigned slot, size_t to);

/** The bytes of @slot, accessible whatever is done to the range. */
static inline unsigned char *stretch_bytes(const struct stretch *s, unsigned slot)
{
	return s->contents + slot * s->segment;
}

#endif
