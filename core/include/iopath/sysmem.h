/* SPDX-License-Identifier: MIT */
/**
 * sysmem.h - system memory that somebody else writes too
 *
 * SysMem is ordinary memory shared with a device, another process or a thread, reached as Linux does with READ_ONCE and
 * WRITE_ONCE: one untorn access of the given width, native byte order, no barrier. The race that this is by the language's rules
 * is accepted, as it is in the kernel's memory model; do not read any ordering into it.
 * Copies are of the tier MEM (tier.h), with no promise about widths or tearing.
 * Source: docs/semantics.md, row 24.
 */
#ifndef IOPATH_SYSMEM_H
#define IOPATH_SYSMEM_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/arch.h>
#include <iopath/event.h>
#include <iopath/view.h>

struct iop_sysmem {
	uintptr_t addr;
	IOP_LEASE_MEMBER
};

/** View type; the argument is a type, IOP_SLICE(E) or IOP_REGION(MIN). */
#define IOP_SYSMEM(...) IOP_VIEW_TYPE(struct iop_sysmem, __VA_ARGS__)
/** The same of what takes the widths of @set only. */
#define IOP_SYSMEM_WIDTHS(set, ...) IOP_VIEW_TYPE_WITHIN(struct iop_sysmem, set, __VA_ARGS__)

enum {
	iop_sysmem_caps = IOP_CAN_ACCESS | IOP_CAN_64 | IOP_CAN_COPY
};

IOP_BEGIN_DECLS
/**
 * Copies between memory and the view, out of line; in debug builds overlapping ranges panic with "overlap" before any byte moves.
 */
void iop_sysmem_copy(void *dst, const void *src, size_t n);
IOP_END_DECLS

#ifdef IOP_ARCH_LOAD_IS_PLAIN
#define iop_once_load  iop_arch_load
#define iop_once_store iop_arch_store
#else
/* The device accessors of this architecture restrict addressing modes; memory need not. */
IOP_INLINE uint64_t iop_once_load(uintptr_t addr, unsigned width)
{
	switch (width) {
	case 1: return *(const volatile iop_u8_alias *)addr;
	case 2: return *(const volatile iop_u16_alias *)addr;
	case 4: return *(const volatile iop_u32_alias *)addr;
	default: return *(const volatile iop_u64_alias *)addr;
	}
}

IOP_INLINE void iop_once_store(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: *(volatile iop_u8_alias *)addr = (uint8_t)value; break;
	case 2: *(volatile iop_u16_alias *)addr = (uint16_t)value; break;
	case 4: *(volatile iop_u32_alias *)addr = (uint32_t)value; break;
	default: *(volatile iop_u64_alias *)addr = value; break;
	}
}
#endif

IOP_INLINE uint64_t iop_sysmem_load(struct iop_sysmem raw, unsigned width)
{
	uint64_t value;

	IOP_LEASE_CHECK(raw);
	value = iop_once_load(raw.addr, width);
	iop_event(IOP_EVENT_LD, IOP_EVENT_SYSMEM, width, raw.addr, value);
	return value;
}

IOP_INLINE void iop_sysmem_store(struct iop_sysmem raw, unsigned width, uint64_t value)
{
	IOP_LEASE_CHECK(raw);
	iop_once_store(raw.addr, width, value);
	iop_event(IOP_EVENT_ST, IOP_EVENT_SYSMEM, width, raw.addr, value);
}

IOP_INLINE struct iop_sysmem iop_sysmem_advance(struct iop_sysmem raw, size_t delta)
{
	IOP_LEASE_CHECK(raw);
	raw.addr += delta;
	return raw;
}

IOP_INLINE void iop_sysmem_copy_toio(struct iop_sysmem raw, const void *src, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_sysmem_copy((void *)raw.addr, src, n);
	iop_event(IOP_EVENT_CP, IOP_EVENT_SYSMEM, n, raw.addr, 0);
}

IOP_INLINE void iop_sysmem_copy_fromio(struct iop_sysmem raw, void *dst, size_t n)
{
	IOP_LEASE_CHECK(raw);
	iop_sysmem_copy(dst, (const void *)raw.addr, n);
	iop_event(IOP_EVENT_CP, IOP_EVENT_SYSMEM, n, raw.addr, 0);
}

IOP_INLINE int iop_sysmem_is_io(struct iop_sysmem raw)
{
	(void)raw;
	return 0;
}

IOP_DEFINE_BACKEND(sysmem)

/** The CPU pointer behind a SysMem view. Dereferencing it races with the other users of the memory. */
#define iop_sysmem_ptr(view)                                                                                 \
	__extension__({                                                                                      \
		IOP_AUTO iop_pt_ = (view);                                                                   \
		IOP_ASSERT(IOP_IS_BACKEND(iop_pt_, sysmem), "iopath: only a SysMem view has a CPU pointer"); \
		(void *)iop_pt_.raw.addr;                                                                    \
	})

#endif
