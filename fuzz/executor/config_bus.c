/* SPDX-License-Identifier: MIT */
#include "config_bus.h"

struct iop_config_device fuzz_config;
uint64_t fuzz_config_good, fuzz_config_bad;
static bool started;

/* The bus is called with the device's lock held: the operation ends first, and is a finding then. */
static int outside(void)
{
	fuzz_pending("config transaction outside");
	return -EINVAL;
}

static bool bus_fails(void)
{
	if (fuzz_config_good) {
		if (fuzz_config_good != UINT64_MAX)
			fuzz_config_good--;
		return false;
	}
	if (!fuzz_config_bad)
		return false;
	fuzz_config_bad--;
	return true;
}

static uint8_t *cell(size_t offset)
{
	return fuzz_executor_arena() + fuzz_devices_at + FUZZ_CONFIG_AT + offset;
}

static int bus_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	(void)bus;
	fuzz_asked(FUZZ_ASKED_CONFIG_READ, width, offset, 0);
	*value = 0x5a5a5a5a;
	if (bus_fails())
		return -EIO;
	if (offset + width > FUZZ_CONFIG_SIZE)
		return outside();
	*value = 0;
	for (unsigned i = 0; i < width; i++)
		*value |= (uint32_t)*cell(offset + i) << 8 * i;
	return 0;
}

static int bus_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	(void)bus;
	fuzz_asked(FUZZ_ASKED_CONFIG_WRITE, width, offset, value & UINT32_MAX >> (32 - 8 * width));
	if (bus_fails())
		return -EIO;
	if (offset + width > FUZZ_CONFIG_SIZE)
		return outside();
	for (unsigned i = 0; i < width; i++)
		*cell(offset + i) = (uint8_t)(value >> 8 * i);
	return 0;
}

static const struct iop_config_ops bus_ops = {.read = bus_read, .write = bus_write};

/* A function that only lives for one operation; a panic leaves it to the next one. */
static struct iop_config_device device;
static bool open;

void fuzz_config_close(void)
{
	if (open)
		iop_config_device_end(&device);
	open = false;
}

struct iop_config_device *fuzz_config_open(size_t size)
{
	fuzz_config_close();
	iop_config_device_init(&device, &bus_ops, NULL, size);
	open = true;
	return &device;
}

void fuzz_config_start(void)
{
	struct fuzz_slot *slot = &fuzz_slots[FUZZ_MEMORY];

	if (!started)
		iop_config_device_init(&fuzz_config, &bus_ops, NULL, FUZZ_CONFIG_SIZE);
	started = true;
	fuzz_config_close();
	*slot = (struct fuzz_slot){.backend = FUZZ_CONFIGSPACE, .type = FUZZ_REGION0, .owner = FUZZ_MEMORY};
	slot->raw.config = iop_config_handle(&fuzz_config);
	slot->len = iop_config_size(&fuzz_config);
	fuzz_config.lost = (struct iop_config_lost){0, 0, 0};
	fuzz_config_good = UINT64_MAX;
	fuzz_config_bad = 0;
}
