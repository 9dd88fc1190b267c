/* SPDX-License-Identifier: MIT */
/* Rows 36 to 38: owners are views that the compiler tells apart: by SIZE, by kind, and from what is no owner. */
#include "types.h"

typedef IOP_BAR(0x40) nic_bar;
typedef IOP_WC_BAR(0x40) nic_wc_bar;
typedef IOP_IOMEM(0x40) nic_iomem;
typedef IOP_IOMEM(0) any_iomem;
typedef IOP_EXCLUSIVE_IOMEM(0x40) nic_exclusive;
typedef IOP_DEVRES(nic_bar) nic_devres;
typedef IOP_DEVRES(nic_wc_bar) nic_wc_devres;
typedef IOP_REVOCABLE(nic_bar) nic_revocable;

static int read_status(const nic_bar *bar, uint32_t *value)
{
	*value = iop_read32(*bar, 4);
	return 0;
}

int everything_legal(struct iop_bus *bus, struct iop_device *device, nic_revocable *revocable)
{
	nic_bar bar;
	nic_wc_bar wc, *held;
	nic_iomem iomem;
	any_iomem any;
	nic_exclusive exclusive;
	nic_wc_devres devres;
	uint32_t value;
	uint8_t byte;
	int err = iop_bar_map(&bar, bus, 0, "nic") + iop_iomem_map(&iomem, bus, 1) + iop_iomem_map(&any, bus, 2) +
		  iop_exclusive_iomem_map(&exclusive, bus, 3, "nic") + iop_try_read8(any, 0, &byte);

	iop_write32(bar, iop_read32(iomem, 0x3c), 0);
	iop_write32(iop_relaxed(exclusive), 1, 0x3c);
	iop_iomem_drop(&iomem);
	iop_iomem_drop(&any);
	iop_iomem_drop(&exclusive);
	iop_revocable_init(revocable, &bar, iop_any_mapping_drop);
	err += iop_revocable_try_access_with(revocable, read_status, &value);
	iop_revocable_drop(revocable);
	err += iop_bar_map_wc(&wc, bus, 0, "nic") + iop_devres_from_owner(&devres, device, &wc);
	held = iop_devres_try_access(&devres);
	if (held) {
		iop_write32(*held, 1, 0);
		iop_devres_release(&devres);
	}
	iop_devres_drop(&devres);
	return err;
}

/* REFUSED: iopath: iop_bar_map makes an IOP_BAR */
int iomem_as_bar(nic_iomem *iomem, struct iop_bus *bus)
{
	return iop_bar_map(iomem, bus, 0, "nic");
}

/* REFUSED: iopath: iop_bar_map_wc makes an IOP_WC_BAR */
int ordered_bar_mapped_write_combining(nic_bar *bar, struct iop_bus *bus)
{
	return iop_bar_map_wc(bar, bus, 0, "nic");
}

/* REFUSED: iopath: iop_bar_map makes an IOP_BAR */
int write_combining_bar_mapped_uncached(nic_wc_bar *bar, struct iop_bus *bus)
{
	return iop_bar_map(bar, bus, 0, "nic");
}

/* REFUSED: iopath: iop_iomem_map makes an IOP_IOMEM */
int exclusive_without_request(nic_exclusive *exclusive, struct iop_bus *bus)
{
	return iop_iomem_map(exclusive, bus, 0);
}

/* REFUSED: iopath: iop_exclusive_iomem_map makes an IOP_EXCLUSIVE_IOMEM */
int bar_as_exclusive(nic_bar *bar, struct iop_bus *bus)
{
	return iop_exclusive_iomem_map(bar, bus, 0, "nic");
}

/* REFUSED: no member named */
int view_has_nothing_to_drop(bar_mmio *view)
{
	iop_iomem_drop(view);
	return 0;
}

/* REFUSED: no member named */
int view_into_devres(nic_devres *devres, struct iop_device *device, bar_mmio *view)
{
	return iop_devres_from_owner(devres, device, view);
}
