/* SPDX-License-Identifier: MIT */
#include "rep.h"

#include <iopath/iopath.h>
#include <peers/kernel_rep.h>

#include <string.h>

/* A routine of a table has no width among its arguments. */
static unsigned chosen;

static void write_rep(volatile void *io, const void *src, size_t n)
{
	switch (chosen) {
	case 1: iop_write_rep(iop_view_at(IOP_MMIO(uint8_t), io), src, n); break;
	case 2: iop_write_rep(iop_view_at(IOP_MMIO(uint16_t), io), src, n / 2); break;
	case 4: iop_write_rep(iop_view_at(IOP_MMIO(uint32_t), io), src, n / 4); break;
#if IOP_64BIT
	default: iop_write_rep(iop_view_at(IOP_MMIO(uint64_t), io), src, n / 8); break;
#endif
	}
}

static void read_rep(void *dst, const volatile void *io, size_t n)
{
	switch (chosen) {
	case 1: iop_read_rep(iop_view_at(IOP_MMIO(const uint8_t), io), dst, n); break;
	case 2: iop_read_rep(iop_view_at(IOP_MMIO(const uint16_t), io), dst, n / 2); break;
	case 4: iop_read_rep(iop_view_at(IOP_MMIO(const uint32_t), io), dst, n / 4); break;
#if IOP_64BIT
	default: iop_read_rep(iop_view_at(IOP_MMIO(const uint64_t), io), dst, n / 8); break;
#endif
	}
}

static void kernel_write_rep(volatile void *io, const void *src, size_t n)
{
	switch (chosen) {
	case 1: iop_kernel_writesb(io, src, n); break;
	case 2: iop_kernel_writesw(io, src, n / 2); break;
	default: iop_kernel_writesl(io, src, n / 4); break;
	}
}

static void kernel_read_rep(void *dst, const volatile void *io, size_t n)
{
	switch (chosen) {
	case 1: iop_kernel_readsb(io, dst, n); break;
	case 2: iop_kernel_readsw(io, dst, n / 2); break;
	default: iop_kernel_readsl(io, dst, n / 4); break;
	}
}

bool iop_rep_is(const char *routine)
{
	return strcmp(routine, IOP_REP) == 0 || strcmp(routine, IOP_KERNEL_REP) == 0;
}

bool iop_rep_copier(struct iop_copier *copier, const char *routine, unsigned width)
{
	const bool kernel = strcmp(routine, IOP_KERNEL_REP) == 0;

	chosen = width;
	*copier = kernel ? (struct iop_copier){.toio = kernel_write_rep, .fromio = kernel_read_rep}
			 : (struct iop_copier){.toio = write_rep, .fromio = read_rep};
	return width <= (kernel || !IOP_64BIT ? 4 : 8);
}
