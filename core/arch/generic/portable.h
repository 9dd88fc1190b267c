/* SPDX-License-Identifier: MIT */
/**
 * The portable accessors: volatile scalars, which gcc and clang keep one to one (docs/copies.md, 4). Sanitizer builds of every
 * architecture use them too: there the accesses are relaxed atomics under ThreadSanitizer, because the kernel's memory model
 * accepts the race that the language does not.
 */
#ifndef IOPATH_ARCH_GENERIC_PORTABLE_H
#define IOPATH_ARCH_GENERIC_PORTABLE_H

#include <iopath/lang.h>

/* System memory takes the same access: see sysmem.h. */
#define IOP_ARCH_LOAD_IS_PLAIN 1

#if IOP_TSAN
#define IOP_GENERIC_LD(T, addr)	   __atomic_load_n((const volatile T *)(addr), __ATOMIC_RELAXED)
#define IOP_GENERIC_ST(T, addr, v) __atomic_store_n((volatile T *)(addr), (T)(v), __ATOMIC_RELAXED)
#else
#define IOP_GENERIC_LD(T, addr)	   (*(const volatile T *)(addr))
#define IOP_GENERIC_ST(T, addr, v) ((void)(*(volatile T *)(addr) = (T)(v)))
#endif

IOP_INLINE uint64_t iop_arch_load(uintptr_t addr, unsigned width)
{
	switch (width) {
	case 1: return IOP_GENERIC_LD(iop_u8_alias, addr);
	case 2: return IOP_GENERIC_LD(iop_u16_alias, addr);
	case 4: return IOP_GENERIC_LD(iop_u32_alias, addr);
	default: return IOP_GENERIC_LD(iop_u64_alias, addr);
	}
}

IOP_INLINE void iop_arch_store(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: IOP_GENERIC_ST(iop_u8_alias, addr, value); break;
	case 2: IOP_GENERIC_ST(iop_u16_alias, addr, value); break;
	case 4: IOP_GENERIC_ST(iop_u32_alias, addr, value); break;
	default: IOP_GENERIC_ST(iop_u64_alias, addr, value); break;
	}
}

IOP_INLINE void iop_arch_br(void)
{
	__sync_synchronize();
}

IOP_INLINE void iop_arch_ar(uint64_t value)
{
	(void)value;
	__sync_synchronize();
}

IOP_INLINE void iop_arch_bw(void)
{
	__sync_synchronize();
}

/* Linux keeps mmiowb() bookkeeping against spinlocks here; there are none in userspace. */
IOP_INLINE void iop_arch_aw(void)
{
}

#endif
