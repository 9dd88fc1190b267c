/* SPDX-License-Identifier: MIT */
/**
 * iosysmap.h - memory that is either a device's or the system's
 *
 * A framebuffer or a message buffer may live in video memory on one machine and in system memory on the next. IoSysMap holds an
 * Mmio or a SysMem view and a tag that says which; each operation goes to the side that the tag names, so code is written once.
 * The tag is fixed when the view is made and kept by every projection. It can do what both sides can. There is no null, no
 * arithmetic, no memset and no relaxed side. The kernel's C struct iosys_map, which has those and no bounds, is kernel_iosys_map.h.
 * Source: docs/semantics.md, row 32.
 */
#ifndef IOPATH_IOSYSMAP_H
#define IOPATH_IOSYSMAP_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/mmio.h>
#include <iopath/sysmem.h>

struct iop_iosysmap {
	uintptr_t addr;
	IOP_LEASE_MEMBER
	uint8_t is_io;
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_IOSYSMAP(...) IOP_VIEW_TYPE(struct iop_iosysmap, __VA_ARGS__)
/** The same of what takes the widths of @set only. */
#define IOP_IOSYSMAP_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_iosysmap, set, __VA_ARGS__)

enum {
	iop_iosysmap_caps = (int)iop_mmio_caps & (int)iop_sysmem_caps
};

IOP_INLINE struct iop_mmio iop_iosysmap_mmio(struct iop_iosysmap raw)
{
	struct iop_mmio side;

	side.addr = raw.addr;
	IOP_LEASE_SET(side, raw.lease);
	return side;
}

IOP_INLINE struct iop_sysmem iop_iosysmap_sysmem(struct iop_iosysmap raw)
{
	struct iop_sysmem side;

	side.addr = raw.addr;
	IOP_LEASE_SET(side, raw.lease);
	return side;
}

IOP_INLINE struct iop_iosysmap iop_iosysmap_of_mmio(struct iop_mmio side)
{
	struct iop_iosysmap raw;

	raw.addr = side.addr;
	raw.is_io = 1;
	IOP_LEASE_SET(raw, side.lease);
	return raw;
}

IOP_INLINE struct iop_iosysmap iop_iosysmap_of_sysmem(struct iop_sysmem side)
{
	struct iop_iosysmap raw;

	raw.addr = side.addr;
	raw.is_io = 0;
	IOP_LEASE_SET(raw, side.lease);
	return raw;
}

IOP_INLINE uint64_t iop_iosysmap_load(struct iop_iosysmap raw, unsigned width)
{
	return raw.is_io ? iop_mmio_load(iop_iosysmap_mmio(raw), width) : iop_sysmem_load(iop_iosysmap_sysmem(raw), width);
}

IOP_INLINE void iop_iosysmap_store(struct iop_iosysmap raw, unsigned width, uint64_t value)
{
	if (raw.is_io)
		iop_mmio_store(iop_iosysmap_mmio(raw), width, value);
	else
		iop_sysmem_store(iop_iosysmap_sysmem(raw), width, value);
}

IOP_INLINE struct iop_iosysmap iop_iosysmap_advance(struct iop_iosysmap raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

IOP_INLINE void iop_iosysmap_copy_toio(struct iop_iosysmap raw, const void *src, size_t n)
{
	if (raw.is_io)
		iop_mmio_copy_toio(iop_iosysmap_mmio(raw), src, n);
	else
		iop_sysmem_copy_toio(iop_iosysmap_sysmem(raw), src, n);
}

IOP_INLINE void iop_iosysmap_copy_fromio(struct iop_iosysmap raw, void *dst, size_t n)
{
	if (raw.is_io)
		iop_mmio_copy_fromio(iop_iosysmap_mmio(raw), dst, n);
	else
		iop_sysmem_copy_fromio(iop_iosysmap_sysmem(raw), dst, n);
}

IOP_INLINE int iop_iosysmap_is_io(struct iop_iosysmap raw)
{
	return raw.is_io;
}

IOP_DEFINE_BACKEND(iosysmap)

/** The either/or view of an Mmio view. */
#define iop_iosysmap_from_mmio(view)                                                            \
	__extension__({                                                                         \
		IOP_AUTO iop_im_ = (view);                                                      \
		IOP_ASSERT(IOP_IS_BACKEND(iop_im_, mmio), "iopath: not an Mmio view");          \
		IOP_RETARGET_(struct iop_iosysmap, iop_iosysmap_of_mmio(iop_im_.raw), iop_im_); \
	})

/** The either/or view of a SysMem view. */
#define iop_iosysmap_from_sysmem(view)                                                            \
	__extension__({                                                                           \
		IOP_AUTO iop_is_ = (view);                                                        \
		IOP_ASSERT(IOP_IS_BACKEND(iop_is_, sysmem), "iopath: not a SysMem view");         \
		IOP_RETARGET_(struct iop_iosysmap, iop_iosysmap_of_sysmem(iop_is_.raw), iop_is_); \
	})

/** 1 if the I/O side is active, 0 if the system memory side is. */
#define iop_iosysmap_tag(view) ((view).raw.is_io)

/** The side's own view; the caller must have checked the tag; the wrong side is a panic ("wrong side"). */
#define iop_iosysmap_as_mmio(view)                                                             \
	__extension__({                                                                        \
		IOP_AUTO iop_mm_ = (view);                                                     \
		IOP_ASSERT(IOP_IS_BACKEND(iop_mm_, iosysmap), "iopath: not an IoSysMap view"); \
		if (!iop_mm_.raw.is_io)                                                        \
			iop_panic("wrong side");                                               \
		IOP_RETARGET_(struct iop_mmio, iop_iosysmap_mmio(iop_mm_.raw), iop_mm_);       \
	})
#define iop_iosysmap_as_sysmem(view)                                                           \
	__extension__({                                                                        \
		IOP_AUTO iop_ms_ = (view);                                                     \
		IOP_ASSERT(IOP_IS_BACKEND(iop_ms_, iosysmap), "iopath: not an IoSysMap view"); \
		if (iop_ms_.raw.is_io)                                                         \
			iop_panic("wrong side");                                               \
		IOP_RETARGET_(struct iop_sysmem, iop_iosysmap_sysmem(iop_ms_.raw), iop_ms_);   \
	})

#endif
