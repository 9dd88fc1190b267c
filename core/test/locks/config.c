/* SPDX-License-Identifier: MIT */
/* Row 7: config space. The bus is asked under the device's lock, and what got lost is counted under it. */
#include "watch.h"

#include WATCHED

static struct iop_config_device device;
static int err;

static int read_it(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	(void)bus, (void)offset, (void)width;
	watch_called_under(&device.lock, "the bus's read");
	*value = 0;
	return err;
}

static int write_it(void *bus, size_t offset, unsigned width, uint32_t value)
{
	(void)bus, (void)offset, (void)width, (void)value;
	watch_called_under(&device.lock, "the bus's write");
	return err;
}

static void lost(void)
{
	(void)iop_config_lost(&device);
}

static void reads(void)
{
	uint32_t value;

	err = 0;
	(void)config_read(&device, 0, 4, &value);
}

static void failing_read(void)
{
	uint32_t value;

	err = -EIO;
	(void)config_read(&device, 0, 4, &value);
}

static void writes(void)
{
	err = 0;
	(void)config_write(&device, 0, 4, 1);
}

static void failing_write(void)
{
	err = -EIO;
	(void)config_write(&device, 0, 4, 1);
}

int main(void)
{
	static const struct iop_config_ops ops = {.read = read_it, .write = write_it};
	static const struct watch_case cases[] = {
		{"lost", lost, 1},
		{"read", reads, 1},
		{"failing read", failing_read, 1},
		{"write", writes, 1},
		{"failing write", failing_write, 1},
	};

	iop_config_device_init(&device, &ops, NULL, 256);
	WATCH(device.lost, &device.lock);
	return WATCH_CASES(cases) != 0;
}
