/* SPDX-License-Identifier: MIT */
/* The steps that all owners of a mapping are made of; each kind has its own order (docs/semantics.md, rows 36, 37). */
#ifndef IOPATH_OWNER_MAPPING_H
#define IOPATH_OWNER_MAPPING_H

#include <iopath/iomem.h>

/* Empties the owner, to be filled step by step. */
void iop_mapping_begin(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_bus *bus);

/*
 * Finds the resource and what its device takes: of the widths that the bus and the author know, those that both do. 0 or -EINVAL: there
 * is none, or the owner's type has a width that it does not take.
 */
int iop_mapping_find(struct iop_mapping *mapping, unsigned index, struct iop_mapping_terms terms);

/* Requests mapping->resource. 0 or -EBUSY. */
int iop_mapping_request(struct iop_mapping *mapping, const char *name);

/* Maps the first mapping->size bytes and makes them the view. 0, -ENOMEM, or -EINVAL: mapped, but no Region of that minimum and alignment. */
int iop_mapping_map(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
		    enum iop_ioremap how);

/* The handle of a write-combining mapping, where the steps have left that of a device. */
void iop_mapping_is_wc(struct iop_wc *raw, const struct iop_mmio *taken);

/* The last step: on @err undoes what was done. Returns @err. */
int iop_mapping_end(struct iop_mapping *mapping, int err);

#endif
