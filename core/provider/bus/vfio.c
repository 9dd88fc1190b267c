/* SPDX-License-Identifier: MIT */
#include <iopath/bus_vfio.h>

#include <iopath/config_bar.h>
#include <iopath/panic.h>

#include "../config/transact.h"
#include "../dma/dma_bus.h"
#include "pci_name.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/pci_regs.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

static int region_of(const struct iop_bus_vfio *vfio, unsigned index, struct vfio_region_info *info)
{
	*info = (struct vfio_region_info){.argsz = sizeof(*info), .index = index};
	return ioctl(vfio->device, VFIO_DEVICE_GET_REGION_INFO, info) ? -errno : 0;
}

/* Where the BAR lies in the machine: the bus address, from the function's own register; 0 if it has none. */
static uint64_t start_of(struct iop_bus_vfio *vfio, unsigned index)
{
	struct iop_config_bar bar;

	return iop_config_bar_get(&vfio->config, index, &bar) ? 0 : bar.address;
}

static int vfio_resource(void *bus, unsigned index, struct iop_resource *resource)
{
	struct vfio_region_info info;

	if (index > VFIO_PCI_BAR5_REGION_INDEX || region_of(bus, index, &info))
		return -EINVAL;
	*resource = (struct iop_resource){.start = start_of(bus, index), .len = info.size, .index = index};
	return 0;
}

/* The group is exclusive: no other program can use the function. */
static int vfio_request(void *bus, const struct iop_resource *resource, const char *name)
{
	(void)bus, (void)resource, (void)name;
	return 0;
}

static void vfio_release(void *bus, const struct iop_resource *resource)
{
	(void)bus, (void)resource;
}

int iop_bus_vfio_file(const struct iop_bus_vfio *vfio, unsigned index, uint64_t *offset)
{
	struct vfio_region_info info;

	if (index > VFIO_PCI_BAR5_REGION_INDEX || region_of(vfio, index, &info) || !(info.flags & VFIO_REGION_INFO_FLAG_MMAP))
		return -EINVAL;
	*offset = info.offset;
	return vfio->device;
}

static void *vfio_ioremap(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	uint64_t offset;
	int file = how == IOP_IOREMAP ? iop_bus_vfio_file(bus, resource->index, &offset) : -EINVAL;
	void *address;

	if (file < 0)
		return NULL;
	address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, (off_t)offset);
	return address == MAP_FAILED ? NULL : address;
}

static void vfio_iounmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	(void)bus, (void)resource;
	munmap(address, size);
}

static int vfio_reset(void *bus)
{
	const struct iop_bus_vfio *vfio = bus;
	struct vfio_device_info info = {.argsz = sizeof(info)};

	if (ioctl(vfio->device, VFIO_DEVICE_GET_INFO, &info))
		return -errno;
	/* The kernel's -EINVAL of this case could mean anything. */
	if (!(info.flags & VFIO_DEVICE_FLAGS_RESET))
		return -ENOTTY;
	return ioctl(vfio->device, VFIO_DEVICE_RESET) ? -errno : 0;
}

static const struct iop_bus_ops vfio_ops = {
	.resource = vfio_resource,
	.request_region = vfio_request,
	.release_region = vfio_release,
	.ioremap = vfio_ioremap,
	.iounmap = vfio_iounmap,
	.reset = vfio_reset,
};

/* The number of the function's group, as text. */
static int group_of(const char *name, char *group, size_t size)
{
	char path[128], target[256];
	ssize_t n;

	snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s/iommu_group", name);
	n = readlink(path, target, sizeof(target) - 1);
	if (n < 0)
		return -ENODEV;
	target[n] = 0;
	snprintf(group, size, "%s", strrchr(target, '/') + 1);
	return 0;
}

/* The file of the function itself, as the kernel calls it. 0 or -ENODEV. */
static int cdev_of(const char *name, char *path, size_t size)
{
	char folder[128];
	struct dirent *entry;
	int err = -ENODEV;
	DIR *files;

	snprintf(folder, sizeof(folder), "/sys/bus/pci/devices/%s/vfio-dev", name);
	files = opendir(folder);
	if (!files)
		return -ENODEV;
	while (err && (entry = readdir(files)))
		if (strncmp(entry->d_name, "vfio", 4) == 0 && strlen(entry->d_name) < 32)
			err = snprintf(path, size, "/dev/vfio/devices/%s", entry->d_name) < (int)size ? 0 : -ENODEV;
	closedir(files);
	return err;
}

