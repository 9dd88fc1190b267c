/* SPDX-License-Identifier: MIT */
/**
 * body-wc-driver.h - row 47: a driver whose descriptors lie behind a write-combining BAR, and its doorbell behind an uncached one
 *
 * The transmit path is written once, with the flush and without it: in a debug build the second panics, in any other the trace shows which
 * of the two it was.
 */
#ifndef IOPATH_TEST_BODY_WC_DRIVER_H
#define IOPATH_TEST_BODY_WC_DRIVER_H

#include "iotest.h"

#include <iopath/bus_sim.h>

#define TX_RING 4

struct tx_descriptor {
	uint32_t address, length;
};

struct tx_ring {
	struct tx_descriptor of[TX_RING];
};

struct tx_regs {
	uint32_t status, doorbell;
};
IOP_PLAIN(struct tx_descriptor, address, length);
IOP_PLAIN(struct tx_ring, of);
IOP_PLAIN(struct tx_regs, status, doorbell);

struct nic {
	IOP_BAR(8) bar;
	IOP_WC_BAR(sizeof(struct tx_ring)) wc;
	IOP_MMIO(struct tx_regs) regs;
	IOP_WC(struct tx_ring) ring;
};

static struct iop_bus_sim nic_bus;

static int nic_probe(struct nic *nic)
{
	int err;

	assert_int_equal(iop_bus_sim_init(&nic_bus), 0);
	iop_bus_sim_set(&nic_bus, (struct iop_resource){.len = 64});
	iop_bus_sim_set(&nic_bus, (struct iop_resource){.len = 64, .index = 2, .flags = IOP_RESOURCE_PREFETCHABLE});
	err = iop_bar_map(&nic->bar, &nic_bus.bus, 0, "nic");
	if (!err)
		err = iop_bar_map_wc(&nic->wc, &nic_bus.bus, 2, "nic");
	if (!err)
		err = iop_try_cast(nic->bar, struct tx_regs, &nic->regs);
	if (!err)
		err = iop_try_cast(nic->wc, struct tx_ring, &nic->ring);
	return err;
}

static void nic_remove(struct nic *nic)
{
	iop_bar_drop(&nic->wc);
	iop_bar_drop(&nic->bar);
	assert_int_equal(iop_bus_sim_end(&nic_bus), 0);
}

static void nic_fill(struct nic *nic, uint32_t i, uint32_t address, uint32_t length)
{
	IOP_AUTO descriptor = iop_project(nic->ring, .of, iop_or_panic(i));

	iop_write(iop_project(descriptor, .address), address);
	iop_write(iop_project(descriptor, .length), length);
}

static void nic_send(struct nic *nic, uint32_t i, uint32_t address, uint32_t length)
{
	nic_fill(nic, i, address, length);
	iop_wc_flush(nic->ring);
	iop_write(iop_project(nic->regs, .doorbell), i);
}

/* The fault of several drivers: the device may fetch the descriptor of the last round. */
static void nic_send_unflushed(struct nic *nic, uint32_t i, uint32_t address, uint32_t length)
{
	nic_fill(nic, i, address, length);
	iop_write(iop_project(nic->regs, .doorbell), i);
}

#endif
