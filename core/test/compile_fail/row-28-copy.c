/* SPDX-License-Identifier: MIT */
/* Rows 28, 29 and 31: byte slices and whole objects are copied, arrays are projected first. */
#include "types.h"

void slices(bytes_mmio device, bytes_sysmem memory, void *buffer)
{
	iop_copy_fromio(buffer, device, 8);
	iop_copy_toio(memory, buffer, 8);
}

void array_after_projection(mac_mmio mac, void *buffer)
{
	iop_copy_fromio(buffer, iop_project(mac, iop_all()), 8);
	iop_copy_toio(iop_project(mac, iop_build_range(2, 4)), buffer, 2);
}

struct nic objects(nic_mmio device, nic_iosysmap either)
{
	struct nic value = iop_copy_read(device);

	iop_copy_write(either, value);
	return value;
}

int between_views(bytes_mmio device, bytes_sysmem memory)
{
	return iop_copy_view(device, memory);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
void array_to(mac_mmio mac, void *buffer)
{
	iop_copy_fromio(buffer, mac, 8);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
void array_from(mac_mmio mac, const void *buffer)
{
	iop_copy_toio(mac, buffer, 8);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
void slice_of_structs(ring_mmio ring, void *buffer)
{
	iop_copy_fromio(buffer, ring, 8);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
void array_of_structs(nic_mmio nic, const void *buffer)
{
	iop_copy_toio(iop_project(nic, .ring, iop_all()), buffer, 64);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
void region(bar_mmio bar, void *buffer)
{
	iop_copy_fromio(buffer, bar, 0x1000);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
void struct_as_bytes(nic_sysmem nic, void *buffer)
{
	iop_copy_fromio(buffer, nic, sizeof(struct nic));
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
int between_arrays(mac_mmio mac, bytes_sysmem memory)
{
	return iop_copy_view(memory, mac);
}

/* REFUSED: iopath: only slices of uint8_t are copied (a struct by iop_copy_read or iop_copy_write, an array after iop_all()) */
int between_regions(bar_mmio bar, bar_sysmem memory)
{
	return iop_copy_view(bar, memory);
}

/* REFUSED: iopath: C has no array values */
void array_as_object(mac_mmio mac)
{
	(void)iop_copy_read(mac);
}

/* REFUSED: iopath: C has no array values */
void slice_as_object(bytes_mmio bytes)
{
	(void)iop_copy_read(bytes);
}

/* REFUSED: iopath: C has no array values */
void region_as_object(bar_mmio bar)
{
	(void)iop_copy_read(bar);
}

/* REFUSED: iopath: C has no array values */
void write_array_as_object(mac_mmio mac, uint8_t *value)
{
	iop_copy_write(mac, *value);
}

/* REFUSED (gcc, c): invalid initializer */
/* REFUSED (gcc, c++): to non-scalar type 'nic' */
/* REFUSED (clang, c): with an expression of incompatible type */
/* REFUSED (clang, c++): no viable conversion */
void object_of_another_type(nic_mmio nic, struct desc value)
{
	iop_copy_write(nic, value);
}
