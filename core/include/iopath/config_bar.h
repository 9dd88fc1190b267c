/* SPDX-License-Identifier: MIT */
/**
 * config_bar.h - the base address registers of a PCI function
 *
 * Where the memory of a function lies is written in its base address registers (BARs): what kind of addresses, which one. How much
 * there is is written nowhere: the function shows it when ones are written to the register.
 *
 *	struct iop_config_bar bar;
 *	err = iop_config_bar_get(&device, 0, &bar);                                   only reads
 *	err = iop_config_bar_probe(&device, 0, &size);                                writes: nobody may use the function meanwhile
 *
 * On a machine that runs Linux the kernel has done the probing: bus_sysfs.h has the sizes, and writes nothing.
 * Source: docs/semantics.md, row 60; PCI Local Bus 3.0, 6.2.5; Linux drivers/pci/probe.c (__pci_read_base).
 */
#ifndef IOPATH_CONFIG_BAR_H
#define IOPATH_CONFIG_BAR_H

#include <iopath/config.h>

/** What a base address register stands for. */
enum iop_config_bar_kind {
	IOP_CONFIG_BAR_IO,     /**< I/O ports */
	IOP_CONFIG_BAR_MEM,    /**< memory below 4 GiB */
	IOP_CONFIG_BAR_MEM_1M, /**< memory below 1 MiB, as old functions have it */
	IOP_CONFIG_BAR_MEM_64, /**< memory anywhere: two registers */
};

/** One base address register, decoded. */
struct iop_config_bar {
	enum iop_config_bar_kind kind;
	int prefetchable; /**< reading it has no side effects */
	uint64_t address; /**< on the bus; 0: none assigned, or none there: only probing tells the two apart */
};

IOP_BEGIN_DECLS

/** How many registers for addresses the function's header has: 6, 2 (a bridge), 1 (CardBus), 0 for an unknown header; or an error. */
int iop_config_bar_count(struct iop_config_device *device);

/**
 * What register @index says. Returns 0 and fills *@bar, or, and then *@bar is unchanged:
 *	-EINVAL    there is no register @index
 *	-ENOENT    it is the upper half of the one before it
 *	-EIO       it cannot be right: the reserved kind, 64 bits in the last register, or a register of all ones
 *	others     what the transport says
 */
int iop_config_bar_get(struct iop_config_device *device, unsigned index, struct iop_config_bar *bar);

/**
 * Asks the function for the size: turns off that it answers at its addresses, writes ones, reads back, and puts everything back. So
 * it must not be in use, and calling this is the consent to the writes. Returns 0 and *@size, 0 if nothing is behind the register;
 * or an error, as above, or the transport's: -EACCES from config_pci.h if the function was not opened for writing. What was written
 * before is put back then, too, as far as that goes.
 */
int iop_config_bar_probe(struct iop_config_device *device, unsigned index, uint64_t *size);

IOP_END_DECLS

#endif
