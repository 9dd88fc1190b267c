/* SPDX-License-Identifier: MIT */
#include "device_io.h"

#include <errno.h>
#include <string.h>

struct access {
	volatile unsigned char *at;
	unsigned width;
	uint64_t value;
};

static void load(void *arg)
{
	struct access *a = arg;

	switch (a->width) {
	case 1: a->value = *a->at; break;
	case 2: a->value = *(volatile uint16_t *)a->at; break;
	case 4: a->value = *(volatile uint32_t *)a->at; break;
	default: a->value = *(volatile uint64_t *)a->at; break;
	}
}

static void store(void *arg)
{
	const struct access *a = arg;

	switch (a->width) {
	case 1: *a->at = (uint8_t)a->value; break;
	case 2: *(volatile uint16_t *)a->at = (uint16_t)a->value; break;
	case 4: *(volatile uint32_t *)a->at = (uint32_t)a->value; break;
	default: *(volatile uint64_t *)a->at = a->value; break;
	}
}

static int guarded(const struct iop_device_io *io, void (*access)(void *arg), struct access *a)
{
	int err = 0;

	if (!io->guard)
		access(a);
	else if (iop_fault_guard_is_poisoned(io->guard))
		err = iop_fault_guard_remapped(io->guard, io->at, io->size);
	if (io->guard && !err)
		err = iop_fault_guard_run(io->guard, access, a);
	return err;
}

int iop_device_load(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t *value)
{
	struct access a = {.at = io->at + offset, .width = width};
	int err = guarded(io, load, &a);

	*value = a.value;
	return err;
}

int iop_device_store(const struct iop_device_io *io, size_t offset, unsigned width, uint64_t value)
{
	struct access a = {.at = io->at + offset, .width = width, .value = value};

	return guarded(io, store, &a);
}

unsigned iop_device_fitting(const struct iop_device_io *io, unsigned widths, size_t offset)
{
	for (unsigned width = 8; width; width /= 2)
		if (widths & width && width <= io->size - offset && ((uintptr_t)io->at + offset) % width == 0)
			return width;
	return 0;
}

/* The number that was loaded, as it lies in memory. */
static void keep(unsigned char *bytes, unsigned width, uint64_t value)
{
	uint8_t v1 = (uint8_t)value;
	uint16_t v2 = (uint16_t)value;
	uint32_t v4 = (uint32_t)value;

	memcpy(bytes, width == 1 ? (void *)&v1 : width == 2 ? (void *)&v2 : width == 4 ? (void *)&v4 : (void *)&value, width);
}

int iop_device_read(const struct iop_device_io *io, unsigned widths, unsigned char *bytes)
{
	unsigned width;

	for (size_t offset = 0; offset < io->size; offset += width) {
		uint64_t value = 0;
		int err;

		width = iop_device_fitting(io, widths, offset);
		err = width ? io->load(io, offset, width, &value) : -EINVAL;
		if (err)
			return err;
		keep(bytes + offset, width, value);
	}
	return 0;
}
