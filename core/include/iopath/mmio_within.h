/* SPDX-License-Identifier: MIT */
/**
 * mmio_within.h - device memory whose widths of access are known at run time only: MmioWithin
 *
 * A driver knows what its device takes, and says so in the type of its views (view.h). A program that opens any device learns it when
 * it runs: from a table, from an option, from what the bus says (iop_owner_widths). MmioWithin is Mmio that carries the set in its
 * handle and asks it at each access:
 *
 *	IOP_AUTO regs = iop_mmio_within(bar, iop_owner_widths(&bar));
 *	err = iop_try_read16(regs, 0x10, &v);        -EINVAL where the device does not take 2-byte accesses, nothing accessed
 *	v = iop_read16(regs, 0x10);                  panics there ("width not taken")
 *
 * Copies are made of accesses in the set, too. Everything else is as with Mmio, and so are order and byte order.
 * Source: docs/semantics.md, row 43.
 */
#ifndef IOPATH_MMIO_WITHIN_H
#define IOPATH_MMIO_WITHIN_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/copy_within.h>
#include <iopath/mmio.h>

struct iop_mmio_within {
	uintptr_t addr;
	IOP_LEASE_MEMBER
	uint32_t widths;
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_MMIO_WITHIN(...) IOP_VIEW_TYPE(struct iop_mmio_within, __VA_ARGS__)
/** The same where the type has a set as well, as that of a view of such a type. */
#define IOP_MMIO_WITHIN_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_mmio_within, set, __VA_ARGS__)

enum {
	iop_mmio_within_caps = iop_mmio_caps
};

IOP_INLINE struct iop_mmio iop_mmio_of_within(struct iop_mmio_within raw)
{
	struct iop_mmio mmio;

	mmio.addr = raw.addr;
	IOP_LEASE_SET(mmio, raw.lease);
	return mmio;
}

IOP_INLINE struct iop_mmio_within iop_mmio_within_of(struct iop_mmio mmio, unsigned widths)
{
	struct iop_mmio_within raw;

	raw.addr = mmio.addr;
	raw.widths = widths;
	IOP_LEASE_SET(raw, mmio.lease);
	return raw;
}

IOP_INLINE void iop_mmio_within_take(struct iop_mmio_within raw, unsigned width)
{
	IOP_LEASE_CHECK(raw);
	if (!iop_widths_have(raw.widths, width))
		iop_panic_numbers("width not taken", "width", width, "widths", raw.widths, NULL, 0);
}

IOP_INLINE uint64_t iop_mmio_within_load(struct iop_mmio_within raw, unsigned width)
{
	iop_mmio_within_take(raw, width);
	return iop_mmio_load(iop_mmio_of_within(raw), width);
}

IOP_INLINE void iop_mmio_within_store(struct iop_mmio_within raw, unsigned width, uint64_t value)
{
	iop_mmio_within_take(raw, width);
	iop_mmio_store(iop_mmio_of_within(raw), width, value);
}

IOP_INLINE struct iop_mmio_within iop_mmio_within_advance(struct iop_mmio_within raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

IOP_INLINE int iop_mmio_within_is_io(struct iop_mmio_within raw)
{
	(void)raw;
	return 1;
}

/* What is copied by a backend is what nobody else has asked about: copies through a view return the error where they can (copy.h). */
IOP_INLINE void iop_mmio_within_copied(int err, struct iop_mmio_within raw, size_t n)
{
	if (err)
		iop_panic_numbers("copy widths", "bytes", n, "address", raw.addr, "widths", raw.widths);
}

IOP_INLINE void iop_mmio_within_copy_toio(struct iop_mmio_within raw, const void *src, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_mmio_within_copied(iop_memcpy_toio_within((volatile void *)raw.addr, src, n, raw.widths), raw, n);
}

IOP_INLINE void iop_mmio_within_copy_fromio(struct iop_mmio_within raw, void *dst, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_mmio_within_copied(iop_memcpy_fromio_within(dst, (const volatile void *)raw.addr, n, raw.widths), raw, n);
}

IOP_DEFINE_BACKEND(mmio_within)

/*
 * IOP_TAKES_NOW_(v): the set that the handle of @v holds, 0 where it holds none. IOP_TAKEN_NOW_: does it allow @width? Constants for all
 * other backends, so that a compiler has nothing to inline. The fallible forms ask, the others leave it to the backend.
 */
IOP_INLINE unsigned iop_mmio_within_takes(const void *raw)
{
	return ((const struct iop_mmio_within *)raw)->widths;
}
IOP_INLINE int iop_mmio_within_has(const void *raw, unsigned width)
{
	return iop_widths_have(iop_mmio_within_takes(raw), width);
}
#define IOP_TAKES_NOW_(v)	 (IOP_IS_BACKEND(v, mmio_within) ? iop_mmio_within_takes(&(v).raw) : 0u)
#define IOP_TAKEN_NOW_(v, width) (!IOP_IS_BACKEND(v, mmio_within) || iop_mmio_within_has(&(v).raw, width))

/* The set that a copy keeps: what the type says and what the handle says, both where they do. */
IOP_INLINE unsigned iop_takes_together(unsigned type, unsigned now)
{
	if (!now)
		return type;
	if (type == IOP_WIDTHS_DEFAULT)
		return now;
	return iop_widths_said(type & now);
}

/**
 * The view of an Mmio view or owner that asks @set, a number, at each access; of a set in the type of @view, what both have. The same
 * target and address.
 */
#define iop_mmio_within(view, set)                                                                                     \
	__extension__({                                                                                                \
		IOP_AUTO iop_mw_ = (view);                                                                             \
		IOP_ASSERT(IOP_IS_BACKEND(iop_mw_, mmio), "iopath: only an Mmio view can be asked for widths");        \
		IOP_RETARGET_(struct iop_mmio_within, iop_mmio_within_of(iop_mw_.raw, iop_widths_said(set)), iop_mw_); \
	})

#endif
