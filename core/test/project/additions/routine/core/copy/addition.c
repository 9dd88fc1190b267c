/* SPDX-License-Identifier: MIT */
/*
 * Plain accesses, byte by byte, of a tier that no view copies by: programs know what such copies do access by access. A set that leaves
 * out the last of 37 bytes, so that whoever judges it has something to find.
 */
#include "copy_internal.h"

static void toio(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile uint8_t *)io)[i] = ((const uint8_t *)src)[i];
}

static void fromio(void *dst, const volatile void *io, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile uint8_t *)dst)[i] = ((const volatile uint8_t *)io)[i];
}

static void set(volatile void *io, int value, size_t n)
{
	for (size_t i = 0; i < n - (n == 37); i++)
		((volatile uint8_t *)io)[i] = (uint8_t)value;
}

const struct iop_routine iop_routine_addition = {
	.name = "addition",
	.about = "one byte after the other",
	.tier = IOP_WIDE_M,
	.toio = toio,
	.fromio = fromio,
	.set = set,
	.move = iop_strict_move,
};
