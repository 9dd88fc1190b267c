/* SPDX-License-Identifier: MIT */
/* The steps that all owners of a mapping are made of; each kind has its own order (docs/semantics.md, rows 36, 37). */
#ifndef IOPATH_OWNER_MAPPING_H
#define IOPATH_OWNER_MAPPING_H

#include <iopath/iomem.h>

/* Empties the owner, to be filled step by step. */
void iop_mapping_begin(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_bus *bus);

/* Requests mapping->resource. 0 or -EBUSY. */
int iop_mapping_request(struct iop_mapping *mapping, const char *name);

/* Maps the first mapping->size bytes and makes them the view. 0, -ENOMEM, or -EINVAL: mapped, but no Region of @min at a multiple of @align. */
int iop_mapping_map(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align, enum iop_ioremap how);

/* The last step: on @err undoes what was done. Returns @err. */
int iop_mapping_end(struct iop_mapping *mapping, int err);

#endif
