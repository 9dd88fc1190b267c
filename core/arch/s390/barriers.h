/* SPDX-License-Identifier: MIT */
/**
 * s390 barriers: the CPU keeps all order but that of a store before a later load, for which there is serialization (bcr).
 * Source: Linux arch/s390/include/asm/barrier.h; z/Architecture Principles of Operation, CPU serialization.
 */
#ifndef IOPATH_ARCH_S390_BARRIERS_H
#define IOPATH_ARCH_S390_BARRIERS_H

#include <iopath/lang.h>

/* From z196 on there is a form that waits for less. */
#if __ARCH__ >= 9
#define IOP_S390_SERIALIZE "bcr 14,0"
#else
#define IOP_S390_SERIALIZE "bcr 15,0"
#endif

IOP_FENCE(mb, IOP_S390_SERIALIZE)
IOP_FENCE(rmb, "")
IOP_FENCE(wmb, "")
IOP_FENCE(dma_rmb, IOP_S390_SERIALIZE)
IOP_FENCE(dma_wmb, IOP_S390_SERIALIZE)
IOP_FENCE(smp_mb, IOP_S390_SERIALIZE)
IOP_FENCE(smp_rmb, "")
IOP_FENCE(smp_wmb, "")
IOP_FENCE(acquire, "")
IOP_FENCE(release, "")
IOP_FENCE(cpu_relax, "")

/* Stores to memory keep their order; that of a device's is by serialization. */
#define IOP_ARCH_HAS_WC_FLUSH 1
IOP_FENCE(wc_flush, IOP_S390_SERIALIZE)

#endif
