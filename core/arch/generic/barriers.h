/* SPDX-License-Identifier: MIT */
/**
 * The portable barriers: full ones, which are correct but slow everywhere. ThreadSanitizer follows acquire and release of the
 * language's atomics, and no fence.
 */
#ifndef IOPATH_ARCH_GENERIC_BARRIERS_H
#define IOPATH_ARCH_GENERIC_BARRIERS_H

#include <iopath/lang.h>

#define IOP_FULL_FENCE(name)                  \
	IOP_INLINE void iop_arch_##name(void) \
	{                                     \
		__sync_synchronize();         \
	}

IOP_FULL_FENCE(mb)
IOP_FULL_FENCE(rmb)
IOP_FULL_FENCE(wmb)
IOP_FULL_FENCE(dma_rmb)
IOP_FULL_FENCE(dma_wmb)
IOP_FULL_FENCE(smp_mb)
IOP_FULL_FENCE(smp_rmb)
IOP_FULL_FENCE(smp_wmb)
IOP_FULL_FENCE(acquire)
IOP_FULL_FENCE(release)
IOP_FENCE(cpu_relax, "")

#if IOP_TSAN
#define IOP_ARCH_HAS_ACQUIRE 1
IOP_INLINE uint64_t iop_arch_load_acquire(uintptr_t addr, unsigned width)
{
	switch (width) {
	case 1: return __atomic_load_n((const iop_u8_alias *)addr, __ATOMIC_ACQUIRE);
	case 2: return __atomic_load_n((const iop_u16_alias *)addr, __ATOMIC_ACQUIRE);
	case 4: return __atomic_load_n((const iop_u32_alias *)addr, __ATOMIC_ACQUIRE);
	default: return __atomic_load_n((const iop_u64_alias *)addr, __ATOMIC_ACQUIRE);
	}
}

IOP_INLINE void iop_arch_store_release(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: __atomic_store_n((iop_u8_alias *)addr, (uint8_t)value, __ATOMIC_RELEASE); break;
	case 2: __atomic_store_n((iop_u16_alias *)addr, (uint16_t)value, __ATOMIC_RELEASE); break;
	case 4: __atomic_store_n((iop_u32_alias *)addr, (uint32_t)value, __ATOMIC_RELEASE); break;
	default: __atomic_store_n((iop_u64_alias *)addr, value, __ATOMIC_RELEASE); break;
	}
}
#endif

#endif
