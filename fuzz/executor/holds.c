/* SPDX-License-Identifier: MIT */
/*
 * Owners of mappings. The bus is not the simulated one, whose mappings are system calls, but one that finds every resource in the
 * arena, counts, and refuses what a program says.
 */
#include "holds.h"

#include <string.h>

union fuzz_hold_of_any fuzz_holds[FUZZ_HOLDS];
struct iop_bus fuzz_hold_bus;
const struct fuzz_call *fuzz_hold_opening;
struct fuzz_hold_counts fuzz_hold_counts;

static int find_resource(void *self, unsigned index, struct iop_resource *resource)
{
	(void)self;
	fuzz_asked(FUZZ_ASKED_RESOURCE, 0, index, 0);
	if (fuzz_hold_opening->y == FUZZ_NO_RESOURCE)
		return -EINVAL;
	*resource = (struct iop_resource){.start = fuzz_hold_opening->x,
					  .len = fuzz_hold_opening->n,
					  .index = index,
					  .flags = fuzz_hold_opening->panics ? IOP_RESOURCE_NONPOSTED : 0};
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
	fuzz_asked(FUZZ_ASKED_REQUEST, 0, resource->start, resource->len);
	for (unsigned i = 0; i < taken_count; i++)
		if (resource->start < taken[i].start + taken[i].len && taken[i].start < resource->start + resource->len)
			return -1;
	if (fuzz_hold_opening->y == FUZZ_BUSY)
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
	fuzz_asked(FUZZ_ASKED_RELEASE, 0, resource->start, resource->len);
	fuzz_hold_counts.released++;
	for (unsigned i = 0; i < taken_count; i++)
		if (resource->start == taken[i].start && resource->len == taken[i].len) {
			taken[i] = taken[--taken_count];
			return;
		}
}

static void *map(void *self, const struct iop_resource *resource, size_t size, enum iop_ioremap how)
{
	bool nonposted = fuzz_hold_opening->panics && fuzz_hold_opening->kind != FUZZ_BAR;

	(void)self;
	fuzz_asked(FUZZ_ASKED_MAP, how, resource->start, size);
	if (fuzz_hold_opening->y == FUZZ_NOT_MAPPED || how != (nonposted ? IOP_IOREMAP_NP : IOP_IOREMAP))
		return NULL;
	fuzz_hold_counts.mapped++;
	return fuzz_owner_base[0] + resource->start;
}

/* Another address or size than what was mapped is no unmap. */
static void unmap(void *self, const struct iop_resource *resource, void *address, size_t size)
{
	(void)self;
	fuzz_asked(FUZZ_ASKED_UNMAP, 0, resource->start, resource->len);
	if ((uint8_t *)address != fuzz_owner_base[0] + resource->start || size != resource->len)
		return;
	fuzz_hold_counts.unmapped++;
	fuzz_hold_counts.trail = (uint16_t)(fuzz_hold_counts.trail * 31 + resource->start + 1);
}

/* One that fails has got half way. */
static int reset(void *self)
{
	size_t size = fuzz_owner_size(0);

	(void)self;
	fuzz_asked(FUZZ_ASKED_RESET, 0, 0, 0);
	if (fuzz_hold_opening->y == FUZZ_RESET_REFUSED)
		return -ENOTTY;
	memset(fuzz_owner_base[0] + fuzz_devices_at, 0, fuzz_hold_opening->y == FUZZ_RESET_FAILS ? size / 2 : size);
	return fuzz_hold_opening->y == FUZZ_RESET_FAILS ? -EIO : 0;
}

static int reset_nothing(void *self)
{
	(void)self;
	fuzz_asked(FUZZ_ASKED_RESET, 0, 1, 0);
	return 0;
}

static const struct iop_bus_ops ops = {.resource = find_resource,
				       .request_region = request,
				       .release_region = release,
				       .ioremap = map,
				       .iounmap = unmap,
				       .reset = reset};
static const struct iop_bus_ops other_ops = {.reset = reset_nothing}, no_ops;

int fuzz_hold_reset(const struct fuzz_call *c)
{
	static struct iop_bus other = {.ops = &other_ops}, none = {.ops = &no_ops};

	fuzz_hold_opening = c;
	return iop_bus_reset(c->y == FUZZ_RESET_OTHER ? &other : c->y == FUZZ_RESET_MISSING ? &none : &fuzz_hold_bus);
}

void fuzz_holds_start(void)
{
	if (fuzz_hold_counts.requested | fuzz_hold_counts.mapped) {
		/* A program that was cut short leaves them open; their leases must not add up. */
		for (unsigned i = 0; i < FUZZ_HOLDS; i++)
			if (IOP_DEBUG_VIEWS && fuzz_holds[i].iomem.hold.mapping.bus)
				iop_iomem_drop(&fuzz_holds[i].iomem);
		memset(fuzz_holds, 0, sizeof(fuzz_holds));
	}
	fuzz_hold_counts = (struct fuzz_hold_counts){.trail = 0};
	taken_count = 0;
	iop_bus_init(&fuzz_hold_bus, &ops, NULL);
	fuzz_progress.function = &fuzz_hold_bus;
}
