/* SPDX-License-Identifier: MIT */
/*
 * Row 8: what is const is read-only, be it the target, a member or an element of a range of it, or the view of an owner that maps to
 * read; and nothing takes the const away.
 */
#include "types.h"

struct part {
	const uint32_t version;
	const uint16_t ids[4];
	uint32_t ctrl;
};

IOP_PLAIN(struct desc, addr, len);
IOP_REGISTER(nic_ctrl, uint32_t, IOP_AT(0x10), (0, 0, reset), (6, 4, queue));
IOP_REGISTER(nic_rx, uint32_t, IOP_ARRAY(4, 0x40), (15, 0, head));

typedef IOP_MMIO(const uint32_t) const_u32;
typedef IOP_SYSMEM(const uint32_t) const_u32_mem;
typedef IOP_MMIO(const struct nic) const_nic;
typedef IOP_MMIO(const struct desc) const_desc;
typedef IOP_MMIO(struct desc) desc_mmio;
typedef IOP_MMIO(struct part) part_mmio;
typedef IOP_MMIO(const struct iop_region_byte[0x100], 1) const_bar;
typedef IOP_MMIO(IOP_SLICE(const uint8_t)) const_bytes;
typedef IOP_CONST_BAR(0x100) const_pci_bar;
typedef IOP_CONST_IOMEM(0x100) const_iomem;

uint32_t reading(const_nic nic, const_bar bar, part_mmio part, const_u32_mem word, const_pci_bar owner)
{
	return iop_read(iop_project(nic, .ctrl)) + iop_read32(bar, 0x10) + iop_read(iop_project(part, .version)) +
	       iop_smp_load_acquire(word) + iop_get(iop_read_reg(bar, nic_ctrl), .queue) + iop_read32(owner, 0x10);
}

int copying_out(const_nic nic, const_bytes bytes, bytes_mmio to, void *p, struct desc *desc)
{
	*desc = iop_copy_read(iop_project(nic, .ring, iop_build(1)));
	iop_copy_fromio(p, bytes, iop_len(bytes));
	return iop_copy_view(to, bytes);
}

void member_that_is_not_const(part_mmio part)
{
	iop_write(iop_project(part, .ctrl), 1);
}

const_nic adding_const(nic_mmio nic)
{
	return iop_as(const_nic, nic);
}

int owners(const_pci_bar *bar, const_iomem *iomem, struct iop_bus *bus)
{
	return iop_bar_map(bar, bus, 0, "test") || iop_iomem_map(iomem, bus, 0);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void value(const_u32 v)
{
	iop_write(v, 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void member_of_a_const_target(const_nic v)
{
	iop_write(iop_project(v, .ctrl), 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void const_member(part_mmio v)
{
	iop_write(iop_project(v, .version), 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void element_of_a_const_member(part_mmio v)
{
	iop_write(iop_project(v, .ids, iop_build(1)), 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void update(const_nic v)
{
	iop_update(iop_project(v, .ctrl), old, old | 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void offset(const_bar v)
{
	iop_write32(v, 1, 0x10);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void update_at_an_offset(const_bar v)
{
	iop_update32(v, 0x10, old, old | 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void offset_fallibly(const_bar v, uint32_t *value)
{
	(void)!iop_try_write(v, value, 0x10);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void width_at_an_offset_fallibly(const_bar v)
{
	(void)!iop_try_write32(v, 1, 0x10);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void update_at_an_offset_fallibly(const_bar v)
{
	(void)!iop_try_update32(v, 0x10, old, old | 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void reg(const_bar v, nic_ctrl c)
{
	iop_write_reg(v, c);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void reg_at_a_location(const_bar v, nic_rx c)
{
	iop_write_reg(v, iop_at(nic_rx, 1), c);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void reg_fallibly(const_bar v, nic_ctrl c)
{
	(void)!iop_try_write_reg(v, c);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void update_of_a_register(const_bar v)
{
	iop_update_reg(v, nic_ctrl, r, iop_with(r, .queue, 1));
}

/* REFUSED: iopath: read-only: the target of this view is const */
void update_of_a_register_fallibly(const_bar v)
{
	(void)!iop_try_update_reg(v, nic_ctrl, r, iop_with(r, .queue, 1));
}

/* REFUSED: iopath: read-only: the target of this view is const */
void reg_of_a_const_location(const_bar v, nic_ctrl c)
{
	iop_write_reg(iop_project(v, iop_build_loc(nic_ctrl)), c);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void copy_into_a_slice(const_bytes v, const void *p, size_t n)
{
	iop_copy_toio(v, p, n);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void copy_into_a_part(const_nic v, const void *p)
{
	iop_copy_toio(iop_project(v, .mac, iop_all()), p, 8);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void copy_of_an_object(const_nic v, struct desc d)
{
	iop_copy_write(iop_project(v, .ring, iop_build(1)), d);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void copy_between_views(const_bytes v, bytes_mmio from)
{
	(void)iop_copy_view(v, from);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void store_release(const_u32_mem v)
{
	iop_smp_store_release(v, 1);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void bar(const_pci_bar v)
{
	iop_write32(v, 1, 0x10);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void iomem(const_iomem v)
{
	iop_write32(v, 1, 0x10);
}

/* REFUSED: iopath: iop_as cannot change the target */
nic_mmio const_taken_away(const_nic nic)
{
	return iop_as(nic_mmio, nic);
}

/* REFUSED: iopath: iop_as cannot change the target */
desc_mmio const_taken_away_from_a_part(const_nic nic)
{
	return iop_as(desc_mmio, iop_project(nic, .ring, iop_build(1)));
}

/* REFUSED: iopath: iop_try_project: the result is not a view of what the steps name */
int projecting_const_away(const_nic nic, desc_mmio *desc)
{
	return iop_try_project(desc, nic, .ring, iop_check(1));
}

/* REFUSED: iopath: read-only: the target of this view is const */
int casting_const_away(const_bar bar, desc_mmio *desc)
{
	return iop_try_cast(bar, struct desc, desc);
}

typedef IOP_CONST_BAR_WIDTHS(IOP_WIDTHS(4), 0x100) const_bar32;
typedef IOP_CONST_IOMEM_WIDTHS(IOP_WIDTHS(4, 8), 0x100) const_iomem_4_8;

uint32_t of_some_widths(const_bar32 *bar, const_iomem_4_8 *iomem, struct iop_bus *bus)
{
	return iop_bar_map_widths(bar, bus, 0, "test", 4) || iop_iomem_map(iomem, bus, 0)
		       ? 0
		       : iop_read32(*bar, 0) + iop_read32(*iomem, 4);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void owner_of_some_widths(const_bar32 *bar)
{
	iop_write32(*bar, 1, 0);
}

/* REFUSED: iopath: read-only: the target of this view is const */
void iomem_of_some_widths(const_iomem_4_8 *iomem)
{
	iop_update32(*iomem, 0, old, old | 1);
}

/* REFUSED: iopath: the device does not take accesses of this width */
void another_width_of_a_const_owner(const_bar32 *bar)
{
	(void)iop_read16(*bar, 2);
}
