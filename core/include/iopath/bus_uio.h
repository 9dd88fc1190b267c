/* SPDX-License-Identifier: MIT */
/**
 * bus_uio.h - the maps and the interrupt of a UIO device
 *
 * A UIO driver in the kernel leaves a device to a program: /dev/uioN has up to five ranges of memory (maps), which are the
 * resources of this bus, and one interrupt.
 *
 *	struct iop_bus_uio uio;
 *	struct iop_interrupt irq;
 *	err = iop_bus_uio_open(&uio, "uio0", NULL);
 *	... iop_iomem_map(&regs, &uio.bus, 0), iop_bus_uio_enable(&irq, &uio) ...
 *	iop_bus_uio_close(&uio);
 *
 * Kernels differ in whether uio_pci_generic has maps; bus_sysfs.h maps the BARs of its functions in any case. Maps are mapped as
 * their driver says, uncached for registers; write-combining and non-posted mappings do not exist here. A second program that uses
 * this library is refused by a lock on the device's file; others are not.
 * Source: docs/semantics.md, row 57; Linux Documentation/driver-api/uio-howto.rst.
 */
#ifndef IOPATH_BUS_UIO_H
#define IOPATH_BUS_UIO_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bus.h>
#include <iopath/interrupt.h>

#define IOP_BUS_UIO_MAPS 5

/** .bus is what owners are made of; the other members are private. Must not move while it is open. */
struct iop_bus_uio {
	struct iop_bus bus;
	struct iop_resource maps[IOP_BUS_UIO_MAPS];
	size_t offsets[IOP_BUS_UIO_MAPS]; /* of the first byte in its page */
	unsigned requested;		  /* a bit for each map */
	unsigned count;
	int device;
	int enabled;	 /* the interrupt is */
	uint32_t events; /* when it was opened */
};

IOP_BEGIN_DECLS

/**
 * Opens /dev/@name, such as "uio0". @root is the folder with @name/maps in it; NULL is /sys/class/uio. Returns 0, or a negative errno,
 * and then there is nothing to close:
 *	-EINVAL         @name is not "uio" and a number
 *	-ENODEV         there is no such device
 *	-EIO            its table of maps makes no sense
 *	-EBUSY          another user of this library has it
 *	-EACCES, ...    from the system
 */
IOP_MUST_CHECK int iop_bus_uio_open(struct iop_bus_uio *uio, const char *name, const char *root);

/** Closes it. All owners must have been dropped before: panics with "uio resources in use", or "uio interrupt in use". */
void iop_bus_uio_close(struct iop_bus_uio *uio);

/**
 * Enables the device's interrupt and makes *@irq its owner (interrupt.h), with one vector. It counts from when the device was opened,
 * and most drivers mask it when it comes: unmask it when it was handled. Returns 0; -EBUSY if it has an owner; or what the kernel
 * says: -EIO if the device has no interrupt. A driver without control of it (-ENOSYS) is no error here.
 */
IOP_MUST_CHECK int iop_bus_uio_enable(struct iop_interrupt *irq, struct iop_bus_uio *uio);

IOP_END_DECLS

#endif
