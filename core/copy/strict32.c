/* SPDX-License-Identifier: MIT */
/*
 * By accesses of 4 bytes and by no others, for devices whose registers are 32 bits wide. Only multiples of 4 bytes at multiples of 4
 * have such accesses. The memory side may lie anywhere.
 */
#include "copy_internal.h"
#include "piece.h"

#define UNIT 4u

static void strict32_toio(volatile void *io, const void *src, size_t n)
{
	IOP_CHECK_UNITS(UNIT, (uintptr_t)io, n);
	iop_piece_store_run((uintptr_t)io, src, n / UNIT, UNIT);
}

static void strict32_fromio(void *dst, const volatile void *io, size_t n)
{
	IOP_CHECK_UNITS(UNIT, (uintptr_t)io, n);
	iop_piece_load_run(dst, (uintptr_t)io, n / UNIT, UNIT);
}

static void strict32_set(volatile void *io, int value, size_t n)
{
	IOP_CHECK_UNITS(UNIT, (uintptr_t)io, n);
	iop_piece_set_run((uintptr_t)io, IOP_PIECE_PATTERN(value), n / UNIT, UNIT);
}

/* Each word is stored after it was loaded; downwards where the destination begins inside the source. */
static void strict32_move(volatile void *dst, const volatile void *src, size_t n)
{
	uintptr_t to = (uintptr_t)dst, from = (uintptr_t)src;

	IOP_CHECK_UNITS(UNIT, to | from, n);
	if (to > from && to - from < n) {
		for (; n; n -= UNIT)
			iop_piece_store(to + n - UNIT, UNIT, iop_piece_load(from + n - UNIT, UNIT));
		return;
	}
	for (; n; n -= UNIT, to += UNIT, from += UNIT)
		iop_piece_store(to, UNIT, iop_piece_load(from, UNIT));
}

const struct iop_routine iop_routine_strict32 = {
	.name = "strict32",
	.about = "accesses of 4 bytes only: devices with 32-bit registers; multiples of 4 bytes at multiples of 4",
	.tier = IOP_STRICT,
	.toio = strict32_toio,
	.fromio = strict32_fromio,
	.set = strict32_set,
	.move = strict32_move,
	.widths = UNIT,
	.unit = UNIT,
};
