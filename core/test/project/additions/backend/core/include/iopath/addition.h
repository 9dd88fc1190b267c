/* SPDX-License-Identifier: MIT */
/**
 * addition.h - memory whose bits are all inverted
 *
 * Source: written for a test.
 */
#ifndef IOPATH_ADDITION_H
#define IOPATH_ADDITION_H

#include <iopath/arch.h>
#include <iopath/view.h>

struct iop_addition {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_ADDITION(...) IOP_VIEW_TYPE(struct iop_addition, __VA_ARGS__)

enum {
	iop_addition_caps = IOP_CAN_ACCESS
};

IOP_INLINE uint64_t iop_addition_load(struct iop_addition raw, unsigned width)
{
	return ~iop_arch_load(raw.addr, width) & (UINT64_MAX >> (64 - 8 * width));
}

IOP_INLINE void iop_addition_store(struct iop_addition raw, unsigned width, uint64_t value)
{
	iop_arch_store(raw.addr, width, ~value);
}

IOP_INLINE struct iop_addition iop_addition_advance(struct iop_addition raw, size_t delta)
{
	raw.addr += delta;
	return raw;
}

IOP_CANNOT_COPY(addition)
IOP_DEFINE_BACKEND(addition)

#endif
