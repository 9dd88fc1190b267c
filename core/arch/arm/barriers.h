/* SPDX-License-Identifier: MIT */
/**
 * 32-bit arm barriers (ARMv7): as on arm64, but loads alone have no barrier, and acquire and release are full ones. Source: Linux
 * arch/arm/include/asm/barrier.h. A cache controller outside of the CPU that needs more (arm_heavy_mb) is the kernel's
 * responsibility.
 */
#ifndef IOPATH_ARCH_ARM_BARRIERS_H
#define IOPATH_ARCH_ARM_BARRIERS_H

#include <iopath/lang.h>

IOP_FENCE(mb, "dsb")
IOP_FENCE(rmb, "dsb")
IOP_FENCE(wmb, "dsb st")
IOP_FENCE(dma_rmb, "dmb osh")
IOP_FENCE(dma_wmb, "dmb oshst")
IOP_FENCE(smp_mb, "dmb ish")
IOP_FENCE(smp_rmb, "dmb ish")
IOP_FENCE(smp_wmb, "dmb ishst")
IOP_FENCE(acquire, "dmb ish")
IOP_FENCE(release, "dmb ish")
IOP_FENCE(cpu_relax, "yield")

#endif
