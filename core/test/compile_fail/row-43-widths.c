/* SPDX-License-Identifier: MIT */
/* Row 43: what a device does not take is refused, through whatever was made of its view; a set is never widened. */
#include "types.h"

struct dma {
	uint32_t ctrl;
	uint16_t rate[2];
	uint8_t bytes[8];
	uint64_t base;
	uint32_t ring[4];
};
IOP_PLAIN(struct dma, ctrl, rate, bytes, base, ring);

typedef IOP_MMIO32(struct dma) dma_mmio;
typedef IOP_RELAXED32(struct dma) dma_relaxed;
typedef IOP_MMIO(struct dma) dma_any;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(4, 8, 64), struct dma) dma_bridge;
typedef IOP_MMIO_WIDTHS(4 | 8, uint32_t) u32_within;
typedef IOP_MMIO32(uint32_t) u32_only;
typedef IOP_MMIO32(IOP_REGION(0x100)) bar32;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(1, 2), uint64_t) no_halves;

uint64_t what_it_takes(dma_mmio dma, dma_bridge bridge, bar32 bar, size_t i)
{
	IOP_AUTO slow = iop_relaxed(dma);
	dma_mmio cast;
	u32_only last = iop_as(u32_only, iop_project(dma, .ctrl));
	u32_only narrowed = iop_as(u32_only, iop_project(bridge, .ctrl));
	u32_within kept = iop_as(u32_within, iop_project(bridge, .ring, iop_or(i, return 0)));
	uint64_t sum = iop_read(iop_project(dma, .ring, iop_or(i, return 0))) + iop_read32(bar, 4);

	iop_write(iop_project(slow, .ctrl), 1);
	iop_update(iop_project(bridge, .base), base, base + 1);
	if (iop_try_cast(bar, struct dma, &cast) || iop_try_project(&last, dma, .ring, iop_check(i)))
		return 0;
	return sum + iop_read_lo_hi(iop_project(dma, .base)) + iop_read(last) + iop_read(narrowed) + iop_read(kept);
}

/* REFUSED: iopath: the device does not take accesses of this width, but those that the type of the view names */
void read_2(dma_mmio dma)
{
	(void)iop_read(iop_project(dma, .rate, iop_build(1)));
}

