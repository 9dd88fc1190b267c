/* SPDX-License-Identifier: MIT */
#include "dma_bus.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

/* Of every machine that has huge pages at all, the smallest ones; a wrong guess only costs the attempt. */
#define HUGE_PAGE ((size_t)2 << 20)

/* A memory file of @size bytes that cannot shrink, which udmabuf insists on. A descriptor or a negative errno. */
static int memory_file(size_t size, unsigned flags)
{
	int fd = memfd_create("iopath-dma", MFD_CLOEXEC | MFD_ALLOW_SEALING | flags);
	int err;

	if (fd < 0)
		return -errno;
	if (ftruncate(fd, (off_t)size) || fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK)) {
		err = -errno;
		close(fd);
		return err;
	}
	return fd;
}

static int map_file(struct dma_block *block, size_t size, unsigned flags, int *file)
{
	int fd = size ? memory_file(size, flags) : -ENOMEM;
	int err = 0;
	void *map;

	if (fd < 0)
		return fd;
	map = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, fd, 0);
	if (map == MAP_FAILED)
		err = -errno;
	if (err || !file)
		close(fd);
	if (err)
		return err;
	/* A simulated device does not mind if the limit (ulimit -l) is too low; for a real one its driver pins the pages. */
	(void)!mlock(map, size);
	block->map = map;
	block->map_size = size;
	if (file)
		*file = fd;
	return 0;
}

int dma_pages_get(struct dma_block *block, int huge, int *file)
{
	if (huge && block->size >= HUGE_PAGE && !(block->attrs & IOP_DMA_SMALL_PAGES) &&
	    map_file(block, dma_round_up(block->size, HUGE_PAGE), MFD_HUGETLB, file) == 0)
		return 0;
	return map_file(block, dma_round_up(block->size, dma_page_size()), 0, file);
}

void dma_pages_put(struct dma_block *block)
{
	munmap(block->map, block->map_size);
}

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

static const struct dma_source source = {.highest = DMA_SIMULATED_HIGHEST, .get = get, .put = put};

/* The argument is the number of bits that the simulated IOMMU has: addresses go down from their end. */
static int open_memfd(struct iop_dma **dma, const char *argument)
{
	char *end = NULL;
	const unsigned long bits = argument && *argument >= '0' && *argument <= '9' ? strtoul(argument, &end, 10) : 0;
	int err;

	if (argument && (bits < 32 || bits > 64 || *end))
		return -EINVAL;
	err = dma_bus_open(dma, &source, -1, -1);
	if (!err && argument)
		dma_bus_of(*dma)->highest = UINT64_MAX >> (64 - bits);
	return err;
}

static const char *why_not(void)
{
	return NULL;
}

const struct dma_provider dma_memfd = {
	.about = {"memfd", "locked pages of this process behind a simulated IOMMU"},
	.why_not = why_not,
	.open = open_memfd,
};
