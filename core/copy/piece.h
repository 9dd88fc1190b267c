/* SPDX-License-Identifier: MIT */
/**
 * piece.h - one access of a portable copy
 *
 * All I/O accesses are arch accessors, so that neither compiler can turn a loop of them into memcpy, vectors or post-indexed
 * accesses, and each is reported in test builds.
 */
#ifndef IOPATH_COPY_PIECE_H
#define IOPATH_COPY_PIECE_H

#include <iopath/arch.h>
#include <iopath/build_config.h>
#include <iopath/event.h>

#include <string.h>

#define IOP_PIECE_WORD (IOP_64BIT ? 8u : 4u)

IOP_INLINE void iop_piece_store(uintptr_t io, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: iop_arch_store(io, 1, value); break;
	case 2: iop_arch_store(io, 2, value); break;
	case 4: iop_arch_store(io, 4, value); break;
	default: iop_arch_store(io, IOP_PIECE_WORD, value); break;
	}
	iop_event(IOP_EVENT_ST, IOP_EVENT_COPY, width, io, value);
}

IOP_INLINE uint64_t iop_piece_load(uintptr_t io, unsigned width)
{
	uint64_t value;

	switch (width) {
	case 1: value = iop_arch_load(io, 1); break;
	case 2: value = iop_arch_load(io, 2); break;
	case 4: value = iop_arch_load(io, 4); break;
	default: value = iop_arch_load(io, IOP_PIECE_WORD); break;
	}
	iop_event(IOP_EVENT_LD, IOP_EVENT_COPY, width, io, value);
	return value;
}

/* An integer of @width bytes at the start of a buffer, as the CPU would load it: bytes keep their place on either byte order. */
IOP_INLINE uint64_t iop_piece_gather(const void *src, unsigned width)
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

IOP_INLINE void iop_piece_scatter(void *dst, unsigned width, uint64_t value)
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

/*
 * Runs of accesses of one width, which is a constant where they are called. Loads come before stores: separate ones take twice as long
 * (docs/copies.md, 6.1).
 */
IOP_INLINE void iop_piece_store_run(uintptr_t io, const char *src, size_t count, unsigned width)
{
	for (; count >= 4; count -= 4, io += 4 * width, src += 4 * width) {
		uint64_t a = iop_piece_gather(src, width), b = iop_piece_gather(src + width, width);
		uint64_t c = iop_piece_gather(src + 2 * width, width), d = iop_piece_gather(src + 3 * width, width);

		iop_piece_store(io, width, a);
		iop_piece_store(io + width, width, b);
		iop_piece_store(io + 2 * width, width, c);
		iop_piece_store(io + 3 * width, width, d);
	}
	for (; count; count--, io += width, src += width)
		iop_piece_store(io, width, iop_piece_gather(src, width));
}

IOP_INLINE void iop_piece_load_run(char *dst, uintptr_t io, size_t count, unsigned width)
{
	for (; count >= 4; count -= 4, io += 4 * width, dst += 4 * width) {
		uint64_t a = iop_piece_load(io, width), b = iop_piece_load(io + width, width);
		uint64_t c = iop_piece_load(io + 2 * width, width), d = iop_piece_load(io + 3 * width, width);

		iop_piece_scatter(dst, width, a);
		iop_piece_scatter(dst + width, width, b);
		iop_piece_scatter(dst + 2 * width, width, c);
		iop_piece_scatter(dst + 3 * width, width, d);
	}
	for (; count; count--, io += width, dst += width)
		iop_piece_scatter(dst, width, iop_piece_load(io, width));
}

IOP_INLINE void iop_piece_set_run(uintptr_t io, uint64_t pattern, size_t count, unsigned width)
{
	for (; count >= 4; count -= 4, io += 4 * width) {
		iop_piece_store(io, width, pattern);
		iop_piece_store(io + width, width, pattern);
		iop_piece_store(io + 2 * width, width, pattern);
		iop_piece_store(io + 3 * width, width, pattern);
	}
	for (; count; count--, io += width)
		iop_piece_store(io, width, pattern);
}

/* The low byte of a memset's value, everywhere. */
#define IOP_PIECE_PATTERN(value) ((uint8_t)(value)*UINT64_C(0x0101010101010101))

#endif
