/* SPDX-License-Identifier: MIT */
/*
 * simulated.h - a controller for a dry run: what the driver needs of one, no more
 *
 * Its registers are a file in memory that a driver maps as it maps a BAR, and that the controller itself reads and writes by system
 * calls: so a recording of the driver has the driver's accesses only. It does nothing by itself: all that it can do it does when it
 * is told to, so that a run is the same each time.
 */
#ifndef SIMULATED_H
#define SIMULATED_H

#include <iopath/bus.h>
#include <iopath/dma.h>

struct nvme_simulated;

/** A controller that reaches @dma, with one namespace of blocks of 512 bytes: those of the file @image. 0 or a negative errno. */
int nvme_simulated_open(struct nvme_simulated **opened, struct iop_dma *dma, const char *image);
void nvme_simulated_close(struct nvme_simulated *sim);

/** Its resource 0 is the registers. */
struct iop_bus *nvme_simulated_bus(struct nvme_simulated *sim);

/** Does what the registers and queues ask for. */
void nvme_simulated_step(struct nvme_simulated *sim);

#endif
