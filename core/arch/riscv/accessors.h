/* SPDX-License-Identifier: MIT */
/**
 * riscv accessors, 32 and 64 bit: a plain load or store each. RISC-V orders device accesses and memory accesses separately, so
 * an ordered read fences device input against later memory reads and writes, an ordered write earlier memory writes against
 * device output.
 * Source: Linux arch/riscv/include/asm/mmio.h (__io_ar: fence i,ir; __io_bw: fence w,o).
 */
#ifndef IOPATH_ARCH_RISCV_ACCESSORS_H
#define IOPATH_ARCH_RISCV_ACCESSORS_H

#include <iopath/arch/riscv/barriers.h>
#include <iopath/lang.h>

IOP_INLINE uint64_t iop_arch_load(uintptr_t addr, unsigned width)
{
	unsigned long value;

	switch (width) {
	case 1:
		__asm__ volatile("lbu %0, %1" : "=r"(value) : "m"(*(const iop_u8_alias *)addr));
		if (value > UINT8_MAX)
			__builtin_unreachable();
		break;
	case 2:
		__asm__ volatile("lhu %0, %1" : "=r"(value) : "m"(*(const iop_u16_alias *)addr));
		if (value > UINT16_MAX)
			__builtin_unreachable();
		break;
#if __riscv_xlen == 64
	case 8: __asm__ volatile("ld %0, %1" : "=r"(value) : "m"(*(const iop_u64_alias *)addr)); break;
#else
	case 8:
		/* Two accesses, as on every 32-bit CPU: only C iosys_maps and memory have such fields there. */
		value = (unsigned long)iop_arch_load(addr, 4);
		return iop_arch_load(addr + 4, 4) << 32 | value;
#endif
	default: {
		int32_t word; /* lw sign-extends, as the ABI wants its 32-bit values */

		__asm__ volatile("lw %0, %1" : "=r"(word) : "m"(*(const iop_u32_alias *)addr));
		return (uint32_t)word;
	}
	}
	return value;
}

IOP_INLINE void iop_arch_store(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: __asm__ volatile("sb %z1, %0" : "=m"(*(iop_u8_alias *)addr) : "rJ"((unsigned long)value)); break;
	case 2: __asm__ volatile("sh %z1, %0" : "=m"(*(iop_u16_alias *)addr) : "rJ"((unsigned long)value)); break;
#if __riscv_xlen == 64
	case 8: __asm__ volatile("sd %z1, %0" : "=m"(*(iop_u64_alias *)addr) : "rJ"(value)); break;
#else
	case 8:
		iop_arch_store(addr, 4, value);
		iop_arch_store(addr + 4, 4, value >> 32);
		break;
#endif
	default: __asm__ volatile("sw %z1, %0" : "=m"(*(iop_u32_alias *)addr) : "rJ"((unsigned long)value)); break;
	}
}

IOP_INLINE void iop_arch_br(void)
{
}

IOP_INLINE void iop_arch_ar(uint64_t value)
{
	(void)value;
	__asm__ volatile("fence i, ir" ::: "memory");
}

IOP_INLINE void iop_arch_bw(void)
{
	__asm__ volatile("fence w, o" ::: "memory");
}

IOP_INLINE void iop_arch_aw(void)
{
}

#endif
