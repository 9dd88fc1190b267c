/* SPDX-License-Identifier: MIT */
/**
 * bus_vfio.h - the BARs of a PCI function that is bound to vfio-pci, and its DMA memory
 *
 *	struct iop_bus_vfio vfio;
 *	struct iop_dma *dma;
 *	err = iop_bus_vfio_open(&vfio, "0000:00:04.0", &dma);
 *	... iop_bar_map(&bar, &vfio.bus, 0, "me"), iop_coherent_alloc(&ring, dma, 0) ...
 *	iop_bus_vfio_close(&vfio);
 *
 * The function is used through its group, which the kernel opens for one user at a time: while it is open no other program can use
 * a function of the group, and requests need no lock of their own. BARs are mapped from the device's file, uncached;
 * write-combining and non-posted mappings do not exist here. Memory is the "vfio" provider's of dma.h; it is the same group, so the
 * bus opens and closes it. Opening turns on what the function needs in its command register: decoding memory, and mastering the bus
 * if there is memory to reach.
 * Source: Linux Documentation/driver-api/vfio.rst.
 */
#ifndef IOPATH_BUS_VFIO_H
#define IOPATH_BUS_VFIO_H

#include <iopath/bus.h>
#include <iopath/dma.h>

/** .bus is what owners are made of; the other members are private. Must not move while it is open. */
struct iop_bus_vfio {
	struct iop_bus bus;
	struct iop_dma *dma; /* of its group */
	int device;
};

IOP_BEGIN_DECLS

/**
 * Opens the function called @name, in full: "DDDD:BB:DD.F". *@dma, if @dma is not NULL, becomes the memory that it reaches, and it may
 * master the bus then. Returns 0, or a negative errno, and then there is nothing to close:
 *	-EINVAL         @name is not the name of a function
 *	-ENODEV         there is no such function, it is not bound to vfio-pci, somebody has its group, or there is no IOMMU
 *	-EACCES, ...    from the system
 */
int iop_bus_vfio_open(struct iop_bus_vfio *vfio, const char *name, struct iop_dma **dma);

/** Closes it, memory included. All owners must have been dropped before: panics with "vfio resources in use". */
void iop_bus_vfio_close(struct iop_bus_vfio *vfio);

IOP_END_DECLS

#endif
