/* SPDX-License-Identifier: MIT */
/**
 * riscv barriers. A fence names what it orders: i and o are device reads and writes, r and w those of memory. The kernel has no
 * dma_rmb and dma_wmb of its own here, so they are rmb and wmb; behind ours of reads a later write stays, too: the one that
 * gives an entry back.
 * Source: Linux arch/riscv/include/asm/barrier.h, asm-generic/barrier.h.
 */
#ifndef IOPATH_ARCH_RISCV_BARRIERS_H
#define IOPATH_ARCH_RISCV_BARRIERS_H

#include <iopath/lang.h>

IOP_FENCE(mb, "fence iorw, iorw")
IOP_FENCE(rmb, "fence ir, ir")
IOP_FENCE(wmb, "fence ow, ow")
IOP_FENCE(dma_rmb, "fence ir, irw")
IOP_FENCE(dma_wmb, "fence ow, ow")
IOP_FENCE(smp_mb, "fence rw, rw")
IOP_FENCE(smp_rmb, "fence r, r")
IOP_FENCE(smp_wmb, "fence w, w")
IOP_FENCE(acquire, "fence r, rw")
IOP_FENCE(release, "fence rw, w")
/* pause, which older assemblers have no word for and older CPUs take for a fence of nothing. */
IOP_FENCE(cpu_relax, ".4byte 0x0100000f")

#endif
