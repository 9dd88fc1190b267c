/* SPDX-License-Identifier: MIT */
/* Row 3: a raw address has an address and a size, and nothing that accesses it, until somebody promises that it is mapped. */
#include "types.h"

uintptr_t address_and_size(bar_raw bar)
{
	return iop_addr(bar) + iop_size(bar);
}

uint32_t the_promise(bar_raw bar, nic_raw nic)
{
	return iop_read32(iop_mmio_from_raw(bar), 0) + iop_read(iop_project(iop_mmio_from_raw(nic), .status));
}

/* REFUSED: iopath: this view has no accessors (is it raw?) */
uint32_t offset_read(bar_raw bar)
{
	return iop_read32(bar, 0);
}

/* REFUSED: iopath: this view has no accessors (is it raw?) */
void offset_write(bar_raw bar)
{
	iop_write32(bar, 1, 0);
}

/* REFUSED: iopath: this view has no accessors (is it raw?) */
int fallible_read(bar_raw bar, uint32_t *value)
{
	return iop_try_read32(bar, 0, value);
}

/* REFUSED: iopath: this view has no accessors (is it raw?) */
int fallible_write(bar_raw bar)
{
	return iop_try_write32(bar, 1, 0);
}

/* REFUSED: iopath: this view has no accessors (is it raw?) */
void project_field(nic_raw nic)
{
	(void)iop_project(nic, .status);
}

/* REFUSED: iopath: this view has no accessors (is it raw?) */
void project_element(nic_raw nic)
{
	(void)iop_project(nic, .ring, iop_build(0));
}

/* REFUSED: iopath: this backend cannot copy */
struct nic copy_read(nic_raw nic)
{
	return iop_copy_read(nic);
}

/* REFUSED: iopath: iop_as cannot change the backend */
nic_mmio by_name(nic_raw nic)
{
	return iop_as(nic_mmio, nic);
}

/* REFUSED: iopath: only an Mmio view has a relaxed one */
void relaxed(nic_raw nic)
{
	(void)iop_relaxed(nic);
}

/* REFUSED: iopath: iop_mmio_from_raw takes an MmioRaw */
void promise_about_memory(nic_sysmem nic)
{
	(void)iop_mmio_from_raw(nic);
}
