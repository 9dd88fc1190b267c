/* SPDX-License-Identifier: MIT */
#include <iopath/bus_vfio.h>

#include <iopath/panic.h>

#include "../dma/dma_bus.h"
#include "pci_name.h"

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

/* Where the BAR lies in the machine: the bus address, from the function's own register. */
static uint64_t start_of(const struct iop_bus_vfio *vfio, unsigned index)
{
	struct vfio_region_info config;
	uint32_t low = 0, high = 0;
	off_t at;

	if (region_of(vfio, VFIO_PCI_CONFIG_REGION_INDEX, &config))
		return 0;
	at = (off_t)(config.offset + PCI_BASE_ADDRESS_0 + 4 * index);
	if (pread(vfio->device, &low, 4, at) != 4)
		return 0;
	if ((low & PCI_BASE_ADDRESS_MEM_TYPE_MASK) == PCI_BASE_ADDRESS_MEM_TYPE_64 && pread(vfio->device, &high, 4, at + 4) != 4)
		return 0;
	return (uint64_t)high << 32 | (low & ~UINT32_C(0xf));
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

static void *vfio_ioremap(void *bus, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	struct iop_bus_vfio *vfio = bus;
	struct vfio_region_info info;
	void *address;

	if (how != IOP_IOREMAP || region_of(vfio, resource->index, &info) || !(info.flags & VFIO_REGION_INFO_FLAG_MMAP))
		return NULL;
	address = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, vfio->device, (off_t)info.offset);
	return address == MAP_FAILED ? NULL : address;
}

static void vfio_iounmap(void *bus, const struct iop_resource *resource, void *address, size_t size)
{
	(void)bus, (void)resource;
	munmap(address, size);
}

static const struct iop_bus_ops vfio_ops = {
	.resource = vfio_resource,
	.request_region = vfio_request,
	.release_region = vfio_release,
	.ioremap = vfio_ioremap,
	.iounmap = vfio_iounmap,
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

/* Memory decoding, and mastering the bus if there is memory to reach. */
static int enable(const struct iop_bus_vfio *vfio, int master)
{
	struct vfio_region_info config;
	uint16_t command = 0;
	int err = region_of(vfio, VFIO_PCI_CONFIG_REGION_INDEX, &config);
	off_t at = (off_t)config.offset + PCI_COMMAND;

	if (err || pread(vfio->device, &command, 2, at) != 2)
		return err ? err : -EIO;
	command |= PCI_COMMAND_MEMORY | (master ? PCI_COMMAND_MASTER : 0);
	return pwrite(vfio->device, &command, 2, at) == 2 ? 0 : -EIO;
}

static void close_all(struct iop_bus_vfio *vfio)
{
	if (vfio->device >= 0)
		close(vfio->device);
	iop_dma_close(vfio->dma);
}

int iop_bus_vfio_open(struct iop_bus_vfio *vfio, const char *name, struct iop_dma **dma)
{
	char canonical[PCI_NAME_SIZE], group[32], provider[64];
	int err = pci_name_check(name, canonical);

	*vfio = (struct iop_bus_vfio){.device = -1};
	if (!err)
		err = group_of(canonical, group, sizeof(group));
	if (err)
		return err;
	snprintf(provider, sizeof(provider), "vfio:%s", group);
	err = iop_dma_open(&vfio->dma, provider);
	if (err)
		return err;
	iop_bus_init(&vfio->bus, &vfio_ops, vfio);
	vfio->device = ioctl(dma_vfio_group(vfio->dma), VFIO_GROUP_GET_DEVICE_FD, canonical);
	err = vfio->device < 0 ? -errno : enable(vfio, dma != NULL);
	if (err)
		close_all(vfio);
	else if (dma)
		*dma = vfio->dma;
	return err;
}

void iop_bus_vfio_close(struct iop_bus_vfio *vfio)
{
	if (!iop_bus_balanced(&vfio->bus))
		iop_panic("vfio resources in use");
	close_all(vfio);
}
