/* SPDX-License-Identifier: MIT */
#include <iopath/config_bar.h>

#include "transact.h"

#include <linux/pci_regs.h>

#define MEM_MASK (~UINT64_C(0xf))
#define IO_MASK	 (~UINT64_C(0x3))

static unsigned place_of(unsigned index)
{
	return PCI_BASE_ADDRESS_0 + 4 * index;
}

int iop_config_bar_count(struct iop_config_device *device)
{
	uint32_t type;
	int err = config_read(device, PCI_HEADER_TYPE, 1, &type);

	if (err)
		return err;
	switch (type & 0x7f) {
	case PCI_HEADER_TYPE_NORMAL: return 6;
	case PCI_HEADER_TYPE_BRIDGE: return 2;
	case PCI_HEADER_TYPE_CARDBUS: return 1;
	default: return 0;
	}
}

/* The kind that @low, of register @index of @count, says. 0 or -EIO. */
static int kind_of(uint32_t low, unsigned index, unsigned count, struct iop_config_bar *bar)
{
	if (low == UINT32_MAX)
		return -EIO;
	if (low & PCI_BASE_ADDRESS_SPACE_IO) {
		*bar = (struct iop_config_bar){.kind = IOP_CONFIG_BAR_IO, .address = low & IO_MASK};
		return 0;
	}
	*bar = (struct iop_config_bar){.prefetchable = !!(low & PCI_BASE_ADDRESS_MEM_PREFETCH), .address = low & MEM_MASK};
	switch (low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) {
	case PCI_BASE_ADDRESS_MEM_TYPE_32: bar->kind = IOP_CONFIG_BAR_MEM; return 0;
	case PCI_BASE_ADDRESS_MEM_TYPE_1M: bar->kind = IOP_CONFIG_BAR_MEM_1M; return 0;
	case PCI_BASE_ADDRESS_MEM_TYPE_64: bar->kind = IOP_CONFIG_BAR_MEM_64; return index + 1 < count ? 0 : -EIO;
	default: return -EIO;
	}
}

/* Which registers are upper halves is only known from those before them. */
int iop_config_bar_get(struct iop_config_device *device, unsigned index, struct iop_config_bar *bar)
{
	int count = iop_config_bar_count(device), err = 0;
	struct iop_config_bar one = {};
	uint32_t low, high = 0;
	unsigned i = 0;

	if (count < 0)
		return count;
	if (index >= (unsigned)count)
		return -EINVAL;
	for (;;) {
		err = config_read(device, place_of(i), 4, &low);
		if (err)
			return err;
		err = kind_of(low, i, (unsigned)count, &one);
		if (i == index)
			break;
		i += !err && one.kind == IOP_CONFIG_BAR_MEM_64 ? 2 : 1;
		if (i > index)
			return -ENOENT;
	}
	if (!err && one.kind == IOP_CONFIG_BAR_MEM_64)
		err = config_read(device, place_of(index + 1), 4, &high);
	if (err)
		return err;
	one.address |= (uint64_t)high << 32;
	*bar = one;
	return 0;
}

/* Writes ones to the register at @place, reads what stays, and puts back what was there. */
static int ask(struct iop_config_device *device, unsigned place, uint32_t *answer)
{
	uint32_t before;
	int err = config_read(device, place, 4, &before), undo;

	if (err)
		return err;
	err = config_write(device, place, 4, UINT32_MAX);
	if (!err)
		err = config_read(device, place, 4, answer);
	undo = config_write(device, place, 4, before);
	return err ? err : undo;
}

int iop_config_bar_probe(struct iop_config_device *device, unsigned index, uint64_t *size)
{
	struct iop_config_bar bar;
	uint32_t command, low = 0, high = 0;
	uint64_t mask;
	int err = iop_config_bar_get(device, index, &bar), undo;

	if (!err)
		err = config_read(device, PCI_COMMAND, 2, &command);
	if (!err)
		err = config_write(device, PCI_COMMAND, 2, command & ~(uint32_t)(PCI_COMMAND_IO | PCI_COMMAND_MEMORY));
	if (err)
		return err;
	err = ask(device, place_of(index), &low);
	if (!err && bar.kind == IOP_CONFIG_BAR_MEM_64)
		err = ask(device, place_of(index + 1), &high);
	undo = config_write(device, PCI_COMMAND, 2, command);
	if (err || undo)
		return err ? err : undo;
	mask = (uint64_t)high << 32 | (low & (bar.kind == IOP_CONFIG_BAR_IO ? IO_MASK : MEM_MASK));
	/* The lowest bit that can be set is the size; an I/O register may lack its upper half. */
	*size = mask & -mask;
	return 0;
}
