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
 * The function is opened by its own file and the kernel's iommufd where the kernel has both (6.6), and else by its group. Either
 * way it has one user at a time, so requests need no lock of their own. BARs are mapped from the device's file, uncached;
 * write-combining and non-posted mappings do not exist here. The memory belongs to the opened function: the bus opens and closes it.
 * Opening turns on what the function needs in its command register: decoding memory, and mastering the bus if there is memory to
 * reach.
 *
 * Config space goes through the kernel, too, which lets through what is harmless: views of it are made from iop_bus_vfio_config().
 * Source: docs/semantics.md, rows 57 and 58; Linux Documentation/driver-api/vfio.rst, include/uapi/linux/vfio.h.
 */
#ifndef IOPATH_BUS_VFIO_H
#define IOPATH_BUS_VFIO_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bus.h>
#include <iopath/config.h>
#include <iopath/dma.h>
#include <iopath/interrupt.h>

/** .bus is what owners are made of; the other members are private. Must not move while it is open. */
struct iop_bus_vfio {
	struct iop_bus bus;
	struct iop_config_device config;
	struct iop_dma *dma;
	int device;
	int by_cdev;	    /* opened by its own file */
	int enabled;	    /* interrupts are */
	uint64_t registers; /* where config space lies in the device's file */
};

/** The kinds of interrupts of a PCI function; one can be enabled at a time. */
enum iop_bus_vfio_interrupt {
	IOP_BUS_VFIO_INTX, /**< a pin: level-triggered, masked when it comes */
	IOP_BUS_VFIO_MSI,
	IOP_BUS_VFIO_MSIX,
};

IOP_BEGIN_DECLS

/**
 * Opens the function called @name, in full: "DDDD:BB:DD.F". *@dma, if @dma is not NULL, becomes the memory that it reaches, and it may
 * master the bus then. Returns 0, or a negative errno, and then there is nothing to close:
 *	-EINVAL         @name is not the name of a function
 *	-ENODEV         there is no such function, it is not bound to vfio-pci, somebody has its group, or there is no IOMMU
 *	-EBUSY          somebody has the function
 *	-EACCES, ...    from the system
 */
IOP_MUST_CHECK int iop_bus_vfio_open(struct iop_bus_vfio *vfio, const char *name, struct iop_dma **dma);

/**
 * Closes it, memory included. All owners must have been dropped before: panics with "vfio resources in use", or "vfio interrupts in
 * use". Views of its config space are stale.
 */
void iop_bus_vfio_close(struct iop_bus_vfio *vfio);

/**
 * The open file of the function, and where BAR @index lies in it, for a process that gets a duplicate of the descriptor: nobody else can
 * open it now, but who has it can map it. It remains the bus's to close. Returns the descriptor, or -EINVAL if there is no such BAR, or
 * none that can be mapped.
 */
int iop_bus_vfio_file(const struct iop_bus_vfio *vfio, unsigned index, uint64_t *offset);

/** How it was opened: "iommufd" or "group". */
const char *iop_bus_vfio_interface(const struct iop_bus_vfio *vfio);

/** Its config space, for config.h and what is built on it. Lives as long as the bus is open. */
struct iop_config_device *iop_bus_vfio_config(struct iop_bus_vfio *vfio);

/** How many vectors of @kind the function has, 0 if none; or what the kernel says. */
int iop_bus_vfio_vectors(const struct iop_bus_vfio *vfio, enum iop_bus_vfio_interrupt kind);

/**
 * Enables the first @vectors vectors of @kind and makes *@irq their owner (interrupt.h). A function that sends messages may master the
 * bus from then on. Returns 0, or, and then *@irq is empty:
 *	-EINVAL         @vectors is 0, or more than the function has
 *	-EBUSY          interrupts of it are enabled already
 *	-ENOSPC         the machine has fewer vectors to give now
 *	-EMFILE, ...    from the system
 */
IOP_MUST_CHECK int iop_bus_vfio_enable(struct iop_interrupt *irq, struct iop_bus_vfio *vfio, enum iop_bus_vfio_interrupt kind,
				       unsigned vectors);

/**
 * Resets the function, as iop_bus_reset() of its bus: all its registers are as after power-on, except what the kernel keeps in config
 * space. Mappings and views stay valid; what registers hold must be read again. Enabled interrupts should be dropped before. Returns 0;
 * -ENOTTY if the function has no way to be reset alone; or what the kernel says.
 */
IOP_MUST_CHECK int iop_bus_vfio_reset(struct iop_bus_vfio *vfio);

IOP_END_DECLS

#endif
