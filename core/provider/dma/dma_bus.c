/* SPDX-License-Identifier: MIT */
#include "dma_bus.h"

#include <iopath/panic.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

/* IOP_DMA_NO_CPU blocks have no CPU mapping. */
static void *cpu_of(struct dma_block *block)
{
	return block->attrs & IOP_DMA_NO_CPU ? (void *)block : block->map;
}

/*
 * Places go down from the mask's end, so that a driver or device that loses the upper bits of an address is found out by its first
 * one. A page stays free between two blocks, so that an overrun does not reach the other; what was freed is used again only once
 * there is no other place, so that a stale address faults.
 */
static uint64_t highest(const struct dma_bus *bus)
{
	const uint64_t mask = iop_dma_mask(&bus->dma);

	return mask < bus->highest ? mask : bus->highest;
}

/* Interrupts are raised by writes to these addresses, so IOMMUs map nothing there: of x86, and of Arm. */
static const struct window {
	uint64_t start, size;
} windows[] = {{0xfee00000, 0x100000}, {0x8000000, 0x100000}};

/*
 * Places are counted in pages: what ends where 64 bits end has an end, too. Whether the @n pages at @at meet others or the page behind
 * them; then *@below is where the next try ends.
 */
static int meets(uint64_t at, uint64_t n, uint64_t start, uint64_t pages, uint64_t *below)
{
	if (at >= start + pages + 1 || at + n + 1 <= start)
		return 0;
	*below = start > 1 ? start - 1 : 0;
	return 1;
}

static int is_taken(const struct dma_bus *bus, uint64_t at, uint64_t n, uint64_t *below)
{
	const uint64_t page = dma_page_size();

	for (size_t i = 0; bus->source->real && i < sizeof(windows) / sizeof(windows[0]); i++)
		if (meets(at, n, windows[i].start / page, windows[i].size / page, below))
			return 1;
	for (const struct dma_block *block = bus->blocks; block; block = block->next)
		if (meets(at, n, block->address / page, block->map_size / page, below))
			return 1;
	return 0;
}

/* The highest place for @n pages that ends at @below or before; 0 if there is none: page 0 is nobody's. */
static uint64_t place_below(const struct dma_bus *bus, uint64_t n, uint64_t below)
{
	while (below >= n) {
		uint64_t at = below - n;

		if (!is_taken(bus, at, n, &below))
			return at;
	}
	return 0;
}

/* The page behind the last one that lies below the mask with all of its bytes. */
static uint64_t end_of_mask(const struct dma_bus *bus)
{
	const uint64_t page = dma_page_size();

	return highest(bus) / page + (highest(bus) % page == page - 1);
}

static int place(struct dma_bus *bus, struct dma_block *block)
{
	const uint64_t end = end_of_mask(bus), page = dma_page_size();
	const uint64_t n = (block->map_size ? block->map_size : dma_round_up(block->size, page)) / page;
	uint64_t at = 0;

	if (n)
		at = place_below(bus, n, bus->below < end ? bus->below : end);
	if (n && !at)
		at = place_below(bus, n, end);
	block->address = at * page;
	return at ? 0 : -ENOMEM;
}

static int add(struct dma_bus *bus, struct dma_block *block)
{
	int err = 0;

	if (bus->unbound)
		return -ENODEV;
	if (!block->borrowed)
		err = bus->source->get(bus, block);
	if (err)
		return err;
	/* Huge pages may have made it larger. */
	err = place(bus, block);
	if (!err && bus->source->show)
		err = bus->source->show(bus, block);
	if (err) {
		if (!block->borrowed)
			bus->source->put(bus, block);
		return err;
	}
	bus->below = block->address / dma_page_size();
	block->next = bus->blocks;
	bus->blocks = block;
	return 0;
}

/* A copy of @made on the bus, in *@added. 0 or a negative errno. */
static int make(struct dma_bus *bus, const struct dma_block *made, struct dma_block **added)
{
	struct dma_block *block = calloc(1, sizeof(*block));
	int err;

	if (!block)
		return -ENOMEM;
	*block = *made;
	pthread_mutex_lock(&bus->lock);
	err = add(bus, block);
	pthread_mutex_unlock(&bus->lock);
	if (err)
		free(block);
	else
		*added = block;
	return err;
}

static void *bus_alloc(struct iop_dma *dma, size_t size, unsigned attrs, uint64_t *address)
{
	struct dma_block *block;

	if (make(dma_bus_of(dma), &(struct dma_block){.size = size, .attrs = attrs, .fd = -1}, &block))
		return NULL;
	*address = block->address;
	return cpu_of(block);
}

static int bus_map(struct iop_dma *dma, void *memory, size_t size, uint64_t *address)
{
	struct dma_block *block;
	int err = make(dma_bus_of(dma), &(struct dma_block){.size = size, .map = memory, .map_size = size, .borrowed = 1, .fd = -1},
		       &block);

	if (!err)
		*address = block->address;
	return err;
}

static int is(struct dma_block *block, size_t size, const void *cpu, unsigned attrs, int borrowed)
{
	return block->size == size && cpu_of(block) == cpu && block->attrs == attrs && block->borrowed == borrowed;
}

