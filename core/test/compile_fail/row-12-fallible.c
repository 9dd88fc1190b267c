/* SPDX-License-Identifier: MIT */
/* Rows 12 and 14: offset access is for Regions, and for the four widths. */
#include "types.h"

int widths_are_the_value_s(bar_mmio bar, uint16_t *u16, uint32_t *u32)
{
	return iop_try_read(bar, 0, u16) + iop_try_read32(bar, 4, u32) + iop_try_write(bar, u32, 8) + iop_try_write16(bar, 1, 8) +
	       iop_try_update8(bar, 0, old, old + 1);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
uint32_t infallible_on_struct(nic_mmio nic)
{
	return iop_read32(nic, 0);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
uint8_t byte_of_a_register(u32_mmio reg)
{
	return iop_read8(reg, 1);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
void infallible_write_on_struct(nic_sysmem nic)
{
	iop_write32(nic, 1, 0);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
void infallible_update_on_struct(nic_relaxed nic)
{
	iop_update32(nic, 0, old, old + 1);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
uint8_t infallible_on_slice(bytes_mmio bytes)
{
	return iop_read8(bytes, 0);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
int fallible_on_slice(bytes_mmio bytes, uint8_t *value)
{
	return iop_try_read8(bytes, 0, value);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
int fallible_on_array(mac_mmio mac, uint8_t *value)
{
	return iop_try_read(mac, 0, value);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
int fallible_write_on_struct(nic_mmio nic)
{
	return iop_try_write32(nic, 1, 0);
}

/* REFUSED: iopath: offset access is for Region views only (project the field of a typed view) */
int fallible_update_on_struct(nic_mmio nic)
{
	return iop_try_update32(nic, 0, old, old + 1);
}

/* REFUSED: iopath: not a width of I/O access */
int signed_value(bar_mmio bar, int *value)
{
	return iop_try_read(bar, 0, value);
}

/* REFUSED: iopath: not a width of I/O access */
int signed_written(bar_mmio bar, const int *value)
{
	return iop_try_write(bar, value, 0);
}

/* REFUSED: iopath: iop_try_write takes (region, &value, offset), iop_try_write32 (region, value, offset) */
int value_in_place_of_its_address(bar_mmio bar)
{
	return iop_try_write(bar, 4u, 0x10u);
}

/* REFUSED: iopath: iop_try_write takes (region, &value, offset), iop_try_write32 (region, value, offset) */
int offset_before_value(bar_mmio bar, uint32_t *value)
{
	return iop_try_write(bar, 0x10, *value);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
int struct_value(bar_mmio bar, struct desc *value)
{
	return iop_try_read(bar, 0, value);
}

/* REFUSED: iopath: not a width of I/O access */
int pointer_value(bar_mmio bar, void **value)
{
	return iop_try_write(bar, value, 0);
}

/* REFUSED: iopath: the value must have the type that the name says */
int result_too_narrow(bar_mmio bar, uint8_t *value)
{
	return iop_try_read32(bar, 0, value);
}

/* REFUSED: iopath: the value must have the type that the name says */
int result_too_wide(bar_mmio bar, uint32_t *value)
{
	return iop_try_read8(bar, 0, value);
}

/* REFUSED WHEN BUILT (gcc, c): ignoring return value of */
/* REFUSED (gcc, c++): ignoring return value of */
/* REFUSED (clang): ignoring return value of function */
void result_is_dropped(bar_mmio bar)
{
	iop_try_write32(bar, 1, 0x10);
}

/* REFUSED WHEN BUILT (gcc, c): ignoring return value of */
/* REFUSED (gcc, c++): ignoring return value of */
/* REFUSED (clang): ignoring return value of function */
void result_of_a_constructor_is_dropped(uintptr_t addr)
{
	bar_mmio bar = {};

	iop_try_region_at(&bar, addr, 0x1000);
	(void)!iop_try_region_at(&bar, addr, 0x1000);
}
