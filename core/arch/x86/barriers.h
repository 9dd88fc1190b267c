/* SPDX-License-Identifier: MIT */
/**
 * x86 barriers. Memory and uncached device memory keep their order by themselves, but for a store before a later load; what the
 * fences add is order with write-combining memory and with non-temporal stores. smp_mb is a locked addition of zero, as the kernel
 * has it: it orders the same as mfence between CPUs and takes less time.
 * Source: Linux arch/x86/include/asm/barrier.h.
 */
#ifndef IOPATH_ARCH_X86_BARRIERS_H
#define IOPATH_ARCH_X86_BARRIERS_H

#include <iopath/lang.h>

#ifdef __x86_64__
#define IOP_X86_LOCKED_ADD "lock; addl $0,-4(%%rsp)"
#else
#define IOP_X86_LOCKED_ADD "lock; addl $0,-4(%%esp)"
#endif

IOP_INLINE void iop_arch_smp_mb(void)
{
	__asm__ volatile(IOP_X86_LOCKED_ADD ::: "memory", "cc");
}

#if defined(__x86_64__) || defined(__SSE2__)
IOP_FENCE(mb, "mfence")
IOP_FENCE(rmb, "lfence")
IOP_FENCE(wmb, "sfence")
#else
/* Without SSE2 there are no fences; a locked instruction waits for write-combining buffers as well. */
IOP_INLINE void iop_arch_mb(void)
{
	iop_arch_smp_mb();
}
IOP_INLINE void iop_arch_rmb(void)
{
	iop_arch_smp_mb();
}
IOP_INLINE void iop_arch_wmb(void)
{
	iop_arch_smp_mb();
}
#endif
IOP_FENCE(dma_rmb, "")
IOP_FENCE(dma_wmb, "")
IOP_FENCE(smp_rmb, "")
IOP_FENCE(smp_wmb, "")
IOP_FENCE(acquire, "")
IOP_FENCE(release, "")
IOP_FENCE(cpu_relax, "pause")

#endif
