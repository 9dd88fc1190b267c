/* SPDX-License-Identifier: MIT */
/* Rows 46, 47: nothing ordered is made of a write-combining view, and only such a view has stores to flush. */
#include "types.h"

typedef IOP_WC(uint32_t) word_wc;
typedef IOP_WC(IOP_REGION(64)) region_wc;
typedef IOP_WC(IOP_SLICE(uint8_t)) bytes_wc;
typedef IOP_MMIO(uint32_t) word_mmio;
typedef IOP_SYSMEM(uint32_t) word_memory;

uint32_t everything_legal(word_wc word, region_wc region, bytes_wc bytes, uint8_t *buffer, size_t n)
{
	iop_write(word, 1);
	iop_write32(region, 2, 4);
	iop_copy_toio(bytes, buffer, n);
	iop_copy_fromio(buffer, bytes, n);
	iop_wc_flush(bytes);
	return iop_read(word) + iop_copy_read(word);
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed_of_wc(word_wc word)
{
	iop_write(iop_relaxed(word), 1);
}

/* REFUSED: iopath: not an Mmio view */
void either_of_wc(word_wc word)
{
	iop_write(iop_iosysmap_from_mmio(word), 1);
}

/* REFUSED: iopath: iop_mmio_from_raw takes an MmioRaw */
void mmio_of_wc(word_wc word)
{
	iop_write(iop_mmio_from_raw(word), 1);
}

/* REFUSED: iopath: iop_as cannot change the backend */
void wc_as_mmio(word_wc word)
{
	iop_write(iop_as(word_mmio, word), 1);
}

/* REFUSED: iopath: iop_as cannot change the backend */
void mmio_as_wc(word_mmio word)
{
	iop_write(iop_as(word_wc, word), 1);
}

/* REFUSED: iopath: iop_try_cast cannot change the backend */
int cast_to_mmio(region_wc region, word_mmio *word)
{
	return iop_try_cast(region, uint32_t, word);
}

/* REFUSED: iopath: acquire and release order CPUs: SysMem views only */
void release_to_wc(word_wc word)
{
	iop_smp_store_release(word, 1);
}

/* REFUSED: iopath: only a write-combining view has stores to flush */
void flush_of_mmio(word_mmio word)
{
	iop_wc_flush(word);
}

/* REFUSED: iopath: only a write-combining view has stores to flush */
void flush_of_memory(word_memory word)
{
	iop_wc_flush(word);
}

typedef IOP_IOMEM(64) device_iomem;
typedef IOP_WC_IOMEM(64) frame_iomem;
typedef IOP_WC_IOMEM_WIDTHS(IOP_WIDTHS(4), 64) frame32_iomem;
typedef IOP_WC_EXCLUSIVE_IOMEM(64) only_iomem;
typedef IOP_VMAP_REF(64) memory_vmap;
typedef IOP_WC_VMAP_REF(64) frame_vmap;

int owners(struct iop_bus *bus, struct iop_gem *gem, frame_iomem *frame, frame32_iomem *frame32, only_iomem *only, frame_vmap *vmap)
{
	int err = iop_iomem_map_wc(frame, bus, 0) || iop_iomem_map_wc_widths(frame32, bus, 0, 4) ||
		  iop_exclusive_iomem_map_wc(only, bus, 0, "test") || iop_vmap_wc(vmap, gem);

	iop_write32(*frame, 1, 60);
	iop_wc_flush(*vmap);
	return err;
}

/* REFUSED: iopath: iop_iomem_map_wc makes an IOP_WC_IOMEM (its accesses are not ordered: iop_wc_flush) */
int combined_without_a_wc_view(device_iomem *iomem, struct iop_bus *bus)
{
	return iop_iomem_map_wc(iomem, bus, 0);
}

/* REFUSED: iopath: iop_iomem_map makes an IOP_IOMEM */
int ordered_with_a_wc_view(frame_iomem *iomem, struct iop_bus *bus)
{
	return iop_iomem_map(iomem, bus, 0);
}

/* REFUSED: iopath: iop_exclusive_iomem_map_wc makes an IOP_WC_EXCLUSIVE_IOMEM */
int exclusive_that_is_not(frame_iomem *iomem, struct iop_bus *bus)
{
	return iop_exclusive_iomem_map_wc(iomem, bus, 0, "test");
}

/* REFUSED: iopath: the device does not take accesses of this width */
void another_width(frame32_iomem *iomem)
{
	iop_write16(*iomem, 1, 0);
}

/* REFUSED: iopath: iop_vmap_wc makes an IOP_WC_VMAP_REF or IOP_WC_VMAP_OWNED */
int memory_as_wc(memory_vmap *vmap, struct iop_gem *gem)
{
	return iop_vmap_wc(vmap, gem);
}

/* REFUSED: iopath: iop_vmap makes an IOP_VMAP_REF or IOP_VMAP_OWNED */
int wc_as_memory(frame_vmap *vmap, struct iop_gem *gem)
{
	return iop_vmap(vmap, gem);
}
