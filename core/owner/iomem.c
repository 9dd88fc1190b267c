/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include <string.h>

int iop_mapping_find(struct iop_mapping *mapping, unsigned index, struct iop_mapping_terms terms)
{
	int err = iop_bus_resource(mapping->bus, index, &mapping->resource);
	unsigned said = terms.said, known = mapping->resource.widths;

	if (err)
		return err;
	if (!known)
		known = said ? said : IOP_WIDTHS_DEFAULT;
	mapping->widths = said ? known & said : known;
	return iop_widths_within(terms.takes, mapping->widths) ? 0 : -EINVAL;
}

int iop_mapping_map(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
		    enum iop_ioremap how)
{
	mapping->address = iop_bus_map(mapping->bus, &mapping->resource, mapping->size, how);
	if (!mapping->address)
		return -ENOMEM;
	if (iop_memory_check_region((uintptr_t)mapping->address, mapping->size, terms.align, terms.min))
		return -EINVAL;
	IOP_LEASE_SET(*mapping, iop_lease_take());
#if IOP_DEBUG_VIEWS
	iop_lease_belongs(mapping->lease, mapping->bus);
#endif
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
	mapping->widths = 0;
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

void iop_mapping_is_wc(struct iop_wc *raw, const struct iop_mmio *taken)
{
	memset(raw, 0, sizeof(*raw));
	raw->addr = taken->addr;
	IOP_LEASE_SET(*raw, taken->lease);
}

static int map_steps(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms, int wc)
{
	int nonposted = !!(mapping->resource.flags & IOP_RESOURCE_NONPOSTED);
	int err = iop_resource_size(&mapping->resource, &mapping->size);

	if (err)
		return err;
	if (!mapping->size)
		return -EINVAL;
	/* What combines writes posts them. */
	if (wc)
		return nonposted ? -ENOMEM : iop_mapping_map(mapping, raw, len, terms, IOP_IOREMAP_WC);
	return iop_mapping_map(mapping, raw, len, terms, nonposted ? IOP_IOREMAP_NP : IOP_IOREMAP);
}

static int take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms, struct iop_bus *bus,
		unsigned index, int wc)
{
	int err;

	iop_mapping_begin(mapping, raw, len, bus);
	err = iop_mapping_find(mapping, index, terms);
	if (!err)
		err = map_steps(mapping, raw, len, terms, wc);
	return iop_mapping_end(mapping, err);
}

int iop_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
		   struct iop_bus *bus, unsigned index)
{
	return take(mapping, raw, len, terms, bus, index, 0);
}

int iop_wc_iomem_take(struct iop_mapping *mapping, struct iop_wc *raw, size_t *len, struct iop_mapping_terms terms,
		      struct iop_bus *bus, unsigned index)
{
	struct iop_mmio taken;
	int err = take(mapping, &taken, len, terms, bus, index, 1);

	iop_mapping_is_wc(raw, &taken);
	return err;
}

static int take_exclusive(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
			  struct iop_bus *bus, unsigned index, const char *name, int wc)
{
	int err;

	iop_mapping_begin(mapping, raw, len, bus);
	err = iop_mapping_find(mapping, index, terms);
	if (!err)
		err = iop_mapping_request(mapping, name);
	if (!err)
		err = map_steps(mapping, raw, len, terms, wc);
	return iop_mapping_end(mapping, err);
}

int iop_exclusive_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
			     struct iop_bus *bus, unsigned index, const char *name)
{
	return take_exclusive(mapping, raw, len, terms, bus, index, name, 0);
}

int iop_wc_exclusive_iomem_take(struct iop_mapping *mapping, struct iop_wc *raw, size_t *len, struct iop_mapping_terms terms,
				struct iop_bus *bus, unsigned index, const char *name)
{
	struct iop_mmio taken;
	int err = take_exclusive(mapping, &taken, len, terms, bus, index, name, 1);

	iop_mapping_is_wc(raw, &taken);
	return err;
}

int iop_mapping_request(struct iop_mapping *mapping, const char *name)
{
	int err = iop_bus_request(mapping->bus, &mapping->resource, name);

	mapping->requested = !err;
	return err;
}

void iop_mapping_drop(struct iop_mapping *mapping, uintptr_t *addr, size_t *len)
{
	if (!mapping->bus)
		return;
	IOP_LEASE_CHECK(*mapping);
#if IOP_DEBUG_VIEWS
	iop_lease_end(mapping->lease);
#endif
	let_go(mapping);
	/* The lease stays in the handle: using the owner itself must be noticed as well. */
	*addr = 0;
	*len = 0;
}

void iop_any_mapping_drop(void *owner)
{
	struct iop_any_mapping *any = owner;

	iop_mapping_drop(&any->mapping, &any->raw.addr, any->len);
}
