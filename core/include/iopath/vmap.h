/* SPDX-License-Identifier: MIT */
/**
 * vmap.h - a memory object of a graphics driver, mapped: VMapRef and VMapOwned
 *
 * A VMap maps a whole GEM object (gem.h) for as long as it lives, and is used as a SysMem view of a Region of at least MIN bytes:
 * native byte order, no barriers, size at run time that of the object.
 *
 *	typedef IOP_VMAP_REF(4096) page_vmap;
 *
 *	page_vmap map;
 *	err = iop_vmap(&map, gem);
 *	iop_write32(map, 1, 0x40);
 *	iop_vmap_drop(&map);
 *
 * There are two owners, which differ only in who keeps the object alive: a VMapRef (IOP_VMAP_REF) borrows it, so the object must
 * outlive it; a VMapOwned (IOP_VMAP_OWNED) holds a reference of its own. An owner is a plain structure that must not be copied to
 * be dropped twice; debug builds panic with "stale view" then, and when a view is used after its owner was dropped.
 *
 * The kernel makes the view without a check, because there all objects are whole pages. Here an object may have any size, so the
 * Region is checked: no object whose size or address is not a multiple of 4 becomes a view.
 *
 * An object that is mapped write-combining (map_wc), in the device's memory or the system's, can be used as a Wc view (wc.h) instead,
 * whose values are little-endian and whose copies are those of its tier. A debug build does not ask for its flush before a doorbell: no
 * function is known whose memory it is.
 *
 *	typedef IOP_WC_VMAP_REF(4096) frame_vmap;
 *	err = iop_vmap_wc(&frame, gem);
 *
 * Source: docs/semantics.md, rows 35, 46.
 */
#ifndef IOPATH_VMAP_H
#define IOPATH_VMAP_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/gem.h>
#include <iopath/sysmem.h>
#include <iopath/view.h>
#include <iopath/wc.h>

/** What a VMap holds. */
struct iop_vmap_hold {
	struct iop_gem *gem; /**< NULL: the owner is empty */
	struct iop_kernel_iosys_map map;
	int owned;
	IOP_LEASE_MEMBER
};

/** Types of the two owners; MIN is the minimum size in bytes. Each is a view that also holds the object. */
#define IOP_VMAP_REF(min)   IOP_VMAP_(struct iop_sysmem, min, 0)
#define IOP_VMAP_OWNED(min) IOP_VMAP_(struct iop_sysmem, min, 1)
/** The same of an object that is mapped write-combining. */
#define IOP_WC_VMAP_REF(min)   IOP_VMAP_(struct iop_wc, min, 0)
#define IOP_WC_VMAP_OWNED(min) IOP_VMAP_(struct iop_wc, min, 1)
#ifdef __cplusplus
template <class Raw, size_t Min, int Owned>
struct iop_vmap_owner {
	Raw raw;
	size_t len[1];
	struct iop_region_byte (*as[0])[Min];
	struct iop_vmap_hold hold;
	uint8_t owned[Owned];
};
#define IOP_VMAP_(RAW, min, flavour) iop_with_witness<iop_vmap_owner<RAW, min, flavour>>
#else
#define IOP_VMAP_(RAW, min, flavour)                                \
	struct {                                                    \
		RAW raw;                                            \
		size_t len[1];                                      \
		__extension__ struct iop_region_byte (*as[0])[min]; \
		struct iop_vmap_hold hold;                          \
		__extension__ uint8_t owned[flavour];               \
	}
#endif

IOP_BEGIN_DECLS
/* The owners' common part; on failure *@hold is empty. */
int iop_vmap_take(struct iop_vmap_hold *hold, struct iop_gem *gem, size_t min, int owned);
int iop_wc_vmap_take(struct iop_vmap_hold *hold, struct iop_gem *gem, size_t min, int owned);
void iop_vmap_hold_drop(struct iop_vmap_hold *hold);
IOP_END_DECLS

/* The whole of the memory, as a view's handle. */
IOP_INLINE struct iop_sysmem iop_vmap_handle(const struct iop_vmap_hold *hold)
{
	struct iop_sysmem raw;

	raw.addr = (uintptr_t)hold->map.vaddr;
	IOP_LEASE_SET(raw, hold->lease);
	return raw;
}

IOP_INLINE struct iop_wc iop_wc_vmap_handle(const struct iop_vmap_hold *hold)
{
	struct iop_wc raw;

	raw.addr = (uintptr_t)hold->map.vaddr;
	IOP_LEASE_SET(raw, hold->lease);
	return raw;
}

/**
 * Makes *@owner a VMap of @object. Returns, in this order:
 *
 *	-ENOSPC          the object is smaller than the owner's MIN; nothing was mapped
 *	others           the object's error from mapping it
 *	-IOP_ENOTSUPP    it is in I/O memory; unmapped again
 *	-EINVAL          it is not a valid Region: size or address is not a multiple of 4; unmapped again
 *	0                done; iop_size() is the object's size, which may be larger than MIN
 *
 * On failure *@owner is empty, and may be dropped.
 */
#define iop_vmap(owner, object) \
	IOP_RESULT_(IOP_VMAP_VALUE_(owner, object, sysmem, iop_vmap, "iopath: iop_vmap makes an IOP_VMAP_REF or IOP_VMAP_OWNED"))
#define IOP_VMAP_VALUE_(owner, object, backend, by, otherwise)                                                     \
	__extension__({                                                                                            \
		IOP_AUTO iop_vo_ = (owner);                                                                        \
		IOP_ASSERT(IOP_IS_BACKEND(*iop_vo_, backend), otherwise);                                          \
		int iop_ve_ = by##_take(&iop_vo_->hold, (object), iop_min_size(*iop_vo_), sizeof(iop_vo_->owned)); \
		iop_vo_->raw = by##_handle(&iop_vo_->hold);                                                        \
		iop_vo_->len[0] = iop_ve_ ? 0 : iop_vo_->hold.gem->size;                                           \
		iop_ve_;                                                                                           \
	})

/**
 * The same of an IOP_WC_VMAP_REF or IOP_WC_VMAP_OWNED. -IOP_ENOTSUPP if the object is not mapped write-combining, and then nothing was
 * mapped; that it is in I/O memory is no error.
 */
#define iop_vmap_wc(owner, object)                                  \
	IOP_RESULT_(IOP_VMAP_VALUE_(owner, object, wc, iop_wc_vmap, \
				    "iopath: iop_vmap_wc makes an IOP_WC_VMAP_REF or IOP_WC_VMAP_OWNED"))

/**
 * Unmaps the object of *@owner under the object's lock; a VMapOwned also releases its reference. Does nothing to an empty owner.
 */
#define iop_vmap_drop(owner) iop_vmap_hold_drop(&(owner)->hold)

#endif
