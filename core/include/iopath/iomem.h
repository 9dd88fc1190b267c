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
 * A device that takes only some widths of access has owners whose type says so, as that of a view does (view.h). What the device
 * takes is said when it is mapped: by the bus, by the author, or both; an owner that would use another width is refused then, before
 * anything is requested or mapped.
 *
 *	typedef IOP_IOMEM_WIDTHS(IOP_WIDTHS(4), 0x100) uart_iomem;
 *	err = iop_iomem_map_widths(&uart, &sim.bus, 0, IOP_WIDTHS(4));
 *
 * An owner is a plain structure. It must not be copied to be dropped twice; debug builds panic with "stale view" then, and when a
 * view made from it is used after it was dropped. Making one that fails leaves an empty owner, whose Region has size 0 at address 0
 * and which may be dropped. Owners may be passed between threads; only one of them may drop it.
 *
 * A resource without side effects of access, such as a frame buffer, can be mapped write-combining instead: its owner is a Wc view (wc.h).
 *
 *	typedef IOP_WC_IOMEM(0x1000) frame_iomem;
 *	err = iop_iomem_map_wc(&frame, &sim.bus, 1);
 *
 * Source: docs/semantics.md, rows 36, 43, 46.
 */
#ifndef IOPATH_IOMEM_H
#define IOPATH_IOMEM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/bus.h>
#include <iopath/mmio.h>
#include <iopath/wc.h>

/** What an owner holds: the arguments and results of its mapping. */
struct iop_mapping {
	struct iop_bus *bus; /**< NULL: the owner is empty */
	struct iop_resource resource;
	void *address;
	size_t size;
	int requested;	 /**< the resource is released, too */
	unsigned widths; /**< those that the device takes */
	IOP_LEASE_MEMBER
};

/* The kinds of owners, each with its own type, so that the compiler can tell them apart. */
struct iop_iomem {
	struct iop_mapping mapping;
};
struct iop_exclusive_iomem {
	struct iop_mapping mapping;
};
struct iop_wc_iomem {
	struct iop_mapping mapping;
};
struct iop_wc_exclusive_iomem {
	struct iop_mapping mapping;
};

#ifdef __cplusplus
template <class Raw, class Byte, size_t Min, class Hold, class Takes = iop_takes<IOP_WIDTHS_DEFAULT>>
struct iop_mapping_owner {
	Raw raw;
	size_t len[1];
	Byte (*as[0])[Min];
	Hold hold;
	using takes = Takes;
};
#define IOP_OWNER_OF_(RAW, BYTE, min, HOLD) iop_with_witness<iop_mapping_owner<RAW, BYTE, min, HOLD>>
#define IOP_OWNER_WITHIN_OF_(RAW, set, BYTE, min, HOLD) \
	iop_with_witness<iop_mapping_owner<RAW, BYTE, min, HOLD, IOP_TAKES_TYPE_(set)>>
#else
#define IOP_OWNER_WITHIN_OF_(RAW, set, BYTE, min, HOLD)            \
	struct {                                                   \
		RAW raw;                                           \
		size_t len[1];                                     \
		__extension__ BYTE (*as[0])[min] IOP_SAYS_WIDTHS_; \
		__extension__ IOP_TAKES_TYPE_(set) takes;          \
		HOLD hold;                                         \
	}
#define IOP_OWNER_OF_(RAW, BYTE, min, HOLD)       \
	struct {                                  \
		RAW raw;                          \
		size_t len[1];                    \
		__extension__ BYTE (*as[0])[min]; \
		HOLD hold;                        \
	}
#endif

#define IOP_MAPPING_OWNER_(BYTE, min, HOLD)		IOP_OWNER_OF_(struct iop_mmio, BYTE, min, HOLD)
#define IOP_MAPPING_OWNER_WITHIN_(set, BYTE, min, HOLD) IOP_OWNER_WITHIN_OF_(struct iop_mmio, set, BYTE, min, HOLD)

/** Types of owners; @min is SIZE in bytes, an integer constant. The resource may be longer. Those with 8 are an IOP_REGION8. */
#define IOP_IOMEM(min)		  IOP_MAPPING_OWNER_(struct iop_region_byte, min, struct iop_iomem)
#define IOP_IOMEM8(min)		  IOP_MAPPING_OWNER_(struct iop_region8_byte, min, struct iop_iomem)
#define IOP_EXCLUSIVE_IOMEM(min)  IOP_MAPPING_OWNER_(struct iop_region_byte, min, struct iop_exclusive_iomem)
#define IOP_EXCLUSIVE_IOMEM8(min) IOP_MAPPING_OWNER_(struct iop_region8_byte, min, struct iop_exclusive_iomem)
/** The same with a read-only view. */
#define IOP_CONST_IOMEM(min)  IOP_MAPPING_OWNER_(const struct iop_region_byte, min, struct iop_iomem)
#define IOP_CONST_IOMEM8(min) IOP_MAPPING_OWNER_(const struct iop_region8_byte, min, struct iop_iomem)