static int vfio_config_read(void *bus, size_t offset, unsigned width, uint32_t *value)
{
	const struct iop_bus_vfio *vfio = bus;
	uint8_t bytes[4];
	ssize_t n = pread(vfio->device, bytes, width, (off_t)(vfio->registers + offset));

	if (n != (ssize_t)width)
		return n < 0 ? -errno : -EIO;
	*value = 0;
	for (unsigned i = 0; i < width; i++)
		*value |= (uint32_t)bytes[i] << 8 * i;
	return 0;
}

static int vfio_config_write(void *bus, size_t offset, unsigned width, uint32_t value)
{
	const struct iop_bus_vfio *vfio = bus;
	uint8_t bytes[4];
	ssize_t n;

	for (unsigned i = 0; i < width; i++)
		bytes[i] = (uint8_t)(value >> 8 * i);
	n = pwrite(vfio->device, bytes, width, (off_t)(vfio->registers + offset));
	return n == (ssize_t)width ? 0 : n < 0 ? -errno : -EIO;
}

static const struct iop_config_ops config_ops = {.read = vfio_config_read, .write = vfio_config_write};

/* Config space; memory decoding, and mastering the bus if there is memory to reach. */
static int enable(struct iop_bus_vfio *vfio, int master)
{
	struct vfio_region_info region;
	uint32_t command;
	int err = region_of(vfio, VFIO_PCI_CONFIG_REGION_INDEX, &region);

	if (!err && region.size != 256 && region.size != 4096)
		err = -EIO;
	if (err)
		return err;
	vfio->registers = region.offset;
	iop_config_device_init(&vfio->config, &config_ops, vfio, (size_t)region.size);
	err = config_read(&vfio->config, PCI_COMMAND, 2, &command);
	if (!err)
		err = config_write(&vfio->config, PCI_COMMAND, 2, command | PCI_COMMAND_MEMORY | (master ? PCI_COMMAND_MASTER : 0));
	if (err)
		iop_config_device_end(&vfio->config);
	return err;
}

static void close_files(struct iop_bus_vfio *vfio)
{
	if (vfio->device >= 0)
		close(vfio->device);
	iop_dma_close(vfio->dma);
}

/* -ENODEV: the kernel, or this user, has no such way. */
static int open_by_cdev(struct iop_bus_vfio *vfio, const char *name)
{
	char path[64];

	if (cdev_of(name, path, sizeof(path)) || dma_iommufd_open(&vfio->dma))
		return -ENODEV;
	vfio->device = open(path, O_RDWR | O_CLOEXEC);
	vfio->by_cdev = 1;
	return vfio->device < 0 ? -ENODEV : dma_iommufd_attach(vfio->dma, vfio->device);
}

static int open_by_group(struct iop_bus_vfio *vfio, const char *name)
{
	char group[32], provider[64];
	int err = group_of(name, group, sizeof(group));

	if (err)
		return err;
	snprintf(provider, sizeof(provider), "vfio:%s", group);
	err = iop_dma_open(&vfio->dma, provider);
	if (err)
		return err;
	vfio->device = ioctl(dma_vfio_group(vfio->dma), VFIO_GROUP_GET_DEVICE_FD, name);
	return vfio->device < 0 ? -errno : 0;
}

int iop_bus_vfio_open(struct iop_bus_vfio *vfio, const char *name, struct iop_dma **dma)
{
	char canonical[PCI_NAME_SIZE];
	int err = pci_name_check(name, canonical);

	if (err)
		return err;
	*vfio = (struct iop_bus_vfio){.device = -1};
	err = open_by_cdev(vfio, canonical);
	if (err == -ENODEV) {
		close_files(vfio);
		*vfio = (struct iop_bus_vfio){.device = -1};
		err = open_by_group(vfio, canonical);
	}
	iop_bus_init(&vfio->bus, &vfio_ops, vfio);
	if (!err)
		err = enable(vfio, dma != NULL);
	if (err)
		close_files(vfio);
	else if (dma)
		*dma = vfio->dma;
	return err;
}

void iop_bus_vfio_close(struct iop_bus_vfio *vfio)
{
	if (!iop_bus_balanced(&vfio->bus))
		iop_panic("vfio resources in use");
	if (vfio->enabled)
		iop_panic("vfio interrupts in use");
	iop_config_device_end(&vfio->config);
	close_files(vfio);
}

const char *iop_bus_vfio_interface(const struct iop_bus_vfio *vfio)
{
	return vfio->by_cdev ? "iommufd" : "group";
}

struct iop_config_device *iop_bus_vfio_config(struct iop_bus_vfio *vfio)
{
	return &vfio->config;
}

int iop_bus_vfio_reset(struct iop_bus_vfio *vfio)
{
	return iop_bus_reset(&vfio->bus);
}
