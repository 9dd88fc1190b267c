/* SPDX-License-Identifier: MIT */
/**
 * config_bar.h - the base address registers of a PCI function
 *
 * The base address registers (BARs) hold kind and address of a function's memory. They do not hold its size: that is probed by
 * writing ones to the register.
 *
 *	struct iop_config_bar bar;
 *	err = iop_config_bar_get(&device, 0, &bar);                                   only reads
 *	err = iop_config_bar_probe(&device, 0, &size);                                writes: the function must not be in use
 *
 * On Linux the kernel has probed already: bus_sysfs.h has the sizes and writes nothing.
 * Source: docs/semantics.md, row 60; PCI Local Bus 3.0, 6.2.5; Linux drivers/pci/probe.c (__pci_read_base).
 */
#ifndef IOPATH_CONFIG_BAR_H
#define IOPATH_CONFIG_BAR_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/config.h>

/** What a base address register stands for. */
enum iop_config_bar_kind {
	IOP_CONFIG_BAR_IO,     /**< I/O ports */
	IOP_CONFIG_BAR_MEM,    /**< memory below 4 GiB */
	IOP_CONFIG_BAR_MEM_1M, /**< memory below 1 MiB, for old functions */
	IOP_CONFIG_BAR_MEM_64, /**< memory anywhere: two registers */
};

/** One base address register, decoded. */
struct iop_config_bar {
	enum iop_config_bar_kind kind;
	int prefetchable; /**< reading it has no side effects */
	uint64_t address; /**< on the bus; 0: none assigned or not implemented, which only probing can tell */
};

IOP_BEGIN_DECLS

/**
 * Number of base address registers in the function's header: 6, 2 (a bridge), 1 (CardBus), 0 for an unknown header; or an error.
 */
int iop_config_bar_count(struct iop_config_device *device);

/**
 * Decodes register @index. Returns 0 and fills *@bar; on an error *@bar is unchanged:
 *	-EINVAL    there is no register @index
 *	-ENOENT    it is the upper half of the one before it
 *	-EIO       it is invalid: the reserved kind, 64 bits in the last register, or a register of all ones
 *	others     the error of the transport
 */
IOP_MUST_CHECK int iop_config_bar_get(struct iop_config_device *device, unsigned index, struct iop_config_bar *bar);

/**
 * Probes the size: disables address decoding, writes ones, reads back, and restores everything. The function must not be in use,
 * and calling this is consent to the writes. Returns 0 and *@size, 0 if the register is not implemented; or an error, as above, or
 * the transport's: -EACCES from config_pci.h if the function was not opened for writing. What was written before is then restored
 * as far as possible.
 */
IOP_MUST_CHECK int iop_config_bar_probe(struct iop_config_device *device, unsigned index, uint64_t *size);

IOP_END_DECLS

#endif
