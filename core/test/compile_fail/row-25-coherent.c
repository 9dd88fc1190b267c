/* SPDX-License-Identifier: MIT */
/* Rows 25 to 27: what owners of coherent memory refuse, and what is no longer there. */
#include "types.h"

struct nothing {
	char none[0];
};
typedef IOP_COHERENT(struct nic) nic_coherent;
typedef IOP_COHERENT(IOP_SLICE(uint8_t)) bytes_coherent;
typedef IOP_COHERENT_OWNER(struct nic) nic_owner;
typedef IOP_COHERENT_OWNER(struct nothing) nothing_owner;
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct nothing)) nothings_owner;
typedef IOP_COHERENT_OWNER(IOP_REGION(64)) region_owner;
typedef IOP_COHERENT_OWNER(IOP_SLICE(struct desc)) descs_owner;
typedef IOP_COHERENT_BOX(struct nic) nic_box;
typedef IOP_COHERENT_BOX(IOP_SLICE(struct desc)) descs_box;

int everything_legal(struct iop_dma *dma, const struct desc *source)
{
	nic_owner nic;
	nic_box box;
	descs_owner descs;
	descs_box more;
	struct iop_coherent_handle handle;
	uint8_t byte;
	int err = iop_coherent_alloc(&nic, dma, 0) + iop_coherent_box_alloc(&box, dma, IOP_DMA_SMALL_PAGES) +
		  iop_coherent_from_slice(&descs, dma, source, 3, 0) + iop_coherent_box_zeroed_slice(&more, dma, 4, 0) +
		  iop_coherent_box_init_at(&more, 1, source[0]) + iop_coherent_handle_alloc(&handle, dma, 64, 0);
	struct desc *first = iop_coherent_as_mut(descs);
	const struct desc *second = iop_coherent_as_ref(iop_project(descs, iop_or_panic(1)));
	uint32_t *status = iop_coherent_as_mut(iop_project(nic, .status));

	iop_write(iop_project(nic, .ctrl), *status + first->len + second->len);
	iop_copy_fromio(&byte, iop_project(nic, .mac, iop_build_to(1)), 1);
	iop_coherent_box_ptr(&box)->ctrl = (uint32_t)iop_coherent_dma(iop_project(descs, iop_or_panic(1), .len));
	iop_coherent_drop(&descs);
	iop_coherent_share(&descs, &more);
	iop_write32(iop_iosysmap_from_sysmem(iop_region_at(bar_sysmem, iop_addr(iop_coherent_as_sysmem(descs)), 0x1000)), 1, 0);
	iop_coherent_drop(&box);
	iop_coherent_drop(&nic);
	iop_coherent_drop(&handle);
	return err + (int)iop_coherent_handle_dma(&handle) + (int)iop_coherent_handle_size(&handle) + (int)iop_len(descs);
}

/* REFUSED: iopath: a type of size 0 cannot be allocated */
int size_zero(nothing_owner *owner, struct iop_dma *dma)
{
	return iop_coherent_alloc(owner, dma, 0);
}

/* REFUSED: iopath: a type of size 0 cannot be allocated */
int slice_of_size_zero(nothings_owner *owner, struct iop_dma *dma)
{
	return iop_coherent_zeroed_slice(owner, dma, 1, 0);
}

/* REFUSED: iopath: coherent memory has a type */
int untyped(region_owner *owner, struct iop_dma *dma)
{
	return iop_coherent_zeroed_slice(owner, dma, 64, 0);
}

/* REFUSED: iopath: a slice is allocated with its length */
int slice_without_length(descs_owner *owner, struct iop_dma *dma)
{
	return iop_coherent_alloc(owner, dma, 0);
}

/* REFUSED: iopath: only a slice is allocated with a length */
int object_with_length(nic_owner *owner, struct iop_dma *dma)
{
	return iop_coherent_zeroed_slice(owner, dma, 2, 0);
}

/* REFUSED: iopath: only a slice is allocated with a length */
int boxed_object_with_length(nic_box *box, struct iop_dma *dma)
{
	return iop_coherent_box_zeroed_slice(box, dma, 2, 0);
}

