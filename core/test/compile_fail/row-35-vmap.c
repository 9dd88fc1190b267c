/* SPDX-License-Identifier: MIT */
/* Row 35: a VMap is a Region of system memory, known to be MIN bytes and no more. */
#include "types.h"

typedef IOP_VMAP_REF(42) map_ref;
typedef IOP_VMAP_OWNED(42) map_owned;
typedef IOP_VMAP_REF(0) any_ref;

int everything_legal(struct iop_gem *gem)
{
	map_ref ref;
	map_owned owned;
	any_ref any;
	int err = iop_vmap(&ref, gem) + iop_vmap(&owned, gem) + iop_vmap(&any, gem);
	uint32_t v = iop_read32(ref, 36) + iop_read16(owned, 40) + iop_read8(ref, 41);

	iop_vmap_drop(&ref);
	iop_vmap_drop(&owned);
	err += iop_try_write32(any, v, 0) + (int)iop_size(any);
	iop_vmap_drop(&any);
	return err;
}

/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
uint32_t beyond_the_minimum(map_ref ref)
{
	return iop_read32(ref, 40);
}

/* REFUSED WHEN BUILT (c++): iopath: offset access not provably inside */
/* REFUSED (c): iopath: offset access outside the minimum size of the Region, or misaligned */
uint32_t nothing_is_known(any_ref any)
{
	return iop_read8(any, 0);
}

/* REFUSED: iopath: a Region has no elements */
void element(map_owned owned)
{
	(void)iop_project(owned, iop_or_panic(0));
}

/* REFUSED: iopath: only a Coherent view has a device address */
uint64_t address(map_ref ref)
{
	return iop_coherent_dma(ref);
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed(map_ref ref)
{
	(void)iop_relaxed(ref);
}
