/* SPDX-License-Identifier: MIT */
#include "dma_bus.h"

#include <fcntl.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define SYSTEM_HEAP "/dev/dma_heap/system"

static int get(struct dma_bus *bus, struct dma_block *block)
{
	struct dma_heap_allocation_data data = {.fd_flags = O_RDWR | O_CLOEXEC};

	data.len = dma_round_up(block->size, dma_page_size());
	if (!data.len)
		return -ENOMEM;
	if (ioctl(bus->fd, DMA_HEAP_IOCTL_ALLOC, &data))
		return -errno;
	return dma_buf_get(block, (int)data.fd);
}

static const struct dma_source source = {
	.highest = DMA_SIMULATED_HIGHEST, .get = get, .put = dma_buf_put, .close = dma_bus_close_device};

static int open_heap(struct iop_dma **dma, const char *argument)
{
	if (argument && !*argument)
		return -EINVAL;
	return dma_bus_open_device(dma, &source, argument ? argument : SYSTEM_HEAP);
}

static const char *why_not(void)
{
	if (access(SYSTEM_HEAP, F_OK))
		return "there is no " SYSTEM_HEAP ": the kernel needs CONFIG_DMABUF_HEAPS_SYSTEM";
	if (access(SYSTEM_HEAP, R_OK | W_OK))
		return "no permission for " SYSTEM_HEAP ": run as root, or join the group that owns it";
	return NULL;
}

const struct dma_provider dma_heap = {
	.about = {"dma-heap", "a dma-buf of " SYSTEM_HEAP " or another heap, behind a simulated IOMMU"},
	.why_not = why_not,
	.open = open_heap,
};
