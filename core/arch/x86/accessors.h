/* SPDX-License-Identifier: MIT */
/**
 * x86 accessors: a plain mov each. The memory operand is not volatile-qualified on purpose: the asm already is, and gcc folds the
 * whole address into the operand only then, so that an access through a projection is one instruction, never lea and mov.
 * Zero-extending loads tell the compiler their range, which saves the second zero extension at the call site.
 *
 * x86 keeps device accesses in program order and behind earlier loads and stores; only the compiler needs a barrier.
 * Source: Linux arch/x86/include/asm/io.h and barrier.h; docs/copies.md, 4, 5.
 */
#ifndef IOPATH_ARCH_X86_ACCESSORS_H
#define IOPATH_ARCH_X86_ACCESSORS_H

#include <iopath/arch/x86/barriers.h>
#include <iopath/lang.h>

/* System memory takes the same mov: see sysmem.h. */
#define IOP_ARCH_LOAD_IS_PLAIN 1

#ifdef __LP64__
#define IOP_ARCH_COPY_BLOCKS <iopath/arch/x86/copy_blocks.h>
#endif

/* The output is a whole register, so that the compiler believes the zero extension up to its top. */
IOP_INLINE uint64_t iop_arch_load(uintptr_t addr, unsigned width)
{
#ifndef __x86_64__
	uint32_t low;
#endif
	uintptr_t value;

	switch (width) {
	case 1:
		__asm__ volatile("movzbl %1, %k0" : "=r"(value) : "m"(*(const iop_u8_alias *)addr));
		if (value > UINT8_MAX)
			__builtin_unreachable();
		break;
	case 2:
		__asm__ volatile("movzwl %1, %k0" : "=r"(value) : "m"(*(const iop_u16_alias *)addr));
		if (value > UINT16_MAX)
			__builtin_unreachable();
		break;
#ifdef __x86_64__
	case 8: __asm__ volatile("movq %1, %0" : "=r"(value) : "m"(*(const iop_u64_alias *)addr)); break;
#else
	/* Two accesses, as on every 32-bit CPU: only C iosys_maps and memory have such fields there. */
	case 8:
		__asm__ volatile("movl %1, %0" : "=r"(low) : "m"(*(const iop_u32_alias *)addr));
		__asm__ volatile("movl %1, %0" : "=r"(value) : "m"(*(const iop_u32_alias *)(addr + 4)));
		return (uint64_t)value << 32 | low;
#endif
	default:
		__asm__ volatile("movl %1, %k0" : "=r"(value) : "m"(*(const iop_u32_alias *)addr));
		if (value > UINT32_MAX)
			__builtin_unreachable();
		break;
	}
	return value;
}

IOP_INLINE void iop_arch_store(uintptr_t addr, unsigned width, uint64_t value)
{
	switch (width) {
	case 1: __asm__ volatile("movb %b1, %0" : "=m"(*(iop_u8_alias *)addr) : "qi"((uint8_t)value)); break;
	case 2: __asm__ volatile("movw %w1, %0" : "=m"(*(iop_u16_alias *)addr) : "ri"((uint16_t)value)); break;
#ifdef __x86_64__
	case 8: __asm__ volatile("movq %1, %0" : "=m"(*(iop_u64_alias *)addr) : "er"(value)); break;
#else
	case 8:
		__asm__ volatile("movl %1, %0" : "=m"(*(iop_u32_alias *)addr) : "ri"((uint32_t)value));
		__asm__ volatile("movl %1, %0" : "=m"(*(iop_u32_alias *)(addr + 4)) : "ri"((uint32_t)(value >> 32)));
		break;
#endif
	default: __asm__ volatile("movl %1, %0" : "=m"(*(iop_u32_alias *)addr) : "ri"((uint32_t)value)); break;
	}
}

IOP_INLINE void iop_arch_br(void)
{
	__asm__ volatile("" ::: "memory");
}

IOP_INLINE void iop_arch_ar(uint64_t value)
{
	(void)value;
	__asm__ volatile("" ::: "memory");
}

IOP_INLINE void iop_arch_bw(void)
{
	__asm__ volatile("" ::: "memory");
}

IOP_INLINE void iop_arch_aw(void)
{
	__asm__ volatile("" ::: "memory");
}

#endif
