/* SPDX-License-Identifier: MIT */
/**
 * arm64 accessors: ldr/str with a base register and at most an immediate offset ("Qo"). Pre- and post-indexed forms, pairs and
 * vectors leave ESR_EL2.ISV clear, so a hypervisor cannot emulate them; compilers produce them for volatile loops.
 *
 * An ordered read is followed by dmb oshld, and by a branch that never is taken but depends on the value: it holds back later
 * reads of the counter and instruction fetches as well, as the kernel does. An ordered write is preceded by dmb oshst.
 * Source: Linux arch/arm64/include/asm/io.h (__iormb, __iowmb); Arm ARM D1.10, ISS encoding for data aborts; docs/copies.md, 4.
 */
#ifndef IOPATH_ARCH_ARM64_ACCESSORS_H
#define IOPATH_ARCH_ARM64_ACCESSORS_H

#include <iopath/arch/arm64/barriers.h>
#include <iopath/lang.h>

IOP_INLINE uint64_t iop_arch_load(uintptr_t addr, unsigned width)
{
	uint64_t value;

	switch (width) {
	case 1:
		__asm__ volatile("ldrb %w0, %1" : "=r"(value) : "Qo"(*(const iop_u8_alias *)addr));
		if (value > UINT8_MAX)
			__builtin_unreachable();
		break;
	case 2:
		__asm__ volatile("ldrh %w0, %1" : "=r"(value) : "Qo"(*(const iop_u16_alias *)addr));
		if (value > UINT16_MAX)
			__builtin_unreachable();
		break;
	case 4:
		__asm__ volatile("ldr %w0, %1" : "=r"(value) : "Qo"(*(const iop_u32_alias *)addr));
		if (value > UINT32_MAX)
			__builtin_unreachable();
		break;
	default: __asm__ volatile("ldr %0, %1" : "=r"(value) : "Qo"(*(const iop_u64_alias *)addr)); break;
	}
	return value;
}

IOP_INLINE void iop_arch_store(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: __asm__ volatile("strb %w1, %0" : "=Qo"(*(iop_u8_alias *)addr) : "rZ"((uint32_t)value)); break;
	case 2: __asm__ volatile("strh %w1, %0" : "=Qo"(*(iop_u16_alias *)addr) : "rZ"((uint32_t)value)); break;
	case 4: __asm__ volatile("str %w1, %0" : "=Qo"(*(iop_u32_alias *)addr) : "rZ"((uint32_t)value)); break;
	default: __asm__ volatile("str %x1, %0" : "=Qo"(*(iop_u64_alias *)addr) : "rZ"(value)); break;
	}
}

IOP_INLINE void iop_arch_br(void)
{
}

IOP_INLINE void iop_arch_ar(uint64_t value)
{
	uint64_t never;

	__asm__ volatile("dmb oshld" ::: "memory");
	__asm__ volatile("eor %0, %1, %1\n\tcbnz %0, ." : "=r"(never) : "r"(value) : "memory");
}

IOP_INLINE void iop_arch_bw(void)
{
	__asm__ volatile("dmb oshst" ::: "memory");
}

IOP_INLINE void iop_arch_aw(void)
{
}

#endif