/* REFUSED: iopath: the device does not take accesses of this width */
void write_2_relaxed(dma_mmio dma)
{
	iop_write(iop_project(iop_relaxed(dma), .rate, iop_build(1)), 1);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void update_1(dma_bridge dma)
{
	iop_update(iop_project(dma, .bytes, iop_build(1)), old, old);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void element_of_a_range(dma_mmio dma, size_t i)
{
	(void)iop_read(iop_project(iop_project(dma, .bytes, iop_all()), iop_or(i, return )));
}

/* REFUSED: iopath: the device does not take accesses of this width */
void halves_that_it_does_not_take(no_halves wide)
{
	(void)iop_read_lo_hi(wide);
}

/* REFUSED: iopath: the device does not take accesses of this width, but those that the type of the view names (64 bits in halves: iop_read_lo_hi) */
void read_8(dma_mmio dma)
{
	(void)iop_read(iop_project(dma, .base));
}

/* REFUSED: iopath: the device does not take accesses of this width */
void try_read_8(bar32 bar, uint64_t *value)
{
	(void)!iop_try_read64(bar, 8, value);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void read_2_at(bar32 bar)
{
	(void)iop_read16(bar, 8);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void try_write_1_at(bar32 bar, size_t at)
{
	(void)!iop_try_write8(bar, 1, at);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void read_big_endian(bar32 bar)
{
	(void)iop_read16be(bar, 8);
}

IOP_REGISTER(dma_rate, uint16_t, IOP_AT(4), (7, 0, divisor));
IOP_REGISTER(dma_word, uint32_t, IOP_AT(0), (7, 0, level));

uint32_t read_register(bar32 bar)
{
	return iop_into_raw(iop_read_reg(bar, dma_word));
}

/* REFUSED: iopath: the device does not take accesses of this width */
void read_narrow_register(bar32 bar)
{
	(void)iop_read_reg(bar, dma_rate);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void try_write_narrow_register(bar32 bar, dma_rate rate)
{
	(void)!iop_try_write_reg(bar, rate);
}

struct odd {
	uint16_t a[3];
};
typedef IOP_MMIO32(struct odd) odd_mmio32;
typedef IOP_MMIO_WIDTHS(IOP_WIDTHS(2, 4), struct odd) odd_mmio16;

void an_object_that_fits(odd_mmio16 odd, struct odd value)
{
	iop_copy_write(odd, value);
}

/* REFUSED: iopath: the size of this object is no multiple of the narrowest width that the device takes */
void an_object_that_does_not(odd_mmio32 odd, struct odd value)
{
	iop_copy_write(odd, value);
}

/* REFUSED: iopath: the size of this object is no multiple of the narrowest width that the device takes */
void an_object_that_does_not_try(odd_mmio32 odd, struct odd *value)
{
	(void)!iop_try_copy_read(odd, value);
}

/* REFUSED: iopath: only an Mmio view can be asked for widths */
void asks_memory(bytes_sysmem bytes, unsigned set)
{
	(void)iop_mmio_within(bytes, set);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void asks_and_says(bar32 bar, unsigned set)
{
	(void)iop_read16(iop_mmio_within(bar, set), 4);
}

/* REFUSED: iopath: a view cannot have widths that the device does not take (IOP_WIDTHS) */
void as_any(dma_mmio dma)
{
	dma_any any = iop_as(dma_any, dma);

	(void)any;
}

/* REFUSED: iopath: a view cannot have widths that the device does not take (IOP_WIDTHS) */
void as_more(u32_only word)
{
	u32_within more = iop_as(u32_within, word);

	(void)more;
}

/* REFUSED: iopath: a view cannot have widths that the device does not take (IOP_WIDTHS) */
void cast_to_more(bar32 bar, dma_any *any)
{
	(void)!iop_try_cast(bar, struct dma, any);
}

/* REFUSED: iopath: a view cannot have widths that the device does not take (IOP_WIDTHS) */
void project_to_more(dma_mmio dma, u32_mmio *word)
{
	(void)!iop_try_project(word, dma, .ctrl);
}

/* REFUSED: iopath: a view cannot have widths that the device does not take (IOP_WIDTHS) */
void relaxed_to_more(dma_mmio dma)
{
	u32_relaxed word = iop_as(u32_relaxed, iop_project(iop_relaxed(dma), .ctrl));

	(void)word;
}

/* REFUSED (c): iopath: a width is 1, 2, 4, 8, 16, 32 or 64 bytes */
/* REFUSED (c++): iop_width_is_1_2_4_8_16_32_or_64 */
unsigned no_width(void)
{
	return IOP_WIDTHS(4, 3);
}

/* REFUSED (c): iopath: a width is 1, 2, 4, 8, 16, 32 or 64 bytes */
/* REFUSED (c++): iop_width_is_1_2_4_8_16_32_or_64 */
unsigned too_wide(void)
{
	return IOP_WIDTHS(128);
}

/* REFUSED (c): iopath: a set of widths is not empty, and made by IOP_WIDTHS */
/* REFUSED (c++): iop_set_is_made_by_IOP_WIDTHS */
void empty_set(void)
{
	IOP_MMIO_WIDTHS(0, uint32_t) nothing = {};

	(void)nothing;
}

/* REFUSED (c): iopath: a set of widths is not empty, and made by IOP_WIDTHS */
/* REFUSED (c++): iop_set_is_made_by_IOP_WIDTHS */
void no_set(void)
{
	IOP_MMIO_WIDTHS(4 | 128, uint32_t) nothing = {};

	(void)nothing;
}
