/* SPDX-License-Identifier: MIT */
/* Memory of a device that VFIO gives by its own file: an address space of the kernel's iommufd. bus_vfio.h opens it. */
#include "dma_bus.h"
#include "iommufd_uapi.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define DEVICE "/dev/iommu"

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
	struct iommu_ioas_map map = {
		.size = sizeof(map),
		.flags = IOMMU_IOAS_MAP_FIXED_IOVA | IOMMU_IOAS_MAP_READABLE | IOMMU_IOAS_MAP_WRITEABLE,
		.ioas_id = bus->ioas,
		.user_va = (uintptr_t)block->map,
		.length = block->map_size,
		.iova = block->address,
	};

	return ioctl(bus->fd, IOMMU_IOAS_MAP, &map) ? -errno : 0;
}

static void hide(struct dma_bus *bus, struct dma_block *block)
{
	struct iommu_ioas_unmap unmap = {
		.size = sizeof(unmap),
		.ioas_id = bus->ioas,
		.iova = block->address,
		.length = block->map_size,
	};

	ioctl(bus->fd, IOMMU_IOAS_UNMAP, &unmap);
}

static const struct dma_source source = {
	.highest = DMA_REAL_HIGHEST,
	.real = 1,
	.get = get,
	.put = put,
	.show = show,
	.hide = hide,
	.close = dma_bus_close_device,
};

int dma_iommufd_open(struct iop_dma **dma)
{
	struct iommu_ioas_alloc alloc = {.size = sizeof(alloc)};
	int err = dma_bus_open_device(dma, &source, DEVICE);

	if (err)
		return err;
	if (ioctl(dma_bus_of(*dma)->fd, IOMMU_IOAS_ALLOC, &alloc)) {
		err = -errno;
		iop_dma_close(*dma);
		*dma = NULL;
		return err;
	}
	dma_bus_of(*dma)->ioas = alloc.out_ioas_id;
	return 0;
}

int dma_iommufd_attach(struct iop_dma *dma, int device)
{
	struct dma_bus *bus = dma_bus_of(dma);
	struct vfio_device_bind_iommufd bind = {.argsz = sizeof(bind), .iommufd = bus->fd};
	struct vfio_device_attach_iommufd_pt attach = {.argsz = sizeof(attach), .pt_id = bus->ioas};

	return ioctl(device, VFIO_DEVICE_BIND_IOMMUFD, &bind) || ioctl(device, VFIO_DEVICE_ATTACH_IOMMUFD_PT, &attach) ? -errno : 0;
}
