/* SPDX-License-Identifier: MIT */
/**
 * mmio.h - device memory: Mmio, RelaxedMmio, MmioRaw
 *
 * Mmio is memory of a device mapped into the CPU's address space: a PCI BAR, an SoC register block. Each access is one bus
 * transaction of its width, little-endian on the device side.
 *
 * IOP_MMIO is *ordered*, like the kernel's readl and writel: an earlier write to DMA memory is visible before a later ordered write
 * ("fill the descriptor, then ring the doorbell"), and a later read of DMA memory stays behind an ordered read ("read the status,
 * then the data"). Ordered accesses of one device keep their program order.
 *
 * IOP_RELAXED is readl_relaxed and writel_relaxed: one access, in order with other accesses of the same mapping, without guarantees
 * about DMA memory or locks. iop_relaxed() makes it from an ordered view; there is no way back, and it cannot copy.
 *
 * Writes are posted in both: only a read from the device proves that one has arrived.
 *
 * IOP_MMIO_RAW is an address that may not be mapped: it can be passed on and asked for address and size, but not accessed. Calling
 * iop_mmio_from_raw() promises that it is mapped.
 * Source: docs/semantics.md, rows 3-5; Documentation/driver-api/device-io.rst.
 */
#ifndef IOPATH_MMIO_H
#define IOPATH_MMIO_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/arch.h>
#include <iopath/event.h>
#include <iopath/iomem_copy.h>
#include <iopath/view.h>

struct iop_mmio {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};

struct iop_relaxed {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};

struct iop_mmio_raw {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};

/** View types; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_MMIO(...)	  IOP_VIEW_TYPE(struct iop_mmio, __VA_ARGS__)
#define IOP_RELAXED(...)  IOP_VIEW_TYPE(struct iop_relaxed, __VA_ARGS__)
#define IOP_MMIO_RAW(...) IOP_VIEW_TYPE(struct iop_mmio_raw, __VA_ARGS__)

/** The same of a device that takes the widths of @set, and no others; of one with 32-bit registers only. */
#define IOP_MMIO_WIDTHS(set, ...)     IOP_VIEW_TYPE_WITHIN(struct iop_mmio, set, __VA_ARGS__)
#define IOP_RELAXED_WIDTHS(set, ...)  IOP_VIEW_TYPE_WITHIN(struct iop_relaxed, set, __VA_ARGS__)
#define IOP_MMIO_RAW_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_mmio_raw, set, __VA_ARGS__)
#define IOP_MMIO32(...)		      IOP_MMIO_WIDTHS(4, __VA_ARGS__)
#define IOP_RELAXED32(...)	      IOP_RELAXED_WIDTHS(4, __VA_ARGS__)

enum {
	iop_mmio_caps = IOP_CAN_ACCESS | IOP_CAN_64 | IOP_CAN_COPY,
	iop_relaxed_caps = IOP_CAN_ACCESS | IOP_CAN_64,
};

IOP_INLINE uint64_t iop_mmio_load(struct iop_mmio raw, unsigned width)
{
	uint64_t value;

	IOP_LEASE_CHECK(raw);
	iop_event(IOP_EVENT_BR, IOP_EVENT_MMIO, 0, 0, 0);
	iop_arch_br();
	value = iop_arch_load(raw.addr, width);
	iop_event(IOP_EVENT_LD, IOP_EVENT_MMIO, width, raw.addr, value);
	iop_arch_ar(value);
	iop_event(IOP_EVENT_AR, IOP_EVENT_MMIO, 0, 0, 0);
	return iop_le_to_cpu(width, value);
}

IOP_INLINE void iop_mmio_store(struct iop_mmio raw, unsigned width, uint64_t value)
{
	uint64_t le = iop_le_to_cpu(width, value);

	IOP_LEASE_CHECK(raw);
	IOP_WC_CHECK_(raw);
	iop_event(IOP_EVENT_BW, IOP_EVENT_MMIO, 0, 0, 0);
	iop_arch_bw();
	iop_arch_store(raw.addr, width, le);
	iop_event(IOP_EVENT_ST, IOP_EVENT_MMIO, width, raw.addr, le);
	iop_arch_aw();
	iop_event(IOP_EVENT_AW, IOP_EVENT_MMIO, 0, 0, 0);
}

