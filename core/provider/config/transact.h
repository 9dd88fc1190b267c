/* SPDX-License-Identifier: MIT */
#ifndef IOPATH_CORE_CONFIG_TRANSACT_H
#define IOPATH_CORE_CONFIG_TRANSACT_H

#include <iopath/config.h>

/* One transaction whose error the caller gets, besides being counted. 0 or a negative errno; a read gives all ones then. */
int config_read(struct iop_config_device *device, size_t offset, unsigned width, uint32_t *value);
int config_write(struct iop_config_device *device, size_t offset, unsigned width, uint32_t value);

#endif
