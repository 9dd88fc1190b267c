/* SPDX-License-Identifier: MIT */
#include "dma_bus.h"

#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define CONTAINER "/dev/vfio/vfio"

static int get(struct dma_bus *bus, struct dma_block *block)
{
	(void)bus;
	return dma_pages_get(block, 1, NULL);
}

static void put(struct dma_bus *bus, struct dma_block *block)
{
	(void)bus;
	dma_pages_put(block);
}

static int show(struct dma_bus *bus, struct dma_block *block)
{
	struct vfio_iommu_type1_dma_map map = {
		.argsz = sizeof(map),
		.flags = VFIO_DMA_MAP_FLAG_READ | VFIO_DMA_MAP_FLAG_WRITE,
		.vaddr = (uintptr_t)block->map,
		.iova = block->address,
		.size = block->map_size,
	};

	return ioctl(bus->fd, VFIO_IOMMU_MAP_DMA, &map) ? -errno : 0;
}

static void hide(struct dma_bus *bus, struct dma_block *block)
{
	struct vfio_iommu_type1_dma_unmap unmap = {
		.argsz = sizeof(unmap),
		.iova = block->address,
		.size = block->map_size,
	};

	ioctl(bus->fd, VFIO_IOMMU_UNMAP_DMA, &unmap);
}

static void close_group(struct dma_bus *bus)
{
	close(bus->group_fd);
	close(bus->fd);
}

static const struct dma_source source = {
	.highest = DMA_REAL_HIGHEST,
	.real = 1,
	.get = get,
	.put = put,
	.show = show,
	.hide = hide,
	.close = close_group,
};

/* The order is the kernel's: a container has an IOMMU only once it has a group. */
static int attach(int container, int group)
{
	struct vfio_group_status status = {.argsz = sizeof(status)};

	if (ioctl(container, VFIO_GET_API_VERSION) != VFIO_API_VERSION ||
	    ioctl(container, VFIO_CHECK_EXTENSION, VFIO_TYPE1_IOMMU) != 1)
		return -ENODEV;
	if (ioctl(group, VFIO_GROUP_GET_STATUS, &status))
		return -errno;
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE))
		return -ENODEV;
	if (ioctl(group, VFIO_GROUP_SET_CONTAINER, &container) || ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1_IOMMU))
		return -errno;
	return 0;
}

static int open_vfio(struct iop_dma **dma, const char *argument)
{
	char path[32] = "/dev/vfio/";
	size_t prefix = strlen(path);
	int container, group, err;

	/* Digits only: it becomes part of a path. */
	if (!argument || !*argument || strspn(argument, "0123456789") != strlen(argument) ||
	    strlen(argument) >= sizeof(path) - prefix)
		return -EINVAL;
	memcpy(path + prefix, argument, strlen(argument) + 1);
	container = open(CONTAINER, O_RDWR | O_CLOEXEC);
	if (container < 0)
		return -ENODEV;
	group = open(path, O_RDWR | O_CLOEXEC);
	err = group < 0 ? -ENODEV : attach(container, group);
	if (!err)
		err = dma_bus_open(dma, &source, container, group);
	if (err && group >= 0)
		close(group);
	if (err)
		close(container);
	return err;
}

int dma_vfio_group(struct iop_dma *dma)
{
	return dma_bus_of(dma)->group_fd;
}

static const char *why_not(void)
{
	if (access(CONTAINER, F_OK))
		return "there is no " CONTAINER ": load vfio-pci (modprobe vfio-pci), and bind the device to it";
	if (access(CONTAINER, R_OK | W_OK))
		return "no permission for " CONTAINER ": run as root, or join the group that owns it";
	return NULL;
}

const struct dma_provider dma_vfio = {
	.about = {"vfio", "pages of this process that a real device reaches through a real IOMMU"},
	.why_not = why_not,
	.open = open_vfio,
};
