/* SPDX-License-Identifier: MIT */
#include "dma_bus.h"

#include <fcntl.h>
#include <linux/udmabuf.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define DEVICE "/dev/udmabuf"

int dma_buf_get(struct dma_block *block, int fd)
{
	size_t size = dma_round_up(block->size, dma_page_size());
	void *map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);

	if (map == MAP_FAILED) {
		int err = -errno;

		close(fd);
		return err;
	}
	block->map = map;
	block->map_size = size;
	block->fd = fd;
	return 0;
}

void dma_buf_put(struct dma_bus *bus, struct dma_block *block)
{
	(void)bus;
	munmap(block->map, block->map_size);
	close(block->fd);
}

/* The dma-buf keeps the pages; the memory file and its own mapping were only needed to make it. */
static int get(struct dma_bus *bus, struct dma_block *block)
{
	struct udmabuf_create create = {.flags = UDMABUF_FLAGS_CLOEXEC};
	int file, fd, err;

	err = dma_pages_get(block, 0, &file);
	if (err)
		return err;
	create.memfd = (uint32_t)file;
	create.size = block->map_size;
	fd = ioctl(bus->fd, UDMABUF_CREATE, &create);
	err = fd < 0 ? -errno : 0;
	dma_pages_put(block);
	close(file);
	return err ? err : dma_buf_get(block, fd);
}

static const struct dma_source source = {
	.highest = DMA_SIMULATED_HIGHEST, .get = get, .put = dma_buf_put, .close = dma_bus_close_device};

static int open_udmabuf(struct iop_dma **dma, const char *argument)
{
	return argument ? -EINVAL : dma_bus_open_device(dma, &source, DEVICE);
}

static const char *why_not(void)
{
	if (access(DEVICE, F_OK))
		return "there is no " DEVICE ": load the kernel module udmabuf (modprobe udmabuf)";
	if (access(DEVICE, R_OK | W_OK))
		return "no permission for " DEVICE ": run as root, or join the group that owns it";
	return NULL;
}

const struct dma_provider dma_udmabuf = {
	.about = {"udmabuf", "pages of this process as a dma-buf, behind a simulated IOMMU"},
	.why_not = why_not,
	.open = open_udmabuf,
};
