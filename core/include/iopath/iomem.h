/* SPDX-License-Identifier: MIT */
/**
 * iomem.h - owners of a mapped resource: IoMem and ExclusiveIoMem
 *
 * An IoMem maps one resource of a bus and owns the mapping until it is dropped. It is an Mmio view of a Region that also holds the
 * mapping, so every macro that takes a view takes it; SIZE bounds infallible access; 0 allows fallible access and casts only. An
 * ExclusiveIoMem first requests the resource, so that it is the only user.
 *
 *	typedef IOP_IOMEM(0x100) uart_iomem;
 *
 *	uart_iomem uart;
 *	err = iop_iomem_map(&uart, &sim.bus, 0);
 *	iop_write32(uart, 1, 0x44);
 *	iop_iomem_drop(&uart);
 *
 * An owner is a plain structure. It must not be copied to be dropped twice; debug builds panic with "stale view" then, and when a
 * view made from it is used after it was dropped. Making one that fails leaves an empty owner, whose Region has size 0 at address 0
 * and which may be dropped. Owners may be passed between threads; only one of them may drop it.
 * Source: docs/semantics.md, row 36.
 */
#ifndef IOPATH_IOMEM_H
#define IOPATH_IOMEM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bus.h>
#include <iopath/mmio.h>

/** What an owner holds: the arguments and results of its mapping. */
struct iop_mapping {
	struct iop_bus *bus; /**< NULL: the owner is empty */
	struct iop_resource resource;
	void *address;
	size_t size;
	int requested; /**< the resource is released, too */
	IOP_LEASE_MEMBER
};

/* The kinds of owners, each with its own type, so that the compiler can tell them apart. */
struct iop_iomem {
	struct iop_mapping mapping;
};
struct iop_exclusive_iomem {
	struct iop_mapping mapping;
};

#ifdef __cplusplus
template <class Byte, size_t Min, class Hold>
struct iop_mapping_owner {
	struct iop_mmio raw;
	size_t len[1];
	Byte (*as[0])[Min];
	Hold hold;
};
#define IOP_MAPPING_OWNER_(BYTE, min, HOLD) iop_with_witness<iop_mapping_owner<BYTE, min, HOLD>>
#else
#define IOP_MAPPING_OWNER_(BYTE, min, HOLD)       \
	struct {                                  \
		struct iop_mmio raw;              \
		size_t len[1];                    \
		__extension__ BYTE (*as[0])[min]; \
		HOLD hold;                        \
	}
#endif

/** Types of owners; @min is SIZE in bytes, an integer constant. The resource may be longer. Those with 8 are an IOP_REGION8. */
#define IOP_IOMEM(min)		  IOP_MAPPING_OWNER_(struct iop_region_byte, min, struct iop_iomem)
#define IOP_IOMEM8(min)		  IOP_MAPPING_OWNER_(struct iop_region8_byte, min, struct iop_iomem)
#define IOP_EXCLUSIVE_IOMEM(min)  IOP_MAPPING_OWNER_(struct iop_region_byte, min, struct iop_exclusive_iomem)
#define IOP_EXCLUSIVE_IOMEM8(min) IOP_MAPPING_OWNER_(struct iop_region8_byte, min, struct iop_exclusive_iomem)
/** The same with a read-only view. */
#define IOP_CONST_IOMEM(min)  IOP_MAPPING_OWNER_(const struct iop_region_byte, min, struct iop_iomem)
#define IOP_CONST_IOMEM8(min) IOP_MAPPING_OWNER_(const struct iop_region8_byte, min, struct iop_iomem)

/** An owner of which only the first members matter, whatever its SIZE and kind. */
struct iop_any_mapping {
	struct iop_mmio raw;
	size_t len[1];
	struct iop_mapping mapping;
};

IOP_BEGIN_DECLS
/*
 * The owners' common part: the steps of docs/semantics.md, row 36, in their order. On success the mapping, the view's handle and
 * its length are set; on failure everything is undone and they are empty.
 */
int iop_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align, struct iop_bus *bus,
		   unsigned index);
int iop_exclusive_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, size_t min, size_t align,
			     struct iop_bus *bus, unsigned index, const char *name);
/* Unmaps, then releases what was requested, and empties the owner. An empty one is left alone. */
void iop_mapping_drop(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len);
/* The same for an owner somewhere in memory, as devres.h drops it. */
void iop_any_mapping_drop(void *owner);
IOP_END_DECLS

/* Is @owner (a pointer) of the kind HOLD? */
#define IOP_ASSERT_HOLDS_(owner, HOLD, message)                             \
	__extension__({                                                     \
		HOLD iop_ah_ = {};                                          \
		IOP_ASSERT(IOP_SAME_TYPE((owner)->hold, iop_ah_), message); \
		(void)iop_ah_;                                              \
	})
#define IOP_TAKE_MAPPING_(TAKE, owner, ...) \
	TAKE(&(owner)->hold.mapping, &(owner)->raw, (owner)->len, iop_min_size(*(owner)), iop_min_align(*(owner)), __VA_ARGS__)

/**
 * Makes *@iomem the owner of an uncached mapping of the whole resource @index of @bus. Returns 0, or the first of these that
 * applies:
 *	-EINVAL   there is no resource @index
 *	-EINVAL   its length does not fit into size_t
 *	-EINVAL   its length is 0
 *	-ENOMEM   it cannot be mapped: with non-posted writes if the resource asks for that, and then in no other way
 *	-EINVAL   address and length are not a valid Region of SIZE (region.h): the length is a multiple of 4, the address of 4 or 8
 * In the last case the mapping is undone; the kernel leaks it.
 */
#define iop_iomem_map(iomem, device_bus, index) IOP_RESULT_(IOP_IOMEM_MAP_VALUE_(iomem, device_bus, index))
#define IOP_IOMEM_MAP_VALUE_(iomem, device_bus, index)                                                    \
	__extension__({                                                                                   \
		IOP_AUTO iop_im_ = (iomem);                                                               \
		IOP_ASSERT_HOLDS_(iop_im_, struct iop_iomem, "iopath: iop_iomem_map makes an IOP_IOMEM"); \
		IOP_TAKE_MAPPING_(iop_iomem_take, iop_im_, (device_bus), (index));                        \
	})

/**
 * The same for an IOP_EXCLUSIVE_IOMEM: once @index is known it is first requested in the name of @user; a refusal is -EBUSY. A
 * later failure releases it.
 */
#define iop_exclusive_iomem_map(iomem, device_bus, index, user) \
	IOP_RESULT_(IOP_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user))
#define IOP_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user)                               \
	__extension__({                                                                              \
		IOP_AUTO iop_xm_ = (iomem);                                                          \
		IOP_ASSERT_HOLDS_(iop_xm_, struct iop_exclusive_iomem,                               \
				  "iopath: iop_exclusive_iomem_map makes an IOP_EXCLUSIVE_IOMEM");   \
		IOP_TAKE_MAPPING_(iop_exclusive_iomem_take, iop_xm_, (device_bus), (index), (user)); \
	})

/**
 * Drops *@owner, an IoMem, ExclusiveIoMem or Bar: unmaps, then releases the resource if it was requested. Every view made from it
 * is stale from now on. It is then empty; dropping an empty one does nothing. Panics with "stale view" in debug builds if it is a
 * copy of one that was dropped.
 */
#define iop_iomem_drop(owner)                                                          \
	__extension__({                                                                \
		IOP_AUTO iop_id_ = (owner);                                            \
		iop_mapping_drop(&iop_id_->hold.mapping, &iop_id_->raw, iop_id_->len); \
	})

#endif
