/* SPDX-License-Identifier: MIT */
/* Row 32: an either/or view is made of an Mmio or a SysMem view and of nothing else, and no side is taken by name. */
#include "types.h"

void sides(nic_mmio device, nic_sysmem memory)
{
	nic_iosysmap a = iop_as(nic_iosysmap, iop_iosysmap_from_mmio(device));
	nic_iosysmap b = iop_as(nic_iosysmap, iop_iosysmap_from_sysmem(memory));
	nic_mmio c = iop_as(nic_mmio, iop_iosysmap_as_mmio(a));
	nic_sysmem d = iop_as(nic_sysmem, iop_iosysmap_as_sysmem(b));

	(void)c, (void)d;
}

/* REFUSED: iopath: not an Mmio view */
void memory_as_device(nic_sysmem nic)
{
	(void)iop_iosysmap_from_mmio(nic);
}

/* REFUSED: iopath: not a SysMem view */
void device_as_memory(nic_mmio nic)
{
	(void)iop_iosysmap_from_sysmem(nic);
}

/* REFUSED: iopath: not a SysMem view */
void either_of_either(nic_iosysmap nic)
{
	(void)iop_iosysmap_from_sysmem(nic);
}

/* REFUSED: iopath: not an IoSysMap view */
void arm_of_device(nic_mmio nic)
{
	(void)iop_iosysmap_as_mmio(nic);
}

/* REFUSED: iopath: not an IoSysMap view */
void arm_of_memory(nic_sysmem nic)
{
	(void)iop_iosysmap_as_sysmem(nic);
}

/* REFUSED: iopath: iop_as cannot change the backend */
nic_mmio arm_by_name(nic_iosysmap nic)
{
	return iop_as(nic_mmio, nic);
}

/* REFUSED: iopath: iop_as cannot change the target */
nic_mmio arm_with_another_target(bar_iosysmap bar)
{
	return iop_as(nic_mmio, iop_iosysmap_as_mmio(bar));
}
