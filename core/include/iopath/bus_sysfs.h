/* SPDX-License-Identifier: MIT */
/**
 * bus_sysfs.h - the resources of a PCI function of this machine
 *
 * Maps the files resource0, resource1, ... (and resource0_wc, ... for write-combining) that Linux has for each PCI function under
 * /sys/bus/pci/devices; usually only root may. The length and kind of each resource come from the file "resource".
 *
 *	struct iop_bus_sysfs sysfs;
 *	err = iop_bus_sysfs_open(&sysfs, "0000:00:01.0", 0, NULL);
 *	... iop_bar_map(&bar, &sysfs.bus, 0, "me") ...
 *	iop_bus_sysfs_close(&sysfs);
 *
 * Registers control the machine: a wrong write can stop it, and even reading some has side effects. So the function must be named
 * in full, no bus is scanned, and mappings are read-only, so that a write is a fault (SIGSEGV) and never reaches the device, unless
 * it was opened with IOP_BUS_SYSFS_ALLOW_WRITE. Through an IOP_CONST_BAR a write does not compile either. Opening reads no register;
 * mapping reads none either.
 *
 * Requesting a resource is refused when the kernel has a driver bound to the function, other than uio_pci_generic, which leaves it
 * to programs; and when another program that uses this library has requested it: it holds a lock on the resource's file. Non-posted
 * mappings do not exist here.
 * Source: docs/semantics.md, row 37; Linux Documentation/PCI/sysfs-pci.rst.
 */
#ifndef IOPATH_BUS_SYSFS_H
#define IOPATH_BUS_SYSFS_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bus.h>

/** Six BARs, the expansion ROM, and what a bridge or SR-IOV adds. */
#define IOP_BUS_SYSFS_RESOURCES 17

/** Flags of iop_bus_sysfs_open(). */
enum iop_bus_sysfs_flags {
	IOP_BUS_SYSFS_ALLOW_WRITE = 1, /**< mappings can be written, so writes reach the function */
};

/** .bus is what owners are made of; the other members are private. Must not move while it is open. */
struct iop_bus_sysfs {
	struct iop_bus bus;
	struct iop_resource resources[IOP_BUS_SYSFS_RESOURCES];
	unsigned count;
	int folder;
	int writable;
	int locks[IOP_BUS_SYSFS_RESOURCES]; /* file that holds the lock, -1: not requested */
};

IOP_BEGIN_DECLS

/**
 * Opens the function called @name, in full: "DDDD:BB:DD.F", as `lspci -D` prints it. @flags is 0 or IOP_BUS_SYSFS_ALLOW_WRITE.
 * @root is the folder with devices/DDDD:BB:DD.F/resource in it; NULL is /sys/bus/pci.
 * Returns 0, or a negative errno, and then there is nothing to close:
 *	-EINVAL         @name is not the name of a function, or @flags has other bits
 *	-ENODEV         there is no such function
 *	-EIO            its table of resources is invalid
 *	-ENAMETOOLONG   @root is too long
 *	-EACCES, ...    reading it is not permitted
 */
IOP_MUST_CHECK int iop_bus_sysfs_open(struct iop_bus_sysfs *sysfs, const char *name, unsigned flags, const char *root);

/** Closes it. All owners must have been dropped before: panics with "sysfs resources in use". */
void iop_bus_sysfs_close(struct iop_bus_sysfs *sysfs);

IOP_END_DECLS

#endif
