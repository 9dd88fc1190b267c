/* SPDX-License-Identifier: MIT */
/*
 * Row 13, docs/semantics.md, 6.1: infallible offset access is proved against the Region's minimum size, or does not build. A
 * literal is refused by the C front end; in C++, and for anything that only the optimiser can see, by the build.
 */
#include "types.h"

uint8_t first_u8(bar_mmio bar)
{
	return iop_read8(bar, 0);
}

uint8_t last_u8(bar_mmio bar)
{
	return iop_read8(bar, 0xfff);
}

uint16_t last_u16(bar_mmio bar)
{
	return iop_read16(bar, 0xffe);
}

uint32_t last_u32(bar_mmio bar)
{
	return iop_read32(bar, 0xffc);
}

void last_writes(bar_sysmem bar)
{
	iop_write8(bar, 1, 0xfff);
	iop_write16(bar, 1, 0xffe);
	iop_write32(bar, 1, 0xffc);
	iop_update32(bar, 0xffc, old, old + 1);
}

uint16_t bounded_by_a_minimum_that_is_no_multiple_of_four(odd_mmio odd)
{
	return iop_read16(odd, 40);
}

uint8_t last_of_a_minimum_that_is_no_multiple_of_four(odd_mmio odd)
{
	return iop_read8(odd, 41);
}

uint32_t offset_that_the_optimiser_can_see(bar_mmio bar)
{
	size_t offset = 0x10;

	offset += 0x20;
	return iop_read32(bar, offset);
}

uint32_t offset_in_a_constant_variable(bar_mmio bar)
{
	const size_t offset = 0x10;

	return iop_read32(bar, offset);
}

/* FROM -O2: below it gcc does not follow a multiple of the index */
uint32_t loop_over_the_region(bar_mmio bar)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < 16; i++)
		sum += iop_read32(bar, i * 4);
	return sum;
}

/* FROM -O2: at -Og gcc follows no mask */
uint8_t offset_that_was_masked(bar_mmio bar, size_t offset)
{
	return iop_read8(bar, offset & 0xfff);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint8_t u8_at_the_end(bar_mmio bar)
{
	return iop_read8(bar, 0x1000);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint16_t u16_one_too_far(bar_mmio bar)
{
	return iop_read16(bar, 0xfff);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t u32_one_too_far(bar_mmio bar)
{
	return iop_read32(bar, 0xffd);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t u32_at_the_end(bar_mmio bar)
{
	return iop_read32(bar, 0x1000);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint16_t u16_misaligned(bar_mmio bar)
{
	return iop_read16(bar, 0xffd);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t u32_misaligned(bar_mmio bar)
{
	return iop_read32(bar, 2);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t end_overflows(bar_mmio bar)
{
	return iop_read32(bar, SIZE_MAX - 3);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t far_away(bar_mmio bar)
{
	return iop_read32(bar, SIZE_MAX - 7);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t negative(bar_mmio bar)
{
	return iop_read32(bar, -4);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t beyond_32_bits(bar_mmio bar)
{
	return iop_read32(bar, 0x100000000);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint32_t bounded_by_the_minimum_not_rounded_up(odd_mmio odd)
{
	return iop_read32(odd, 40);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
uint8_t nothing_in_an_unknown_size(any_mmio any)
{
	return iop_read8(any, 0);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
void write_too_far(bar_sysmem bar)
{
	iop_write32(bar, 1, 0x1000);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
void write_misaligned(bar_iosysmap bar)
{
	iop_write16(bar, 1, 1);
}

/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
void update_too_far(bar_relaxed bar)
{
	iop_update8(bar, 0x1000, old, old | 1);
}

/* REFUSED: iopath: a Region guarantees 4-byte alignment only: no infallible 64-bit access */
uint64_t u64_read(bar_mmio bar)
{
	return iop_read64(bar, 0);
}

/* REFUSED: iopath: a Region guarantees 4-byte alignment only: no infallible 64-bit access */
void u64_write(bar_sysmem bar)
{
	iop_write64(bar, 1, 8);
}

/* REFUSED: iopath: a Region guarantees 4-byte alignment only: no infallible 64-bit access */
void u64_update(bar_relaxed bar)
{
	iop_update64(bar, 8, old, old + 1);
}

/* REFUSED WHEN BUILT: iopath: offset access not provably inside the minimum size of the Region and aligned */
uint32_t unknown_offset(bar_mmio bar, size_t offset)
{
	return iop_read32(bar, offset);
}

/* REFUSED WHEN BUILT: iopath: offset access not provably inside the minimum size of the Region and aligned */
void write_at_unknown_offset(bar_relaxed bar, size_t offset)
{
	iop_write8(bar, 1, offset);
}

/* REFUSED WHEN BUILT: iopath: offset access not provably inside the minimum size of the Region and aligned */
void update_at_unknown_offset(bar_sysmem bar, size_t offset)
{
	iop_update16(bar, offset, old, old + 1);
}

/* REFUSED WHEN BUILT: iopath: offset access not provably inside the minimum size of the Region and aligned */
uint32_t bounded_but_perhaps_misaligned(bar_mmio bar, size_t offset)
{
	return iop_read32(bar, offset & 0xff);
}

/* REFUSED WHEN BUILT: iopath: offset access not provably inside the minimum size of the Region and aligned */
uint32_t loop_that_runs_too_far(bar_mmio bar)
{
	uint32_t sum = 0;

	for (size_t i = 0; i <= 0x1000; i += 4)
		sum += iop_read32(bar, i);
	return sum;
}

/* REFUSED WHEN BUILT: iopath: offset access not provably inside the minimum size of the Region and aligned */
uint32_t checked_against_the_real_size_only(bar_mmio bar, size_t offset)
{
	return offset < iop_size(bar) ? iop_read8(bar, offset) : 0;
}
