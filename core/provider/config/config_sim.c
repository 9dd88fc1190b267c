/* SPDX-License-Identifier: MIT */
#include <iopath/config_sim.h>

#include <string.h>

/* The transport's functions run under the device's lock; the others take it. */

static uint32_t get(const uint8_t *bytes, unsigned width)
{
	uint32_t value = 0;

	for (unsigned i = 0; i < width; i++)
		value |= (uint32_t)bytes[i] << 8 * i;
	return value;
}

static void set(uint8_t *bytes, unsigned width, uint32_t value)
{
	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
}

/* Counts a transaction; what it is to fail with, or 0. */
static int begin(struct iop_config_sim *sim, size_t offset, unsigned width)
{
	uint64_t number = sim->transactions++;

	if (number >= sim->fail_from && number < sim->fail_until)
		return sim->fail_with;
	/* Only a hand-made view gets here: a bus has no register there. */
	if (offset >= sim->device.cfg_size || offset + width > sizeof(sim->bytes))
		return -EINVAL;
	return 0;
}

static int sim_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	struct iop_config_sim *sim = bus;
	int err = begin(sim, offset, width);

	if (!err)
		*value = get(sim->bytes + offset, width);
	return err;
}

static int sim_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	struct iop_config_sim *sim = bus;
	int err = begin(sim, offset, width);

	if (!err) {
		uint32_t mask = get(sim->writable + offset, width);

		set(sim->bytes + offset, width, (get(sim->bytes + offset, width) & ~mask) | (value & mask));
	}
	return err;
}

static const struct iop_config_ops sim_ops = {.read = sim_read, .write = sim_write};

void iop_config_sim_init(struct iop_config_sim *sim, size_t cfg_size)
{
	memset(sim, 0, sizeof(*sim));
	memset(sim->writable, 0xff, sizeof(sim->writable));
	iop_config_device_init(&sim->device, &sim_ops, sim, cfg_size);
}

void iop_config_sim_end(struct iop_config_sim *sim)
{
	iop_config_device_end(&sim->device);
}

void iop_config_sim_set(struct iop_config_sim *sim, size_t offset, unsigned width, uint32_t value)
{
	pthread_mutex_lock(&sim->device.lock);
	set(sim->bytes + offset, width, value);
	pthread_mutex_unlock(&sim->device.lock);
}

uint32_t iop_config_sim_get(struct iop_config_sim *sim, size_t offset, unsigned width)
{
	uint32_t value;

	pthread_mutex_lock(&sim->device.lock);
	value = get(sim->bytes + offset, width);
	pthread_mutex_unlock(&sim->device.lock);
	return value;
}

void iop_config_sim_mask(struct iop_config_sim *sim, size_t offset, unsigned width, uint32_t mask)
{
	pthread_mutex_lock(&sim->device.lock);
	set(sim->writable + offset, width, mask);
	pthread_mutex_unlock(&sim->device.lock);
}

void iop_config_sim_fail(struct iop_config_sim *sim, uint64_t after, uint64_t count, int err)
{
	pthread_mutex_lock(&sim->device.lock);
	sim->fail_from = sim->transactions + after;
	/* "From now on" is a count of UINT64_MAX: it must not wrap around. */
	sim->fail_until = count > UINT64_MAX - sim->fail_from ? UINT64_MAX : sim->fail_from + count;
	sim->fail_with = err;
	pthread_mutex_unlock(&sim->device.lock);
}

void iop_config_sim_remove(struct iop_config_sim *sim, uint64_t after)
{
	iop_config_sim_fail(sim, after, UINT64_MAX, -ENODEV);
}

uint64_t iop_config_sim_transactions(struct iop_config_sim *sim)
{
	uint64_t count;

	pthread_mutex_lock(&sim->device.lock);
	count = sim->transactions;
	pthread_mutex_unlock(&sim->device.lock);
	return count;
}
