/* SPDX-License-Identifier: MIT */
/*
 * simulated.h - an edu device for a dry run: what the driver needs of one, as far as memory can be a device
 *
 * Its registers are a file in memory that a driver maps as it maps a BAR, and that the device itself reads and writes by system
 * calls: so a recording of the driver has the driver's accesses only. It does nothing by itself: it copies when it is told to, and
 * computes when somebody waits for its message. It cannot be busy from the moment at which a number is written, as the real one is:
 * waiting for that by polling has no dry run.
 */
#ifndef SIMULATED_H
#define SIMULATED_H

#include <iopath/bus.h>
#include <iopath/dma.h>
#include <iopath/interrupt.h>

struct edu_simulated;

/** A device that reaches @dma. 0 or a negative errno. */
int edu_simulated_open(struct edu_simulated **opened, struct iop_dma *dma);
void edu_simulated_close(struct edu_simulated *sim);

/** Its resource 0 is the registers. */
struct iop_bus *edu_simulated_bus(struct edu_simulated *sim);

/** Its one message, as iop_bus_vfio_enable() enables that of a real one. */
int edu_simulated_enable(struct iop_interrupt *irq, struct edu_simulated *sim);

/** Copies what the registers ask for. */
void edu_simulated_step(struct edu_simulated *sim);

#endif
