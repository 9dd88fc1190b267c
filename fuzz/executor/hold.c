/* SPDX-License-Identifier: MIT */
/*
 * Owners of mappings. The bus is not the simulated one, whose mappings are system calls, but one that finds every resource in the
 * arena, counts, and refuses what a program says.
 */
#include "hold.h"

#include <iopath/bar.h>

#include <string.h>

union hold {
	fuzz_held iomem;
	IOP_IOMEM(42) iomem42;
	IOP_EXCLUSIVE_IOMEM(0) exclusive;
	IOP_EXCLUSIVE_IOMEM(42) exclusive42;
	IOP_BAR(0) bar;
	IOP_BAR(42) bar42;
};

static union hold holds[FUZZ_HOLDS];
static struct iop_bus bus;
static const struct fuzz_call *opening;
static uint8_t *memory;
struct fuzz_hold_counts fuzz_hold_counts;

fuzz_held *fuzz_hold_at(unsigned number)
{
	return &holds[number].iomem;
}

static int find_resource(void *self, unsigned index, struct iop_resource *resource)
{
	(void)self;
	if (opening->y == FUZZ_NO_RESOURCE)
		return -EINVAL;
	*resource = (struct iop_resource){
		.start = opening->x, .len = opening->n, .index = index, .flags = opening->panics ? IOP_RESOURCE_NONPOSTED : 0};
	return 0;
}

/* What was requested and not released: one user for each byte. */
static struct {
	uint64_t start, len;
} taken[FUZZ_MOST_TAKEN];
static unsigned taken_count;

static int request(void *self, const struct iop_resource *resource, const char *name)
{
	(void)self, (void)name;
	for (unsigned i = 0; i < taken_count; i++)
		if (resource->start < taken[i].start + taken[i].len && taken[i].start < resource->start + resource->len)
			return -1;
	if (opening->y == FUZZ_BUSY)
		return -1;
	if (taken_count == FUZZ_MOST_TAKEN)
		fuzz_trap("requests without end");
	fuzz_hold_counts.requested++;
	taken[taken_count].start = resource->start;
	taken[taken_count++].len = resource->len;
	return 0;
}

static void release(void *self, const struct iop_resource *resource)
{
	(void)self;
	fuzz_hold_counts.released++;
	for (unsigned i = 0; i < taken_count; i++)
		if (resource->start == taken[i].start && resource->len == taken[i].len) {
			taken[i] = taken[--taken_count];
			return;
		}
}

static void *map(void *self, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	bool nonposted = opening->panics && opening->kind != FUZZ_BAR;

	(void)self, (void)size;
	if (opening->y == FUZZ_NOT_MAPPED || how != (nonposted ? IOP_IOREMAP_NP : IOP_IOREMAP))
		return NULL;
	fuzz_hold_counts.mapped++;
	return memory + resource->start;
}

/* Another address or size than what was mapped is no unmap. */
static void unmap(void *self, const struct iop_resource *resource, void *address, size_t size)
{
	(void)self;
	if ((uint8_t *)address != memory + resource->start || size != resource->len)
		return;
	fuzz_hold_counts.unmapped++;
	fuzz_hold_counts.trail = (uint16_t)(fuzz_hold_counts.trail * 31 + resource->start + 1);
}

static const struct iop_bus_ops ops = {
	.resource = find_resource, .request_region = request, .release_region = release, .ioremap = map, .iounmap = unmap};

void fuzz_hold_start(uint8_t *owner)
{
	if (fuzz_hold_counts.requested | fuzz_hold_counts.mapped) {
		/* A program that was cut short leaves them open; their leases must not add up. */
		for (unsigned i = 0; i < FUZZ_HOLDS; i++)
			if (IOP_DEBUG_VIEWS && holds[i].iomem.hold.mapping.bus)
				iop_iomem_drop(&holds[i].iomem);
		memset(holds, 0, sizeof(holds));
	}
	fuzz_hold_counts = (struct fuzz_hold_counts){.trail = 0};
	taken_count = 0;
	memory = owner;
	iop_bus_init(&bus, &ops, NULL);
}

static int open_hold(const struct fuzz_call *c)
{
	union hold *h = &holds[c->to];
	unsigned index = c->whole ? UINT32_C(1) << 31 : 0;

	opening = c;
	switch (c->kind << 1 | (c->type == FUZZ_REGION42)) {
	case FUZZ_IOMEM << 1: return iop_iomem_map(&h->iomem, &bus, index);
	case FUZZ_IOMEM << 1 | 1: return iop_iomem_map(&h->iomem42, &bus, index);
	case FUZZ_EXCLUSIVE << 1: return iop_exclusive_iomem_map(&h->exclusive, &bus, index, "fuzz");
	case FUZZ_EXCLUSIVE << 1 | 1: return iop_exclusive_iomem_map(&h->exclusive42, &bus, index, "fuzz");
	case FUZZ_BAR << 1: return iop_bar_map(&h->bar, &bus, index, "fuzz");
	default: return iop_bar_map(&h->bar42, &bus, index, "fuzz");
	}
}

/* They are all released, so that a later one is available. */
static void all_leases(struct fuzz_result *result)
{
	static struct iop_lease all[FUZZ_LEASES + 1];
	uint64_t count = 0;

	fuzz_bus_close();
	while (count <= FUZZ_LEASES && (all[count] = iop_lease_take()).slot)
		count++;
	result->value = count;
	while (count)
		iop_lease_end(all[--count]);
}

int fuzz_hold_run(const struct fuzz_call *c, struct fuzz_result *result)
{
	const struct fuzz_hold_counts *counts = &fuzz_hold_counts;
	uint32_t value = 0;
	int err = 0;

	if (c->op == FUZZ_all_leases) {
		all_leases(result);
		return 0;
	}
	if (c->op >= FUZZ_guard_open)
		return fuzz_guard_run(c, result);
	if (c->op >= FUZZ_vmap_open)
		return fuzz_vmap_run(c, result);
	if (c->op == FUZZ_hold_use) {
		err = iop_try_read32(holds[c->to].iomem, c->x, &value);
		result->value = value;
		return err;
	}
	if (c->op == FUZZ_hold_open)
		err = open_hold(c);
	else
		for (unsigned i = 0; i <= c->kind; i++)
			iop_iomem_drop(&holds[c->to].iomem);
	result->value = (uint64_t)iop_bus_balanced(&bus) << 63 | (uint64_t)(counts->mapped & 0xffff) << 48 |
			(uint64_t)(counts->unmapped & 0xffff) << 32 | (counts->requested & 0xffff) << 16 |
			(counts->released & 0xffff);
	return err;
}
