/* SPDX-License-Identifier: MIT */
#include <iopath/config.h>

#include <iopath/panic.h>

#include "transact.h"

void iop_config_device_init(struct iop_config_device *device, const struct iop_config_ops *ops, void *bus, size_t cfg_size)
{
	device->ops = ops;
	device->bus = bus;
	device->cfg_size = cfg_size;
	device->widths = IOP_WIDTHS(1, 2, 4);
	device->lost = (struct iop_config_lost){0};
	pthread_mutex_init(&device->lock, NULL);
	IOP_LEASE_SET(*device, iop_lease_take());
}

void iop_config_device_takes(struct iop_config_device *device, unsigned set)
{
	device->widths = set & IOP_WIDTHS(1, 2, 4);
}

void iop_config_any_width(const struct iop_config_device *device)
{
	if (device->widths != IOP_WIDTHS(1, 2, 4))
		iop_panic_numbers("width not taken", "widths", device->widths, NULL, 0, NULL, 0);
}

int iop_config_take(const struct iop_config_device *device, unsigned takes, size_t min, size_t *len)
{
	size_t size = iop_config_size(device);

	/* The default set has a width that config space never has, and that does not compile. */
	if (!iop_widths_within(takes & ~8u, device->widths) || size < min)
		return -EINVAL;
	*len = size;
	return 0;
}

void iop_config_device_end(struct iop_config_device *device)
{
#if IOP_DEBUG_VIEWS
	iop_lease_end(device->lease);
#endif
	pthread_mutex_destroy(&device->lock);
}

size_t iop_config_size(const struct iop_config_device *device)
{
	if (device->cfg_size != 256 && device->cfg_size != 4096)
		iop_panic_numbers("config space is neither 256 nor 4096 bytes", "bytes", device->cfg_size, NULL, 0, NULL, 0);
	return device->cfg_size;
}

struct iop_config_lost iop_config_lost(struct iop_config_device *device)
{
	struct iop_config_lost lost;

	pthread_mutex_lock(&device->lock);
	lost = device->lost;
	pthread_mutex_unlock(&device->lock);
	return lost;
}

int config_read(struct iop_config_device *device, size_t offset, unsigned width, uint32_t *value)
{
	int err;

	*value = 0;
	pthread_mutex_lock(&device->lock);
	err = device->ops->read(device->bus, offset, width, value);
	if (err) {
		device->lost.reads++;
		device->lost.last = err;
		/* A transport may have touched it; a bus without an answer reads as ones. */
		*value = UINT32_MAX >> (32 - 8 * width);
	}
	pthread_mutex_unlock(&device->lock);
	return err;
}

int config_write(struct iop_config_device *device, size_t offset, unsigned width, uint32_t value)
{
	int err;

	pthread_mutex_lock(&device->lock);
	err = device->ops->write(device->bus, offset, width, value);
	if (err) {
		device->lost.writes++;
		device->lost.last = err;
	}
	pthread_mutex_unlock(&device->lock);
	return err;
}

uint32_t iop_config_transact_read(struct iop_config_device *device, size_t offset, unsigned width)
{
	uint32_t value = 0;

	if (offset % width == 0)
		config_read(device, offset, width, &value);
	return value;
}

void iop_config_transact_write(struct iop_config_device *device, size_t offset, unsigned width, uint32_t value)
{
	if (offset % width == 0)
		config_write(device, offset, width, value);
}
