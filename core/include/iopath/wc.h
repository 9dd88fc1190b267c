/* SPDX-License-Identifier: MIT */
/**
 * wc.h - device memory that is mapped write-combining: Wc
 *
 * A write-combining mapping is for frame buffers, rings of descriptors in a BAR, and other memory of a device without side effects of
 * access. The CPU collects stores to it in buffers, merges and reorders them, and sends them when it likes. Reads are allowed and slow,
 * and are not ordered after earlier stores. Values are little-endian, one access each, as with RelaxedMmio; copies use the best routine
 * of the tier WIDE (docs/copies.md, 7.7). There is no way to a view of another backend: an ordered access has no meaning there.
 *
 * What orders a Wc mapping is a flush. WC stores, flush, doorbell:
 *
 *	iop_copy_toio(iop_project(ring, iop_or_panic(i), .bytes, iop_all()), descriptor, sizeof(descriptor));
 *	iop_wc_flush(ring);
 *	iop_write(iop_project(regs, .doorbell), i);
 *
 * Without it the device may see the doorbell before the descriptor. In debug builds (IOP_DEBUG_VIEWS) an ordered write to an Mmio view of
 * the same function then panics with "WC stores not flushed", before it is made; iop_wmb() and iop_mb() are flushes as well. The build
 * knows of views that come from an owner (iop_bar_map_wc); of a thread's stores through more than 8 owners it forgets those of the first.
 *
 * The tier is no wider than WIDE, since what was asked for as write-combining may be uncached all the same: where the machine has no
 * page attribute for it, or a hypervisor decides.
 * Source: docs/semantics.md, rows 46, 47; Documentation/driver-api/device-io.rst.
 */
#ifndef IOPATH_WC_H
#define IOPATH_WC_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/arch.h>
#include <iopath/event.h>
#include <iopath/view.h>

struct iop_wc {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_WC(...) IOP_VIEW_TYPE(struct iop_wc, __VA_ARGS__)
/** The same of what takes the widths of @set only. */
#define IOP_WC_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_wc, set, __VA_ARGS__)

enum {
	iop_wc_caps = IOP_CAN_ACCESS | IOP_CAN_64 | IOP_CAN_COPY
};

IOP_BEGIN_DECLS
/** What copies of Wc views call: the routine that iop_routine_for() has for their tier. Rules as those of iomem_copy.h; no flush. */
void iop_wc_toio(volatile void *io, const void *src, size_t n);
void iop_wc_fromio(void *dst, const volatile void *io, size_t n);
IOP_END_DECLS

IOP_INLINE uint64_t iop_wc_load(struct iop_wc raw, unsigned width)
{
	uint64_t value;

	IOP_LEASE_CHECK(raw);
	value = iop_arch_load(raw.addr, width);
	iop_event(IOP_EVENT_LD, IOP_EVENT_WC, width, raw.addr, value);
	return iop_le_to_cpu(width, value);
}

IOP_INLINE void iop_wc_store(struct iop_wc raw, unsigned width, uint64_t value)
{
	uint64_t le = iop_le_to_cpu(width, value);

	IOP_LEASE_CHECK(raw);
	iop_arch_store(raw.addr, width, le);
	IOP_WC_STORED_(raw);
	iop_event(IOP_EVENT_ST, IOP_EVENT_WC, width, raw.addr, le);
}

IOP_INLINE struct iop_wc iop_wc_advance(struct iop_wc raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

IOP_INLINE void iop_wc_copy_toio(struct iop_wc raw, const void *src, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_wc_toio((volatile void *)raw.addr, src, n);
	if (n)
		IOP_WC_STORED_(raw);
}

IOP_INLINE void iop_wc_copy_fromio(struct iop_wc raw, void *dst, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_wc_fromio(dst, (const volatile void *)raw.addr, n);
}

IOP_INLINE int iop_wc_is_io(struct iop_wc raw)
{
	(void)raw;
	return 1;
}

IOP_DEFINE_BACKEND(wc)

/* Something else than the backend has stored @n bytes through @v. */
#if IOP_DEBUG_VIEWS
#define IOP_WC_WROTE_(v, n) (IOP_IS_BACKEND(v, wc) && (n) ? iop_lease_wc_stored((v).raw.lease) : (void)0)
#else
#define IOP_WC_WROTE_(v, n) ((void)0)
#endif

/* The kernel's wmb(); an architecture whose wmb() leaves it to the CPU's order of stores has an instruction of its own. */
#ifndef IOP_ARCH_HAS_WC_FLUSH
IOP_INLINE void iop_arch_wc_flush(void)
{
	iop_arch_wmb();
}
#endif

IOP_INLINE void iop_wc_flush_stores(void)
{
	iop_arch_wc_flush();
	IOP_WC_FLUSHED_();
	iop_event(IOP_EVENT_WF, IOP_EVENT_WC, 0, 0, 0);
}

/**
 * All stores of this thread to write-combining mappings before it, through @view and any other, reach the device before any access to the
 * device after it. It does not wait for the device: a posted write may be in flight.
 */
#define iop_wc_flush(view)                                                                                                         \
	__extension__({                                                                                                            \
		IOP_AUTO iop_wf_ = (view);                                                                                         \
		IOP_ASSERT(IOP_IS_BACKEND(iop_wf_, wc), "iopath: only a write-combining view has stores to flush (iop_wmb orders " \
							"others)");                                                                \
		IOP_LEASE_CHECK(iop_wf_.raw);                                                                                      \
		iop_wc_flush_stores();                                                                                             \
	})

#endif
