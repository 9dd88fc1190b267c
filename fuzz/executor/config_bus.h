/* SPDX-License-Identifier: MIT */
/* config_bus.h - the bus of the config space: its bytes are in the arena, where everything is compared, and it fails on demand */
#ifndef IOPATH_FUZZ_CONFIG_BUS_H
#define IOPATH_FUZZ_CONFIG_BUS_H

#include "world.h"

extern struct iop_config_device fuzz_config;
extern uint64_t fuzz_config_good, fuzz_config_bad; /* transactions that will go well, and then fail */

void fuzz_config_start(void);

/* A function that lives for one operation; one that a panic leaves open is closed by the next, or by fuzz_config_close(). */
struct iop_config_device *fuzz_config_open(size_t size);
void fuzz_config_close(void);

#endif
