/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include <string.h>

int iop_mapping_map(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align, enum iop_ioremap how)
{
	mapping->address = iop_bus_map(mapping->bus, &mapping->resource, mapping->size, how);
	if (!mapping->address)
		return -ENOMEM;
	if (iop_memory_check_region((uintptr_t)mapping->address, mapping->size, align, min))
		return -EINVAL;
	IOP_LEASE_SET(*mapping, iop_lease_take());
	IOP_LEASE_SET(*raw, mapping->lease);
	raw->addr = (uintptr_t)mapping->address;
	*len = mapping->size;
	return 0;
}

static void let_go(struct iop_mapping *mapping)
{
	if (mapping->address)
		iop_bus_unmap(mapping->bus, &mapping->resource, mapping->address, mapping->size);
	if (mapping->requested)
		iop_bus_release(mapping->bus, &mapping->resource);
	mapping->bus = NULL;
}

void iop_mapping_begin(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_bus *bus)
{
	memset(mapping, 0, sizeof(*mapping));
	memset(raw, 0, sizeof(*raw));
	*len = 0;
	mapping->bus = bus;
}

int iop_mapping_end(struct iop_mapping *mapping, int err)
{
	if (err)
		let_go(mapping);
	return err;
}

static int map_steps(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align)
{
	int nonposted = !!(mapping->resource.flags & IOP_RESOURCE_NONPOSTED);
	int err = iop_resource_size(&mapping->resource, &mapping->size);

	if (err)
		return err;
	if (!mapping->size)
		return -EINVAL;
	return iop_mapping_map(mapping, raw, len, min, align, nonposted ? IOP_IOREMAP_NP : IOP_IOREMAP);
}

int iop_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align, struct iop_bus *bus,
		   unsigned index)
{
	int err;

	iop_mapping_begin(mapping, raw, len, bus);
	err = iop_bus_resource(bus, index, &mapping->resource);
	if (!err)
		err = map_steps(mapping, raw, len, min, align);
	return iop_mapping_end(mapping, err);
}

int iop_exclusive_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align,
			     struct iop_bus *bus, unsigned index, const char *name)
{
	int err;

	iop_mapping_begin(mapping, raw, len, bus);
	err = iop_bus_resource(bus, index, &mapping->resource);
	if (!err)
		err = iop_mapping_request(mapping, name);
	if (!err)
		err = map_steps(mapping, raw, len, min, align);
	return iop_mapping_end(mapping, err);
}

int iop_mapping_request(struct iop_mapping *mapping, const char *name)
{
	int err = iop_bus_request(mapping->bus, &mapping->resource, name);

	mapping->requested = !err;
	return err;
}

void iop_mapping_drop(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len)
{
	if (!mapping->bus)
		return;
	IOP_LEASE_CHECK(*mapping);
#if IOP_DEBUG_VIEWS
	iop_lease_end(mapping->lease);
#endif
	let_go(mapping);
	/* The lease stays in the handle: using the owner itself must be noticed as well. */
	raw->addr = 0;
	*len = 0;
}

void iop_any_mapping_drop(void *owner)
{
	struct iop_any_mapping *any = owner;

	iop_mapping_drop(&any->mapping, &any->raw, any->len);
}