/* REFUSED: iopath: sharing a box does not change its type */
void shared_as_another(nic_owner *owner, descs_box *box)
{
	iop_coherent_share(owner, box);
}

/* REFUSED (gcc): 'struct iop_coherent_handle' has no member named 'len' */
/* REFUSED (clang, c): no member named 'len' in 'struct iop_coherent_handle' */
/* REFUSED (clang, c++): no member named 'len' in 'iop_coherent_handle' */
size_t handle_size(struct iop_coherent_handle handle)
{
	return iop_size(handle);
}

/* REFUSED (gcc, c): 'struct iop_coherent_handle' has no member named 'as' */
/* REFUSED (clang, c): no member named 'as' in 'struct iop_coherent_handle' */
/* REFUSED (c++): iopath: offset access is for Region views only */
uint32_t handle_read(struct iop_coherent_handle handle)
{
	return iop_read32(handle, 0);
}

/* REFUSED (gcc, c): has no member named 'raw' */
/* REFUSED (clang, c): no member named 'raw' in */
/* REFUSED (c++): iopath: not a view */
void handle_project(struct iop_coherent_handle handle)
{
	(void)iop_project(handle, iop_or_panic(0));
}

/* REFUSED (gcc): has no member named 'raw' */
/* REFUSED (clang): no member named 'raw' in */
void *handle_pointer(struct iop_coherent_handle handle)
{
	return iop_coherent_as_mut(handle);
}

/* REFUSED (gcc, c): has no member named 'raw' */
/* REFUSED (clang, c): no member named 'raw' in */
/* REFUSED (c++): iopath: not a view */
uint32_t box_read(nic_box box)
{
	return iop_read(iop_project(box, .ctrl));
}

/* REFUSED: iopath: not a SysMem view */
void either_without_detour(nic_coherent nic)
{
	(void)iop_iosysmap_from_sysmem(nic);
}

/* REFUSED: iopath: not an Mmio view */
void either_as_device(nic_coherent nic)
{
	(void)iop_iosysmap_from_mmio(nic);
}

/* REFUSED: iopath: only a Coherent view has a device address */
uint64_t address_of_memory(nic_sysmem nic)
{
	return iop_coherent_dma(nic);
}

/* REFUSED: iopath: only a Coherent view has a device address */
uint64_t address_is_lost(nic_coherent nic)
{
	return iop_coherent_dma(iop_coherent_as_sysmem(nic));
}

/* REFUSED: iopath: only a Coherent view has a device address */
void pointer_to_registers(nic_mmio nic)
{
	(void)iop_coherent_as_mut(nic);
}

/* REFUSED: iopath: a view of this backend comes from its owner */
nic_coherent by_hand(void)
{
	return iop_view_at(nic_coherent, 0x1000);
}

/* REFUSED: iopath: iop_as cannot change the backend */
nic_coherent address_by_name(nic_sysmem nic)
{
	return iop_as(nic_coherent, nic);
}

/* REFUSED (gcc): in read-only object */
/* REFUSED (clang): read-only variable is not assignable */
void as_ref_is_for_reading(nic_coherent nic)
{
	iop_coherent_as_ref(nic)->ctrl = 1;
}

/* REFUSED (c): implicit declaration of function 'iop_dma_read' */
/* REFUSED (gcc, c++): 'iop_dma_read' was not declared */
/* REFUSED (clang, c++): use of undeclared identifier 'iop_dma_read' */
uint32_t dropped_read(nic_coherent nic)
{
	return iop_dma_read(iop_project(nic, .ctrl));
}

/* REFUSED (c): implicit declaration of function 'iop_dma_write' */
/* REFUSED (gcc, c++): 'iop_dma_write' was not declared */
/* REFUSED (clang, c++): use of undeclared identifier 'iop_dma_write' */
void dropped_write(nic_coherent nic)
{
	iop_dma_write(iop_project(nic, .ctrl), 1);
}
