/* SPDX-License-Identifier: MIT */
/**
 * 32-bit arm accessors: ldr/str with a base register and at most an immediate offset. gcc makes post-indexed accesses of volatile
 * loops here too, and those leave HSR.ISV clear, so a hypervisor cannot emulate them. 64-bit device accesses do not exist: ldrd is
 * a pair; where the 64-bit profile is asked for, two words are the best there is.
 *
 * Barriers are dsb, not dmb: before ARMv8 an observer may see another CPU's write early, and a barrier of the inner shareable
 * domain, which is what the compiler's is, does not order devices at all.
 * Source: Linux arch/arm/include/asm/io.h (__iormb, __iowmb), barrier.h; ARM ARM (ARMv7-A) B3.13.6, HSR encoding for data aborts.
 */
#ifndef IOPATH_ARCH_ARM_ACCESSORS_H
#define IOPATH_ARCH_ARM_ACCESSORS_H

#include <iopath/arch/arm/barriers.h>
#include <iopath/lang.h>

IOP_INLINE uint32_t iop_arm_load4(uintptr_t addr)
{
	uint32_t value;

	__asm__ volatile("ldr %0, %1" : "=r"(value) : "Qo"(*(const iop_u32_alias *)addr));
	return value;
}

IOP_INLINE void iop_arm_store4(uintptr_t addr, uint32_t value)
{
	__asm__ volatile("str %1, %0" : "=Qo"(*(iop_u32_alias *)addr) : "r"(value));
}

/* ldrh and strh reach less far than the others: the address in a register. */
IOP_INLINE uint64_t iop_arch_load(uintptr_t addr, unsigned width)
{
	uint32_t value;

	switch (width) {
	case 1:
		__asm__ volatile("ldrb %0, %1" : "=r"(value) : "Qo"(*(const iop_u8_alias *)addr));
		if (value > UINT8_MAX)
			__builtin_unreachable();
		return value;
	case 2:
		__asm__ volatile("ldrh %0, %1" : "=r"(value) : "Q"(*(const iop_u16_alias *)addr));
		if (value > UINT16_MAX)
			__builtin_unreachable();
		return value;
	case 4: return iop_arm_load4(addr);
	default: value = iop_arm_load4(addr);
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		return value | (uint64_t)iop_arm_load4(addr + 4) << 32;
#else
		return (uint64_t)value << 32 | iop_arm_load4(addr + 4);
#endif
	}
}

IOP_INLINE void iop_arch_store(uintptr_t addr, unsigned width, uint64_t value)
{
	uint32_t low = (uint32_t)value, high = (uint32_t)(value >> 32);

	switch (width) {
	case 1: __asm__ volatile("strb %1, %0" : "=Qo"(*(iop_u8_alias *)addr) : "r"(low)); break;
	case 2: __asm__ volatile("strh %1, %0" : "=Q"(*(iop_u16_alias *)addr) : "r"(low)); break;
	case 4: iop_arm_store4(addr, low); break;
	default:
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
		iop_arm_store4(addr, low);
		iop_arm_store4(addr + 4, high);
#else
		iop_arm_store4(addr, high);
		iop_arm_store4(addr + 4, low);
#endif
	}
}

IOP_INLINE void iop_arch_br(void)
{
}

IOP_INLINE void iop_arch_ar(uint64_t value)
{
	(void)value;
	__asm__ volatile("dsb" ::: "memory");
}

IOP_INLINE void iop_arch_bw(void)
{
	__asm__ volatile("dsb st" ::: "memory");
}

IOP_INLINE void iop_arch_aw(void)
{
}

#endif
