/* SPDX-License-Identifier: MIT */
/* Rows 8 and 9: what a view is called, made from and asked for. */
#include "types.h"

typedef IOP_MMIO(struct desc[8]) descs_mmio;
typedef IOP_IOSYSMAP(uint32_t) u32_iosysmap;

nic_mmio sized_at(uintptr_t addr)
{
	return iop_view_at(nic_mmio, addr);
}

bar_mmio region_at(uintptr_t addr)
{
	return iop_region_at(bar_mmio, addr, 0x1000);
}

int slice_at(ring_mmio *ring, uintptr_t addr, size_t n)
{
	return iop_try_slice_at(ring, addr, n);
}

size_t lengths(ring_mmio ring, bytes_sysmem bytes)
{
	return iop_len(ring) + iop_len(bytes) + !iop_is_empty(ring);
}

descs_mmio named(nic_mmio nic)
{
	return iop_as(descs_mmio, iop_project(nic, .ring));
}

/* REFUSED: iopath: iop_as cannot change the target */
u32_mmio wrong_target(nic_mmio nic)
{
	return iop_as(u32_mmio, iop_project(nic, .mac));
}

/* REFUSED: iopath: iop_as cannot change the target */
mac_mmio slice_as_array(bytes_mmio bytes)
{
	return iop_as(mac_mmio, bytes);
}

/* REFUSED: iopath: iop_as cannot change the target */
bytes_mmio array_as_slice(mac_mmio mac)
{
	return iop_as(bytes_mmio, mac);
}

/* REFUSED: iopath: iop_as cannot change the target */
bar_mmio larger_minimum(any_mmio any)
{
	return iop_as(bar_mmio, any);
}

/* REFUSED: iopath: iop_as cannot change the target */
bytes_mmio region_as_bytes(bar_mmio bar)
{
	return iop_as(bytes_mmio, bar);
}

/* REFUSED: iopath: iop_as cannot change the backend */
u32_sysmem wrong_backend(u32_mmio reg)
{
	return iop_as(u32_sysmem, reg);
}

/* REFUSED: iopath: iop_as cannot change the backend */
u32_iosysmap either_by_name(u32_mmio reg)
{
	return iop_as(u32_iosysmap, reg);
}

/* REFUSED: iopath: iop_len and iop_is_empty are for slice views only */
size_t length_of_struct(nic_mmio nic)
{
	return iop_len(nic);
}

/* REFUSED: iopath: iop_len and iop_is_empty are for slice views only */
size_t length_of_array(mac_mmio mac)
{
	return iop_len(mac);
}

/* REFUSED: iopath: iop_len and iop_is_empty are for slice views only */
size_t length_of_region(bar_mmio bar)
{
	return iop_len(bar);
}

/* REFUSED: iopath: iop_len and iop_is_empty are for slice views only */
int emptiness_of_region(bar_mmio bar)
{
	return iop_is_empty(bar);
}

/* REFUSED: iopath: this target has a length: use iop_region_at or iop_slice_at */
bar_mmio region_without_length(uintptr_t addr)
{
	return iop_view_at(bar_mmio, addr);
}

/* REFUSED: iopath: this target has a length: use iop_region_at or iop_slice_at */
ring_mmio slice_without_length(uintptr_t addr)
{
	return iop_view_at(ring_mmio, addr);
}

/* REFUSED: iopath: not a Region view */
nic_mmio struct_with_length(uintptr_t addr)
{
	return iop_region_at(nic_mmio, addr, 64);
}

/* REFUSED: iopath: not a Region view */
ring_mmio slice_by_bytes(uintptr_t addr)
{
	return iop_region_at(ring_mmio, addr, 64);
}

/* REFUSED: iopath: not a Region view */
int try_struct_with_length(nic_mmio *nic, uintptr_t addr)
{
	return iop_try_region_at(nic, addr, 64);
}

/* REFUSED: iopath: not a slice view */
int region_by_count(bar_mmio *bar, uintptr_t addr)
{
	return iop_try_slice_at(bar, addr, 64);
}

/* REFUSED: iopath: not a slice view */
int array_by_count(mac_mmio *mac, uintptr_t addr)
{
	return iop_try_slice_at(mac, addr, 8);
}

/* REFUSED: iopath: a view of this backend comes from its owner */
nic_iosysmap either_without_tag(uintptr_t addr)
{
	return iop_view_at(nic_iosysmap, addr);
}

/* REFUSED: iopath: a view of this backend comes from its owner */
bar_iosysmap either_region_without_tag(uintptr_t addr)
{
	return iop_region_at(bar_iosysmap, addr, 0x1000);
}

/* REFUSED: iopath: only a SysMem view has a CPU pointer */
void *pointer_into_a_device(nic_mmio nic)
{
	return iop_sysmem_ptr(nic);
}

/* REFUSED: iopath: only a SysMem view has a CPU pointer */
void *pointer_into_either(nic_iosysmap nic)
{
	return iop_sysmem_ptr(nic);
}
