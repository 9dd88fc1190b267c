/* SPDX-License-Identifier: MIT */
/**
 * 64-bit POWER barriers: sync orders everything; lwsync orders memory, all but a store before a later load, and nothing about
 * devices. So dma_wmb does not hold a write to a device register back here, wmb does.
 * Source: Linux arch/powerpc/include/asm/barrier.h.
 */
#ifndef IOPATH_ARCH_POWER_BARRIERS_H
#define IOPATH_ARCH_POWER_BARRIERS_H

#include <iopath/lang.h>

IOP_FENCE(mb, "sync")
IOP_FENCE(rmb, "sync")
IOP_FENCE(wmb, "sync")
IOP_FENCE(dma_rmb, "lwsync")
IOP_FENCE(dma_wmb, "lwsync")
IOP_FENCE(smp_mb, "sync")
IOP_FENCE(smp_rmb, "lwsync")
IOP_FENCE(smp_wmb, "lwsync")
IOP_FENCE(acquire, "lwsync")
IOP_FENCE(release, "lwsync")
/* The priority of the thread: low, and back to medium. */
IOP_FENCE(cpu_relax, "or 1,1,1; or 2,2,2")

#endif