static void take(struct dma_bus *bus, size_t size, const void *cpu, uint64_t address, unsigned attrs, int borrowed)
{
	struct dma_block **link, *block;

	pthread_mutex_lock(&bus->lock);
	for (link = &bus->blocks; *link && (*link)->address != address; link = &(*link)->next)
		;
	block = *link;
	if (!block || !is(block, size, cpu, attrs, borrowed)) {
		pthread_mutex_unlock(&bus->lock);
		iop_panic("dma memory freed as what it is not");
	}
	/* cppcheck-suppress nullPointerRedundantCheck ; a panic does not return */
	*link = block->next;
	if (!bus->unbound && bus->source->hide)
		bus->source->hide(bus, block);
	if (!borrowed)
		bus->source->put(bus, block);
	pthread_mutex_unlock(&bus->lock);
	free(block);
}

static void bus_free(struct iop_dma *dma, size_t size, void *cpu, uint64_t address, unsigned attrs)
{
	take(dma_bus_of(dma), size, cpu, address, attrs, 0);
}

static void bus_unmap(struct iop_dma *dma, void *memory, size_t size, uint64_t address)
{
	take(dma_bus_of(dma), size, memory, address, 0, 1);
}

/* Does a block of @size bytes at @begin have the @n at @address? */
static int has(uint64_t begin, uint64_t size, uint64_t address, size_t n)
{
	return address >= begin && address - begin < size && n <= size - (address - begin);
}

static void *bus_reach(struct iop_dma *dma, uint64_t address, size_t n)
{
	struct dma_bus *bus = dma_bus_of(dma);
	void *found = NULL;

	pthread_mutex_lock(&bus->lock);
	for (struct dma_block *block = bus->blocks; block && !bus->unbound; block = block->next) {
		if (!has(block->address, block->size, address, n))
			continue;
		found = (char *)block->map + (address - block->address);
		break;
	}
	pthread_mutex_unlock(&bus->lock);
	return found;
}

static int bus_set_mask(struct iop_dma *dma, uint64_t mask)
{
	struct dma_bus *bus = dma_bus_of(dma);

	/* Page 0 is nobody's, and the second one must lie below the mask. */
	if (mask < 2 * (uint64_t)dma_page_size() - 1)
		return -EIO;
	pthread_mutex_lock(&bus->lock);
	bus->below = UINT64_MAX;
	pthread_mutex_unlock(&bus->lock);
	return 0;
}

static void bus_unbind(struct iop_dma *dma)
{
	struct dma_bus *bus = dma_bus_of(dma);

	pthread_mutex_lock(&bus->lock);
	if (!bus->unbound && bus->source->hide)
		for (struct dma_block *block = bus->blocks; block; block = block->next)
			bus->source->hide(bus, block);
	bus->unbound = 1;
	pthread_mutex_unlock(&bus->lock);
}

static void bus_close(struct iop_dma *dma)
{
	struct dma_bus *bus = dma_bus_of(dma);

	if (bus->blocks)
		iop_panic("dma memory in use");
	if (bus->source->close)
		bus->source->close(bus);
	pthread_mutex_destroy(&bus->lock);
	free(bus);
}

static const struct iop_dma_ops simulated = {
	.alloc = bus_alloc,
	.free = bus_free,
	.map = bus_map,
	.unmap = bus_unmap,
	.set_mask = bus_set_mask,
	.reach = bus_reach,
	.unbind = bus_unbind,
	.close = bus_close,
};

static const struct iop_dma_ops real = {
	.alloc = bus_alloc,
	.free = bus_free,
	.map = bus_map,
	.unmap = bus_unmap,
	.set_mask = bus_set_mask,
	.unbind = bus_unbind,
	.close = bus_close,
};

int dma_bus_open(struct iop_dma **dma, const struct dma_source *source, int fd, int group_fd)
{
	struct dma_bus *bus = calloc(1, sizeof(*bus));

	if (!bus)
		return -ENOMEM;
	bus->dma.ops = source->real ? &real : &simulated;
	bus->source = source;
	bus->highest = source->highest;
	pthread_mutex_init(&bus->lock, NULL);
	bus->below = UINT64_MAX;
	bus->fd = fd;
	bus->group_fd = group_fd;
	*dma = &bus->dma;
	return 0;
}

int dma_bus_open_device(struct iop_dma **dma, const struct dma_source *source, const char *path)
{
	int fd = open(path, O_RDWR | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -ENODEV;
	err = dma_bus_open(dma, source, fd, -1);
	if (err)
		close(fd);
	return err;
}

void dma_bus_close_device(struct dma_bus *bus)
{
	close(bus->fd);
}

size_t dma_page_size(void)
{
	return (size_t)sysconf(_SC_PAGESIZE);
}

size_t dma_round_up(size_t n, size_t to)
{
	/* There are no larger objects in C, and 32-bit systems have the address space to try. */
	return n > PTRDIFF_MAX - (to - 1) ? 0 : (n + to - 1) / to * to;
}
