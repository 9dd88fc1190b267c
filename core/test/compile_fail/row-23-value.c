/* SPDX-License-Identifier: MIT */
/* Rows 20 and 23: value access is for one object of one of the four widths. */
#include "types.h"

typedef IOP_MMIO(const uint32_t) const_mmio;
typedef IOP_MMIO(volatile uint16_t) volatile_mmio;

uint32_t qualifiers_are_no_part_of_a_width(const_mmio a, volatile_mmio b)
{
	return iop_read(a) + iop_read(b);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
void read_struct(nic_mmio nic)
{
	(void)iop_read(nic);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
void write_struct(nic_sysmem nic, struct nic value)
{
	(void)value;
	iop_write(nic, 0);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
void update_struct(nic_relaxed nic)
{
	iop_update(nic, old, old);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
void read_struct_of_one_width(nic_mmio nic)
{
	(void)iop_read(iop_project(nic, .ring, iop_build(0)));
}

/* REFUSED: iopath: not a width of I/O access */
void read_array(mac_mmio mac)
{
	(void)iop_read(mac);
}

/* REFUSED: iopath: not a width of I/O access */
void read_pointer(nic_mmio nic)
{
	(void)iop_read(iop_project(nic, .desc));
}

/* REFUSED: iopath: value access needs a sized target: project an element, or use an offset */
void read_slice(bytes_mmio bytes)
{
	(void)iop_read(bytes);
}

/* REFUSED: iopath: value access needs a sized target: project an element, or use an offset */
void read_region(bar_mmio bar)
{
	(void)iop_read(bar);
}

/* REFUSED: iopath: value access needs a sized target: project an element, or use an offset */
void write_region(bar_sysmem bar)
{
	iop_write(bar, 1);
}

/* REFUSED: iopath: value access needs a sized target: project an element, or use an offset */
void update_slice(bytes_relaxed bytes)
{
	iop_update(bytes, old, old);
}
