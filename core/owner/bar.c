/* SPDX-License-Identifier: MIT */
#include "mapping.h"

#include <iopath/bar.h>

#include <limits.h>

static int bar_steps(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms, unsigned index,
		     const char *name, enum iop_ioremap how)
{
	int err = iop_mapping_find(mapping, index, terms);

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
	return err ? err : iop_mapping_map(mapping, raw, len, terms, how);
}

int iop_bar_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
		 struct iop_bus *bus, unsigned index, const char *name, enum iop_ioremap how)
{
	iop_mapping_begin(mapping, raw, len, bus);
	return iop_mapping_end(mapping, bar_steps(mapping, raw, len, terms, index, name, how));
}

int iop_wc_bar_take(struct iop_mapping *mapping, struct iop_wc *raw, size_t *len, struct iop_mapping_terms terms,
		    struct iop_bus *bus, unsigned index, const char *name)
{
	struct iop_mmio taken;
	int err = iop_bar_take(mapping, &taken, len, terms, bus, index, name, IOP_IOREMAP_WC);

	iop_mapping_is_wc(raw, &taken);
	return err;
}
