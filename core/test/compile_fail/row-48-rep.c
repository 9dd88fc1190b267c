/* SPDX-License-Identifier: MIT */
/* Row 48: repeated access is for registers of devices, of a width, inside the view. */
#include "types.h"

typedef IOP_MMIO32(struct nic) nic_mmio32;
typedef IOP_MMIO(const struct nic) nic_const;
typedef IOP_COHERENT(struct nic) nic_coherent;
typedef IOP_CONFIG(struct nic) nic_config;

void what_there_is(nic_mmio nic, nic_relaxed relaxed, nic_const read_only, nic_mmio32 words, bar_mmio bar, uint8_t *bytes, size_t n)
{
	iop_read_rep(iop_project(nic, .status), bytes, n);
	iop_write_rep(iop_project(relaxed, .ctrl), bytes, n);
	iop_read_rep(iop_project(read_only, .status), bytes, n);
	iop_read_rep(iop_project(words, .status), bytes, n);
	iop_read8_rep(bar, 0xfff, bytes, n);
	iop_write16_rep(bar, (const uint8_t *)bytes, n, 0xffe);
}

/* REFUSED: iopath: repeated access to one address is for Mmio and Relaxed views (copies are for memory) */
void system_memory(nic_sysmem nic, uint8_t *bytes)
{
	iop_read_rep(iop_project(nic, .status), bytes, 4);
}

/* REFUSED: iopath: repeated access to one address is for Mmio and Relaxed views */
void either_memory(nic_iosysmap nic, uint8_t *bytes)
{
	iop_write_rep(iop_project(nic, .status), bytes, 4);
}

/* REFUSED: iopath: repeated access to one address is for Mmio and Relaxed views */
void coherent_memory(nic_coherent nic, uint8_t *bytes)
{
	iop_read_rep(iop_project(nic, .status), bytes, 4);
}

/* REFUSED: iopath: repeated access to one address is for Mmio and Relaxed views */
void config_space(nic_config nic, uint8_t *bytes)
{
	iop_read_rep(iop_project(nic, .status), bytes, 4);
}

/* REFUSED: iopath: repeated access to one address is for Mmio and Relaxed views */
int region_of_system_memory(bar_sysmem bar, uint8_t *bytes, size_t offset)
{
	return iop_try_read32_rep(bar, offset, bytes, 4);
}

/* REFUSED: iopath: a struct has no value: project a field, or copy it */
void whole_structure(nic_mmio nic, uint8_t *bytes)
{
	iop_read_rep(iop_project(nic, .ring, iop_build(1)), bytes, 4);
}

/* REFUSED: iopath: value access needs a sized target: project an element, or use an offset */
void slice(bytes_mmio fifo, uint8_t *bytes)
{
	iop_read_rep(fifo, bytes, 4);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void write_of_a_const_view(nic_const nic, const uint8_t *bytes)
{
	iop_write_rep(iop_project(nic, .ctrl), bytes, 4);
}

/* REFUSED: iopath: this view has no accessors */
void address_that_is_not_mapped(bar_raw bar, uint8_t *bytes, size_t offset)
{
	(void)!iop_try_read32_rep(bar, offset, bytes, 4);
}

/* REFUSED (c): iopath: what is read fills this buffer, which is const */
/* REFUSED (gcc, c++): invalid conversion from */
/* REFUSED (clang, c++): cannot initialize a variable of type 'void *' */
void buffer_that_is_const(nic_mmio nic, const uint8_t *bytes)
{
	iop_read_rep(iop_project(nic, .status), bytes, 4);
}
