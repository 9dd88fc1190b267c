/* SPDX-License-Identifier: MIT */
/**
 * vfio_bus.h - a bus whose mappings come from vfio-pci
 *
 * A function that is bound to vfio-pci is used through its group: BARs are mapped from the device's file, and memory that the device
 * reads and writes is what the "vfio" provider of dma.h allocates. A group can be opened once only, so the bus takes the provider's.
 * Source: Linux Documentation/driver-api/vfio.rst.
 */
#ifndef IOPATH_BENCH_GUEST_VFIO_BUS_H
#define IOPATH_BENCH_GUEST_VFIO_BUS_H

#include <iopath/bus.h>
#include <iopath/dma.h>

/** .bus is what owners are made of. Must not move while it is open. */
struct vfio_bus {
	struct iop_bus bus;
	struct iop_dma *dma; /* of its group */
	int device;
};

/**
 * Opens @name ("DDDD:BB:DD.F"), bound to vfio-pci already. *@dma, if @dma is not NULL, becomes the memory that it reaches; it may
 * master the bus then, and the memory is closed with the bus. 0; -ENODEV: not bound to vfio-pci, or no IOMMU; another negative errno.
 */
int vfio_bus_open(struct vfio_bus *vfio, const char *name, struct iop_dma **dma);
void vfio_bus_close(struct vfio_bus *vfio);

#endif
