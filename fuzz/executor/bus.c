/* SPDX-License-Identifier: MIT */
/* The bus of the config space: its bytes are in the arena, and it fails when a program says so. */
#include "core.h"

static struct iop_config_device config;
static uint64_t bus_good, bus_bad;
static bool started;

/* The bus is called with the device's lock held: the operation ends first, and is a finding then. */
static int outside(void)
{
	fuzz_pending("config transaction outside");
	return -EINVAL;
}

static bool bus_fails(void)
{
	if (bus_good) {
		if (bus_good != UINT64_MAX)
			bus_good--;
		return false;
	}
	if (!bus_bad)
		return false;
	bus_bad--;
	return true;
}

/* The bus of the config space: its bytes are in the arena, where everything is compared. */
static int bus_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	(void)bus;
	*value = 0x5a5a5a5a;
	if (bus_fails())
		return -EIO;
	if (offset + width > FUZZ_CONFIG_SIZE)
		return outside();
	*value = 0;
	for (unsigned i = 0; i < width; i++)
		*value |= (uint32_t)fuzz_executor_arena()[FUZZ_CONFIG_AT + offset + i] << 8 * i;
	return 0;
}

static int bus_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	(void)bus;
	if (bus_fails())
		return -EIO;
	if (offset + width > FUZZ_CONFIG_SIZE)
		return outside();
	for (unsigned i = 0; i < width; i++)
		fuzz_executor_arena()[FUZZ_CONFIG_AT + offset + i] = (uint8_t)(value >> 8 * i);
	return 0;
}

static const struct iop_config_ops bus_ops = {.read = bus_read, .write = bus_write};

/* A function that only lives for one operation; a panic leaves it to the next one. */
static struct iop_config_device device;
static bool open;

static void close_device(void)
{
	if (open)
		iop_config_device_end(&device);
	open = false;
}

static int config_device(const struct fuzz_call *c, struct fuzz_result *result)
{
	iop_config_extended all = {.len = {0}};
	int err;

	close_device();
	iop_config_device_init(&device, &bus_ops, NULL, c->n);
	open = true;
	result->value = (uint64_t)iop_config_size(&device) << 32 | (uint64_t)iop_size(iop_config_space(&device)) << 16;
	err = iop_config_space_extended(&device, &all);
	result->value |= iop_size(all);
	close_device();
	return err;
}

void fuzz_bus_start(struct fuzz_slot *slot)
{
	if (!started)
		iop_config_device_init(&config, &bus_ops, NULL, FUZZ_CONFIG_SIZE);
	started = true;
	close_device();
	slot->raw.config = iop_config_handle(&config);
	slot->len = iop_config_size(&config);
	config.lost = (struct iop_config_lost){0, 0, 0};
	bus_good = UINT64_MAX;
	bus_bad = 0;
}

/* Past the views, which cannot be misaligned. */
static void transact(const struct fuzz_call *c, struct fuzz_result *result)
{
	if (c->kind)
		iop_config_transact_write(&config, c->x, c->width, (uint32_t)c->value);
	else
		result->value = iop_config_transact_read(&config, c->x, c->width);
}

int fuzz_bus_run(const struct fuzz_call *c, struct fuzz_result *result)
{
	struct iop_config_lost lost;

	switch (c->op) {
	case FUZZ_config_device: return config_device(c, result);
	case FUZZ_config_raw: transact(c, result); return 0;
	default:
		lost = iop_config_lost(&config);
		result->value = lost.reads + lost.writes;
		bus_good = c->x;
		bus_bad = c->n;
		return 0;
	}
}

/* Whatever a panic left open. */
void fuzz_bus_close(void)
{
	close_device();
}
