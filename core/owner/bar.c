/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include <iopath/bar.h>

#include <limits.h>

static int bar_steps(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align, unsigned index,
		     const char *name, enum iop_ioremap how)
{
	int err = iop_bus_resource(mapping->bus, index, &mapping->resource);

	if (err)
		return err;
	if (!mapping->resource.len)
		return -ENOMEM;
	/* The kernel's functions take the index as an int. */
	if (index > INT_MAX)
		return -EINVAL;
	err = iop_resource_size(&mapping->resource, &mapping->size);
	if (!err)
		err = iop_mapping_request(mapping, name);
	return err ? err : iop_mapping_map(mapping, raw, len, min, align, how);
}

int iop_bar_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align, struct iop_bus *bus,
		 unsigned index, const char *name, enum iop_ioremap how)
{
	iop_mapping_begin(mapping, raw, len, bus);
	return iop_mapping_end(mapping, bar_steps(mapping, raw, len, min, align, index, name, how));
}
