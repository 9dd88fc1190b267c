/* SPDX-License-Identifier: MIT */
/*
 * The portable STRICT routines. The split is the smallest that natural alignment allows: ascending powers of two up to the first
 * word boundary of the I/O side, whole words, descending powers of two. All I/O accesses are arch accessors, so that neither
 * compiler can turn the loops into memcpy, vectors or post-indexed accesses.
 */
#include <iopath/arch.h>
#include <iopath/build_config.h>
#include <iopath/event.h>
#include <iopath/iomem_copy.h>

#include <stdbool.h>
#include <string.h>

#define WORD (IOP_64BIT ? 8u : 4u)

/* The largest width that may start at @addr with @left bytes to go, where that is less than a word. */
static inline unsigned step(uintptr_t addr, size_t left)
{
	unsigned width = WORD / 2;

	while (addr % width || width > left)
		width /= 2;
	return width;
}

static inline bool word_fits(uintptr_t addr, size_t left)
{
	return addr % WORD == 0 && left >= WORD;
}

/* An integer of @width bytes at the start of a buffer, as the CPU would load it: bytes keep their place on either byte order. */
static inline uint64_t gather(const void *src, unsigned width)
{
	uint8_t b;
	uint16_t h;
	uint32_t w;
	uint64_t d;

	switch (width) {
	case 1: memcpy(&b, src, 1); return b;
	case 2: memcpy(&h, src, 2); return h;
	case 4: memcpy(&w, src, 4); return w;
	default: memcpy(&d, src, 8); return d;
	}
}

static inline void scatter(void *dst, unsigned width, uint64_t value)
{
	uint8_t b = (uint8_t)value;
	uint16_t h = (uint16_t)value;
	uint32_t w = (uint32_t)value;

	switch (width) {
	case 1: memcpy(dst, &b, 1); break;
	case 2: memcpy(dst, &h, 2); break;
	case 4: memcpy(dst, &w, 4); break;
	default: memcpy(dst, &value, 8); break;
	}
}

static inline void store(uintptr_t io, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: iop_arch_store(io, 1, value); break;
	case 2: iop_arch_store(io, 2, value); break;
	case 4: iop_arch_store(io, 4, value); break;
	default: iop_arch_store(io, WORD, value); break;
	}
	iop_event(IOP_EVENT_ST, IOP_EVENT_COPY, width, io, value);
}

static inline uint64_t load(uintptr_t io, unsigned width)
{
	uint64_t value;

	switch (width) {
	case 1: value = iop_arch_load(io, 1); break;
	case 2: value = iop_arch_load(io, 2); break;
	case 4: value = iop_arch_load(io, 4); break;
	default: value = iop_arch_load(io, WORD); break;
	}
	iop_event(IOP_EVENT_LD, IOP_EVENT_COPY, width, io, value);
	return value;
}

/*
 * EACH(io, n, body): the split, once. body(width) moves or sets width bytes and both sides on; the loop of whole words has a constant
 * width, so that it is a load, a store and the counting.
 */
#define EACH(io, n, body)         \
 do {                             \
  while (n) {                     \
   while (word_fits(io, n))       \
    body(WORD);                   \
   if (n) {                       \
    unsigned width = step(io, n); \
    body(width);                  \
   }                              \
  }                               \
 } while (0)

void iop_memcpy_toio(volatile void *io, const void *src, size_t n)
{
	uintptr_t to = (uintptr_t)io;
	const char *from = src;

#define MOVE(width) (store(to, width, gather(from, width)), to += (width), from += (width), n -= (width))
	EACH(to, n, MOVE);
#undef MOVE
}

void iop_memcpy_fromio(void *dst, const volatile void *io, size_t n)
{
	uintptr_t from = (uintptr_t)io;
	char *to = dst;

#define MOVE(width) (scatter(to, width, load(from, width)), from += (width), to += (width), n -= (width))
	EACH(from, n, MOVE);
#undef MOVE
}

void iop_memset_io(volatile void *io, int value, size_t n)
{
	uint64_t pattern = (uint8_t)value * UINT64_C(0x0101010101010101);
	uintptr_t to = (uintptr_t)io;

#define SET(width) (store(to, width, pattern), to += (width), n -= (width))
	EACH(to, n, SET);
#undef SET
}
