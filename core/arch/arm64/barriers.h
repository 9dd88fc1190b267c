/* SPDX-License-Identifier: MIT */
/**
 * arm64 barriers: dsb between memory and devices, dmb of the outer domain where the other side is a device that reads memory (it
 * need not be in the CPUs' own domain), of the inner one between CPUs. Load-acquire and store-release are instructions.
 * Source: Linux arch/arm64/include/asm/barrier.h.
 */
#ifndef IOPATH_ARCH_ARM64_BARRIERS_H
#define IOPATH_ARCH_ARM64_BARRIERS_H

#include <iopath/lang.h>

IOP_FENCE(mb, "dsb sy")
IOP_FENCE(rmb, "dsb ld")
IOP_FENCE(wmb, "dsb st")
IOP_FENCE(dma_rmb, "dmb oshld")
IOP_FENCE(dma_wmb, "dmb oshst")
IOP_FENCE(smp_mb, "dmb ish")
IOP_FENCE(smp_rmb, "dmb ishld")
IOP_FENCE(smp_wmb, "dmb ishst")
IOP_FENCE(cpu_relax, "yield")

#define IOP_ARCH_HAS_ACQUIRE 1
IOP_INLINE uint64_t iop_arch_load_acquire(uintptr_t addr, unsigned width)
{
	uint64_t value;

	switch (width) {
	case 1: __asm__ volatile("ldarb %w0, %1" : "=r"(value) : "Q"(*(const iop_u8_alias *)addr) : "memory"); break;
	case 2: __asm__ volatile("ldarh %w0, %1" : "=r"(value) : "Q"(*(const iop_u16_alias *)addr) : "memory"); break;
	case 4: __asm__ volatile("ldar %w0, %1" : "=r"(value) : "Q"(*(const iop_u32_alias *)addr) : "memory"); break;
	default: __asm__ volatile("ldar %0, %1" : "=r"(value) : "Q"(*(const iop_u64_alias *)addr) : "memory"); break;
	}
	return value;
}

IOP_INLINE void iop_arch_store_release(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: __asm__ volatile("stlrb %w1, %0" : "=Q"(*(iop_u8_alias *)addr) : "rZ"((uint32_t)value) : "memory"); break;
	case 2: __asm__ volatile("stlrh %w1, %0" : "=Q"(*(iop_u16_alias *)addr) : "rZ"((uint32_t)value) : "memory"); break;
	case 4: __asm__ volatile("stlr %w1, %0" : "=Q"(*(iop_u32_alias *)addr) : "rZ"((uint32_t)value) : "memory"); break;
	default: __asm__ volatile("stlr %x1, %0" : "=Q"(*(iop_u64_alias *)addr) : "rZ"(value) : "memory"); break;
	}
}

#endif
