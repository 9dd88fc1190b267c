/* SPDX-License-Identifier: MIT */
/**
 * config_pci.h - the config space of a PCI function of this machine
 *
 * Goes through libpci to the function's sysfs file "config", one read or write call a transaction, which the kernel turns into
 * one transaction on the bus. It is a library of its own, so that the core needs no libpci: `pkg-config
 * --cflags --libs iopath-pci`, or iopath::pci of find_package(iopath COMPONENTS pci).
 *
 *	struct iop_config_pci pci;
 *	err = iop_config_pci_open(&pci, "0000:00:01.0", 0, NULL);
 *	... iop_config_space(&pci.device) ...
 *	iop_config_pci_close(&pci);
 *
 * Config registers control the machine: a wrong write can stop it. A function is therefore opened for reading, and writes to its
 * views are refused, lost (config.h) and counted, unless it was opened with IOP_CONFIG_PCI_ALLOW_WRITE. No other function is
 * accessed: the bus is not scanned. Most users may read the first 64 bytes only; further reads fail, so they give all ones.
 * Source: docs/semantics.md, row 7; Linux Documentation/PCI/sysfs-pci.rst.
 */
#ifndef IOPATH_CONFIG_PCI_H
#define IOPATH_CONFIG_PCI_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/config.h>

/** Flags of iop_config_pci_open(). */
enum iop_config_pci_flags {
	IOP_CONFIG_PCI_ALLOW_WRITE = 1, /**< writes reach the function */
};

/** .device is what views are made of; the other members are private. Must not move while it is open. */
struct iop_config_pci {
	struct iop_config_device device;
	struct pci_access *access;
	struct pci_dev *function;
	int writable;
};

IOP_BEGIN_DECLS

/**
 * Opens the function called @name, in full: "DDDD:BB:DD.F", as `lspci -D` prints it. @flags is 0 or IOP_CONFIG_PCI_ALLOW_WRITE.
 * @sysfs is the folder with devices/DDDD:BB:DD.F/config in it; NULL is /sys/bus/pci.
 * Returns 0, or a negative errno, and then there is nothing to close:
 *	-EINVAL         @name is not the name of a function, or @flags has other bits
 *	-ENODEV         there is no such function
 *	-EIO            its config space is neither 256 nor 4096 bytes
 *	-ENAMETOOLONG   @sysfs is too long
 *	-EACCES, ...    opening it is not permitted
 */
IOP_MUST_CHECK int iop_config_pci_open(struct iop_config_pci *pci, const char *name, unsigned flags, const char *sysfs);

/** Closes it: views of it are stale from now on. */
void iop_config_pci_close(struct iop_config_pci *pci);

/**
 * A description of the function from the machine's PCI ID list, as `lspci` prints it: "Class: Vendor Device (rev 01)". Reads its
 * class and identity; writes at most @size bytes with the final zero to @text. Returns @text.
 */
const char *iop_config_pci_describe(struct iop_config_pci *pci, char *text, size_t size);

/** What that list calls the function's programming interface. @text, or NULL if it has no name for it. */
const char *iop_config_pci_interface(struct iop_config_pci *pci, char *text, size_t size);

/** What that list calls the subsystem @vendor:@device of this function: "Vendor Device", numbers where there is no name. @text. */
const char *iop_config_pci_subsystem(struct iop_config_pci *pci, unsigned vendor, unsigned device, char *text, size_t size);

IOP_END_DECLS

#endif