/** The same of a device that takes the widths of @set. */
#define IOP_IOMEM_WIDTHS(set, min)	     IOP_MAPPING_OWNER_WITHIN_(set, struct iop_region_byte, min, struct iop_iomem)
#define IOP_IOMEM8_WIDTHS(set, min)	     IOP_MAPPING_OWNER_WITHIN_(set, struct iop_region8_byte, min, struct iop_iomem)
#define IOP_EXCLUSIVE_IOMEM_WIDTHS(set, min) IOP_MAPPING_OWNER_WITHIN_(set, struct iop_region_byte, min, struct iop_exclusive_iomem)
#define IOP_EXCLUSIVE_IOMEM8_WIDTHS(set, min) \
	IOP_MAPPING_OWNER_WITHIN_(set, struct iop_region8_byte, min, struct iop_exclusive_iomem)
#define IOP_CONST_IOMEM_WIDTHS(set, min)  IOP_MAPPING_OWNER_WITHIN_(set, const struct iop_region_byte, min, struct iop_iomem)
#define IOP_CONST_IOMEM8_WIDTHS(set, min) IOP_MAPPING_OWNER_WITHIN_(set, const struct iop_region8_byte, min, struct iop_iomem)

/** Types of owners of a write-combining mapping: Wc views, which no Mmio view can be made of. */
#define IOP_WC_IOMEM(min)	       IOP_OWNER_OF_(struct iop_wc, struct iop_region_byte, min, struct iop_wc_iomem)
#define IOP_WC_IOMEM8(min)	       IOP_OWNER_OF_(struct iop_wc, struct iop_region8_byte, min, struct iop_wc_iomem)
#define IOP_WC_IOMEM_WIDTHS(set, min)  IOP_OWNER_WITHIN_OF_(struct iop_wc, set, struct iop_region_byte, min, struct iop_wc_iomem)
#define IOP_WC_IOMEM8_WIDTHS(set, min) IOP_OWNER_WITHIN_OF_(struct iop_wc, set, struct iop_region8_byte, min, struct iop_wc_iomem)
#define IOP_WC_EXCLUSIVE_IOMEM(min)    IOP_OWNER_OF_(struct iop_wc, struct iop_region_byte, min, struct iop_wc_exclusive_iomem)
#define IOP_WC_EXCLUSIVE_IOMEM8(min)   IOP_OWNER_OF_(struct iop_wc, struct iop_region8_byte, min, struct iop_wc_exclusive_iomem)

/** An owner of which only the first members matter, whatever its SIZE and kind. */
struct iop_any_mapping {
	struct iop_mmio raw;
	size_t len[1];
	struct iop_mapping mapping;
};

/* What an owner's type asks of the mapping; and the widths that the author says the device takes, 0 if nothing is said. */
struct iop_mapping_terms {
	size_t min, align;
	unsigned takes, said;
};

IOP_INLINE struct iop_mapping_terms iop_mapping_terms(size_t min, size_t align, unsigned takes, unsigned said)
{
	struct iop_mapping_terms terms = {min, align, takes, said};

	return terms;
}

IOP_BEGIN_DECLS
/*
 * The owners' common part: the steps of docs/semantics.md, row 36, in their order. On success the mapping, the view's handle and
 * its length are set; on failure everything is undone and they are empty.
 */
int iop_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
		   struct iop_bus *bus, unsigned index);
int iop_exclusive_iomem_take(struct iop_mapping *mapping, struct iop_mmio *raw, size_t *len, struct iop_mapping_terms terms,
			     struct iop_bus *bus, unsigned index, const char *name);
int iop_wc_iomem_take(struct iop_mapping *mapping, struct iop_wc *raw, size_t *len, struct iop_mapping_terms terms,
		      struct iop_bus *bus, unsigned index);
int iop_wc_exclusive_iomem_take(struct iop_mapping *mapping, struct iop_wc *raw, size_t *len, struct iop_mapping_terms terms,
				struct iop_bus *bus, unsigned index, const char *name);
/* Unmaps, then releases what was requested, and empties the owner. An empty one is left alone. */
void iop_mapping_drop(struct iop_mapping *mapping, uintptr_t *addr, size_t *len);
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
#define IOP_TAKE_MAPPING_(TAKE, owner, said, ...)                 \
	TAKE(&(owner)->hold.mapping, &(owner)->raw, (owner)->len, \
	     iop_mapping_terms(iop_min_size(*(owner)), iop_min_align(*(owner)), IOP_TAKES_(*(owner)), (said)), __VA_ARGS__)

/**
 * Makes *@iomem the owner of an uncached mapping of the whole resource @index of @bus. Returns 0, or the first of these that
 * applies:
 *	-EINVAL   there is no resource @index
 *	-EINVAL   the owner's type has a width that the device does not take, as far as the bus says
 *	-EINVAL   its length does not fit into size_t
 *	-EINVAL   its length is 0
 *	-ENOMEM   it cannot be mapped: with non-posted writes if the resource asks for that, and then in no other way
 *	-EINVAL   address and length are not a valid Region of SIZE (region.h): the length is a multiple of 4, the address of 4 or 8
 * In the last case the mapping is undone; the kernel leaks it.
 */
