/* SPDX-License-Identifier: MIT */
/**
 * dma_barrier.h - order between accesses to memory that a device looks at
 *
 * Accesses through Coherent and SysMem views have no barriers. A queue in such memory needs them on both sides, each next to the
 * index that hands an entry over: the producer's before it stores the index, the consumer's after it has loaded it.
 *
 *	producer: write the entry     iop_dma_wmb()     write the index
 *	consumer: read the index      iop_dma_rmb()     read the entry
 *
 * The other way round (the index first, then the barrier) orders nothing: the consumer may see the new index and the old entry.
 * A doorbell register behind an Mmio view needs no iop_dma_wmb() before it, its write is ordered already.
 * Source: docs/semantics.md, 2.2; Linux Documentation/memory-barriers.txt, dma_wmb() and dma_rmb().
 */
#ifndef IOPATH_DMA_BARRIER_H
#define IOPATH_DMA_BARRIER_H

#include <iopath/arch.h>
#include <iopath/event.h>

/** Writes before it are visible to the device before any write after it. */
IOP_INLINE void iop_dma_wmb(void)
{
	iop_arch_dma_wmb();
	iop_event(IOP_EVENT_BW, IOP_EVENT_SYSMEM, 0, 0, 0);
}

/** Reads before it are done before any access after it: also before the write that gives an entry back. */
IOP_INLINE void iop_dma_rmb(void)
{
	iop_arch_dma_rmb();
	iop_event(IOP_EVENT_AR, IOP_EVENT_SYSMEM, 0, 0, 0);
}

#endif
