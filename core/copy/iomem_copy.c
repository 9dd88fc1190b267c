/* SPDX-License-Identifier: MIT */
/*
 * The portable STRICT routines. The split is the smallest that natural alignment allows: ascending powers of two up to the first
 * word boundary of the I/O side, whole words, descending powers of two. These are the library's
 * routines on architectures without their own, and in builds that must see each access.
 */
#include "copy_internal.h"
#include "piece.h"

#include <stdbool.h>

#define WORD IOP_PIECE_WORD

/* The largest width that may start at @addr with @left bytes to go, where that is less than a word. */
static inline unsigned step(uintptr_t addr, size_t left)
{
	unsigned width = WORD / 2;

	while (addr & (width - 1) || width > left)
		width /= 2;
	return width;
}

static inline bool word_fits(uintptr_t addr, size_t left)
{
	return addr % WORD == 0 && left >= WORD;
}

/*
 * EACH(io, n, body): the split, once. body(width) moves or sets width bytes and both sides on; the loop of whole words has a constant
 * width, so that it is a load, a store and the counting.
 */
#define EACH(io, n, body)                                     \
	do {                                                  \
		while (n) {                                   \
			while (word_fits(io, n))              \
				body(WORD);                   \
			if (n) {                              \
				unsigned width = step(io, n); \
				body(width);                  \
			}                                     \
		}                                             \
	} while (0)

void iop_portable_toio(volatile void *io, const void *src, size_t n)
{
	uintptr_t to = (uintptr_t)io;
	const char *from = src;

#define MOVE(width) (iop_piece_store(to, width, iop_piece_gather(from, width)), to += (width), from += (width), n -= (width))
	EACH(to, n, MOVE);
#undef MOVE
}

void iop_portable_fromio(void *dst, const volatile void *io, size_t n)
{
	uintptr_t from = (uintptr_t)io;
	char *to = dst;

#define MOVE(width) (iop_piece_scatter(to, width, iop_piece_load(from, width)), from += (width), to += (width), n -= (width))
	EACH(from, n, MOVE);
#undef MOVE
}

void iop_portable_set(volatile void *io, int value, size_t n)
{
	uint64_t pattern = IOP_PIECE_PATTERN(value);
	uintptr_t to = (uintptr_t)io;

#define SET(width) (iop_piece_store(to, width, pattern), to += (width), n -= (width))
	EACH(to, n, SET);
#undef SET
}

#if !IOP_COPY_X86 && !IOP_COPY_ARM64 && !IOP_COPY_RISCV
void iop_memcpy_toio(volatile void *io, const void *src, size_t n)
{
	iop_portable_toio(io, src, n);
}

void iop_memcpy_fromio(void *dst, const volatile void *io, size_t n)
{
	iop_portable_fromio(dst, io, n);
}

void iop_memset_io(volatile void *io, int value, size_t n)
{
	iop_portable_set(io, value, n);
}
#endif

const struct iop_routine iop_routine_portable = {
	.name = "strict-portable",
	.about = "plain accesses by the accessors of the architecture: what every build has",
	.tier = IOP_STRICT,
	.toio = iop_portable_toio,
	.fromio = iop_portable_fromio,
	.set = iop_portable_set,
	.move = iop_portable_move,
};

const struct iop_routine iop_routine_strict = {
	.name = "strict",
	.about = "what iop_memcpy_toio() and its kin call: the tuned copy of the architecture, else the portable one",
	.tier = IOP_STRICT,
	.toio = iop_memcpy_toio,
	.fromio = iop_memcpy_fromio,
	.set = iop_memset_io,
	.move = iop_strict_move,
};