IOP_INLINE struct iop_mmio iop_mmio_advance(struct iop_mmio raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

IOP_INLINE void iop_mmio_copy_toio(struct iop_mmio raw, const void *src, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_memcpy_toio((volatile void *)raw.addr, src, n);
}

IOP_INLINE void iop_mmio_copy_fromio(struct iop_mmio raw, void *dst, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_memcpy_fromio(dst, (const volatile void *)raw.addr, n);
}

IOP_INLINE int iop_mmio_is_io(struct iop_mmio raw)
{
	(void)raw;
	return 1;
}

IOP_INLINE uint64_t iop_relaxed_load(struct iop_relaxed raw, unsigned width)
{
	uint64_t value;

	IOP_LEASE_CHECK(raw);
	value = iop_arch_load(raw.addr, width);
	iop_event(IOP_EVENT_LD, IOP_EVENT_RELAXED, width, raw.addr, value);
	return iop_le_to_cpu(width, value);
}

IOP_INLINE void iop_relaxed_store(struct iop_relaxed raw, unsigned width, uint64_t value)
{
	uint64_t le = iop_le_to_cpu(width, value);

	IOP_LEASE_CHECK(raw);
	iop_arch_store(raw.addr, width, le);
	iop_event(IOP_EVENT_ST, IOP_EVENT_RELAXED, width, raw.addr, le);
}

IOP_INLINE struct iop_relaxed iop_relaxed_advance(struct iop_relaxed raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

/* Nothing of a raw address is ever called: a macro that refuses it has these types to go on with. */
enum {
	iop_mmio_raw_caps = 0
};
IOP_INLINE uint64_t iop_mmio_raw_load(struct iop_mmio_raw raw, unsigned width)
{
	(void)raw;
	return width;
}

IOP_INLINE void iop_mmio_raw_store(struct iop_mmio_raw raw, unsigned width, uint64_t value)
{
	(void)raw, (void)width, (void)value;
}

IOP_INLINE struct iop_mmio_raw iop_mmio_raw_advance(struct iop_mmio_raw raw, size_t delta)
{
	(void)delta;
	return raw;
}

IOP_CANNOT_COPY(mmio_raw)
IOP_CANNOT_COPY(relaxed)
#ifndef __cplusplus
IOP_DEFINE_BACKEND(mmio_raw)
#endif
IOP_DEFINE_BACKEND(mmio)
IOP_DEFINE_BACKEND(relaxed)

IOP_INLINE struct iop_relaxed iop_relaxed_of_mmio(struct iop_mmio raw)
{
	struct iop_relaxed relaxed;

	relaxed.addr = raw.addr;
	IOP_LEASE_SET(relaxed, raw.lease);
	return relaxed;
}

/** The relaxed view of an Mmio view: same target, same address. Any other backend is refused. */
#define iop_relaxed(view)                                                                                 \
	__extension__({                                                                                   \
		IOP_AUTO iop_rx_ = (view);                                                                \
		IOP_ASSERT(IOP_IS_BACKEND(iop_rx_, mmio), "iopath: only an Mmio view has a relaxed one"); \
		IOP_RETARGET_(struct iop_relaxed, iop_relaxed_of_mmio(iop_rx_.raw), iop_rx_);             \
	})

IOP_INLINE struct iop_mmio iop_mmio_of_raw(struct iop_mmio_raw raw)
{
	struct iop_mmio mmio;

	mmio.addr = raw.addr;
	IOP_LEASE_SET(mmio, raw.lease);
	return mmio;
}

/** The promise that a raw address is mapped, aligned, and stays so: makes the Mmio view. */
#define iop_mmio_from_raw(rawview)                                                                           \
	__extension__({                                                                                      \
		IOP_AUTO iop_fr_ = (rawview);                                                                \
		IOP_ASSERT(IOP_IS_BACKEND(iop_fr_, mmio_raw), "iopath: iop_mmio_from_raw takes an MmioRaw"); \
		IOP_RETARGET_(struct iop_mmio, iop_mmio_of_raw(iop_fr_.raw), iop_fr_);                       \
	})

#endif
