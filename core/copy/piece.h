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

#endif
