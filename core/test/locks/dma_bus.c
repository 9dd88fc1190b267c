/* SPDX-License-Identifier: MIT */
/* Row 25: a device's address space and its list of blocks. A source is asked under the lock, but to close. */
#include "watch.h"

#include WATCHED

static struct iop_dma *dma;
static struct dma_bus *bus;
static _Alignas(4096) char memory[4][4096];
static struct {
	void *cpu;
	uint64_t address;
} blocks[4];

static int get(struct dma_bus *of, struct dma_block *block)
{
	watch_called_under(&of->lock, "a source's get");
	block->map = memory[0];
	block->map_size = 4096;
	return 0;
}

static void put(struct dma_bus *of, struct dma_block *block)
{
	(void)block;
	watch_called_under(&of->lock, "a source's put");
}

static int show(struct dma_bus *of, struct dma_block *block)
{
	(void)block;
	watch_called_under(&of->lock, "a source's show");
	return 0;
}

static void hide(struct dma_bus *of, struct dma_block *block)
{
	(void)block;
	watch_called_under(&of->lock, "a source's hide");
}

static const struct dma_source source = {.highest = DMA_SIMULATED_HIGHEST, .get = get, .put = put, .show = show, .hide = hide};

/* Two blocks and a mapping. */
static void start(void)
{
	watch_pause();
	watch_nothing();
	if (dma_bus_open(&dma, &source, -1, -1) || bus_map(dma, memory[2], 4096, &blocks[2].address))
		abort();
	for (unsigned i = 0; i < 2; i++)
		blocks[i].cpu = bus_alloc(dma, 4096, 0, &blocks[i].address);
	bus = dma_bus_of(dma);
	WATCH(bus->blocks, &bus->lock);
	WATCH(bus->below, &bus->lock);
	WATCH(bus->unbound, &bus->lock);
	watch_go_on();
}

/* A block on the list belongs to the lock. */
static void start_with_list(void)
{
	start();
	watch_pause();
	for (struct dma_block *block = bus->blocks; block; block = block->next)
		WATCH(*block, &bus->lock);
	watch_go_on();
}

static void allocate(void)
{
	start();
	(void)bus_alloc(dma, 4096, 0, &blocks[3].address);
}

static void map(void)
{
	start();
	(void)!bus_map(dma, memory[3], 4096, &blocks[3].address);
}

static void free_the_older(void)
{
	start_with_list();
	bus_free(dma, 4096, blocks[0].cpu, blocks[0].address, 0);
}

static void free_with_another_size(void)
{
	bus_free(dma, 8192, blocks[0].cpu, blocks[0].address, 0);
}

static void free_wrongly(void)
{
	start_with_list();
	watch_panics(free_with_another_size);
}

static void unmap(void)
{
	start_with_list();
	bus_unmap(dma, memory[2], 4096, blocks[2].address);
}

static void reach(void)
{
	start_with_list();
	(void)bus_reach(dma, blocks[0].address, 1);
}

static void reach_nothing(void)
{
	start_with_list();
	(void)bus_reach(dma, 1, 1);
}

static void set_mask(void)
{
	start();
	(void)!bus_set_mask(dma, UINT32_MAX);
}

static void unbind(void)
{
	start_with_list();
	bus_unbind(dma);
}

int main(void)
{
	static const struct watch_case cases[] = {
		{"alloc", allocate, 1},	   {"map", map, 1},	  {"free", free_the_older, 1},
		{"unmap", unmap, 1},	   {"reach", reach, 1},	  {"reach nothing", reach_nothing, 1},
		{"set mask", set_mask, 1}, {"unbind", unbind, 1}, {"free wrongly", free_wrongly, 1},
	};

	return WATCH_CASES(cases) != 0;
}