#define iop_iomem_map(iomem, device_bus, index) IOP_RESULT_(IOP_IOMEM_MAP_VALUE_(iomem, device_bus, index, 0))
/** The same where the author says that the device takes the widths of @set, in addition to what the bus says. No set: -EINVAL. */
#define iop_iomem_map_widths(iomem, device_bus, index, set) \
	IOP_RESULT_(IOP_IOMEM_MAP_VALUE_(iomem, device_bus, index, iop_widths_said(set)))
#define IOP_IOMEM_MAP_VALUE_(iomem, device_bus, index, said)                                              \
	__extension__({                                                                                   \
		IOP_AUTO iop_im_ = (iomem);                                                               \
		IOP_ASSERT_HOLDS_(iop_im_, struct iop_iomem, "iopath: iop_iomem_map makes an IOP_IOMEM"); \
		IOP_TAKE_MAPPING_(iop_iomem_take, iop_im_, said, (device_bus), (index));                  \
	})

/**
 * The same for an IOP_EXCLUSIVE_IOMEM: once @index and the widths are known it is first requested in the name of @user; a refusal is
 * -EBUSY. A later failure releases it.
 */
#define iop_exclusive_iomem_map(iomem, device_bus, index, user) \
	IOP_RESULT_(IOP_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user, 0))
#define iop_exclusive_iomem_map_widths(iomem, device_bus, index, user, set) \
	IOP_RESULT_(IOP_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user, iop_widths_said(set)))
#define IOP_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user, said)                               \
	__extension__({                                                                                    \
		IOP_AUTO iop_xm_ = (iomem);                                                                \
		IOP_ASSERT_HOLDS_(iop_xm_, struct iop_exclusive_iomem,                                     \
				  "iopath: iop_exclusive_iomem_map makes an IOP_EXCLUSIVE_IOMEM");         \
		IOP_TAKE_MAPPING_(iop_exclusive_iomem_take, iop_xm_, said, (device_bus), (index), (user)); \
	})

/**
 * The same of an IOP_WC_IOMEM and an IOP_WC_EXCLUSIVE_IOMEM, mapped write-combining: for frame buffers and other memory without side
 * effects, where the CPU may merge, delay and reorder writes, until iop_wc_flush(). -ENOMEM also if the bus does not map the resource so,
 * or if its writes must not be posted. The kernel's IoMem has no such mapping.
 */
#define iop_iomem_map_wc(iomem, device_bus, index) IOP_RESULT_(IOP_WC_IOMEM_MAP_VALUE_(iomem, device_bus, index, 0))
#define iop_iomem_map_wc_widths(iomem, device_bus, index, set) \
	IOP_RESULT_(IOP_WC_IOMEM_MAP_VALUE_(iomem, device_bus, index, iop_widths_said(set)))
#define IOP_WC_IOMEM_MAP_VALUE_(iomem, device_bus, index, said)                                                                   \
	__extension__({                                                                                                           \
		IOP_AUTO iop_wi_ = (iomem);                                                                                       \
		IOP_ASSERT_HOLDS_(iop_wi_, struct iop_wc_iomem,                                                                   \
				  "iopath: iop_iomem_map_wc makes an IOP_WC_IOMEM (its accesses are not ordered: iop_wc_flush)"); \
		IOP_TAKE_MAPPING_(iop_wc_iomem_take, iop_wi_, said, (device_bus), (index));                                       \
	})
#define iop_exclusive_iomem_map_wc(iomem, device_bus, index, user) \
	IOP_RESULT_(IOP_WC_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user))
#define IOP_WC_EXCLUSIVE_IOMEM_MAP_VALUE_(iomem, device_bus, index, user)                                  \
	__extension__({                                                                                    \
		IOP_AUTO iop_we_ = (iomem);                                                                \
		IOP_ASSERT_HOLDS_(iop_we_, struct iop_wc_exclusive_iomem,                                  \
				  "iopath: iop_exclusive_iomem_map_wc makes an IOP_WC_EXCLUSIVE_IOMEM");   \
		IOP_TAKE_MAPPING_(iop_wc_exclusive_iomem_take, iop_we_, 0, (device_bus), (index), (user)); \
	})

/** The widths that the device of *@owner takes; 0 of an empty owner. */
#define iop_owner_widths(owner) ((owner)->hold.mapping.widths)

/**
 * Drops *@owner, an IoMem, ExclusiveIoMem or Bar: unmaps, then releases the resource if it was requested. Every view made from it
 * is stale from now on. It is then empty; dropping an empty one does nothing. Panics with "stale view" in debug builds if it is a
 * copy of one that was dropped.
 */
#define iop_iomem_drop(owner)                                                               \
	__extension__({                                                                     \
		IOP_AUTO iop_id_ = (owner);                                                 \
		iop_mapping_drop(&iop_id_->hold.mapping, &iop_id_->raw.addr, iop_id_->len); \
	})

#endif
