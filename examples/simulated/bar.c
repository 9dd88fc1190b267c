/* SPDX-License-Identifier: MIT */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* memfd_create */
#endif
#include "bar.h"

#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int bar_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	const struct simulated_bar *bar = bus;

	*resource = (struct iop_resource){.len = index == 0 ? bar->bytes : 0, .index = index};
	return index < 6 ? 0 : -EINVAL;
}

static int bar_request(void *bus, const struct iop_resource *resource, const char *name)
{
	struct simulated_bar *bar = bus;

	(void)resource;
	(void)name;
	if (bar->requested)
		return -EBUSY;
	bar->requested = true;
	return 0;
}

static void bar_release(void *bus, const struct iop_resource *resource)
{
	struct simulated_bar *bar = bus;

	(void)resource;
	bar->requested = false;
}

static void *bar_map(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	struct simulated_bar *bar = bus;
	void *address = how == IOP_IOREMAP ? mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, bar->file, 0) : MAP_FAILED;

	(void)resource;
	return address == MAP_FAILED ? NULL : address;
}

static void bar_unmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	(void)bus;
	(void)resource;
	munmap(address, size);
}

static const struct iop_bus_ops bar_ops = {
	.resource = bar_resource,
	.request_region = bar_request,
	.release_region = bar_release,
	.ioremap = bar_map,
	.iounmap = bar_unmap,
};

uint64_t simulated_bar_get(const struct simulated_bar *bar, off_t offset, size_t bytes)
{
	uint64_t value = 0;

	return pread(bar->file, &value, bytes, offset) == (ssize_t)bytes ? le64toh(value) : 0;
}

void simulated_bar_set(const struct simulated_bar *bar, off_t offset, size_t bytes, uint64_t value)
{
	value = htole64(value);
	if (pwrite(bar->file, &value, bytes, offset) != (ssize_t)bytes)
		abort();
}

int simulated_bar_open(struct simulated_bar *bar, const char *name, size_t bytes)
{
	int err;

	*bar = (struct simulated_bar){.bytes = bytes, .file = memfd_create(name, MFD_CLOEXEC)};
	iop_bus_init(&bar->bus, &bar_ops, bar);
	if (bar->file >= 0 && !ftruncate(bar->file, (off_t)bytes))
		return 0;
	err = -errno;
	simulated_bar_close(bar);
	return err;
}

void simulated_bar_close(struct simulated_bar *bar)
{
	if (bar->file >= 0)
		close(bar->file);
	bar->file = -1;
}
