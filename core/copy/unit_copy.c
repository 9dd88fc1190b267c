/* SPDX-License-Identifier: MIT */
/* Copies in units: the functions, counted in units, and as routines of the table, in bytes. */
#include "copy_internal.h"
#include "piece.h"

#include <iopath/unit_copy.h>

static void check(const volatile void *io, const void *memory, unsigned unit)
{
	if (IOP_DEBUG_VIEWS && (((uintptr_t)io | (uintptr_t)memory) & (unit - 1)))
		iop_panic_numbers("not in units", "unit", unit, "device side", (uintptr_t)io, "memory side", (uintptr_t)memory);
}

void iop_iowrite32_copy(volatile void *io, const void *src, size_t count)
{
	check(io, src, 4);
	iop_piece_store_run((uintptr_t)io, src, count, 4);
}

void iop_iowrite64_copy(volatile void *io, const void *src, size_t count)
{
	const size_t accesses = count * (8 / IOP_PIECE_WORD);

	check(io, src, 8);
	iop_piece_store_run((uintptr_t)io, src, accesses, IOP_PIECE_WORD);
}

void iop_ioread32_copy(void *dst, const volatile void *io, size_t count)
{
	check(io, dst, 4);
	iop_piece_load_run(dst, (uintptr_t)io, count, 4);
}

static void write32(volatile void *io, const void *src, size_t n)
{
	IOP_CHECK_UNITS(4u, (uintptr_t)io, n);
	iop_iowrite32_copy(io, src, n / 4);
}

static void write64(volatile void *io, const void *src, size_t n)
{
	IOP_CHECK_UNITS(8u, (uintptr_t)io, n);
	iop_iowrite64_copy(io, src, n / 8);
}

static void read32(void *dst, const volatile void *io, size_t n)
{
	IOP_CHECK_UNITS(4u, (uintptr_t)io, n);
	iop_ioread32_copy(dst, io, n / 4);
}

const struct iop_routine iop_routine_iowrite32 = {
	.name = "iowrite32",
	.about = "iop_iowrite32_copy(): units of 4 bytes, as the kernel's __iowrite32_copy",
	.tier = IOP_STRICT,
	.toio = write32,
	.widths = 4,
	.unit = 4,
	.memory_unit = 4,
};

const struct iop_routine iop_routine_iowrite64 = {
	.name = "iowrite64",
	.about = "iop_iowrite64_copy(): units of 8 bytes, as the kernel's __iowrite64_copy",
	.tier = IOP_STRICT,
	.toio = write64,
	.widths = IOP_PIECE_WORD,
	.unit = 8,
	.memory_unit = 8,
};

const struct iop_routine iop_routine_ioread32 = {
	.name = "ioread32",
	.about = "iop_ioread32_copy(): units of 4 bytes, as the kernel's __ioread32_copy",
	.tier = IOP_STRICT,
	.fromio = read32,
	.widths = 4,
	.unit = 4,
	.memory_unit = 4,
};
