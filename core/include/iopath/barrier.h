/* SPDX-License-Identifier: MIT */
/**
 * barrier.h - order between accesses: to devices, to memory that a device reads too, to memory that other CPUs read too
 *
 * An access through an Mmio view is ordered by itself (mmio.h). All others are not: SysMem, Coherent and RelaxedMmio accesses and
 * copies happen in the order that compiler and CPU choose. A barrier orders the accesses before it in the program, for a given
 * observer, before those after it. Which barrier is needed depends on the observer:
 *
 *	                     all             reads           writes
 *	another CPU          iop_smp_mb      iop_smp_rmb     iop_smp_wmb      SysMem: threads, processes
 *	a device, in memory                  iop_dma_rmb     iop_dma_wmb      Coherent: rings, descriptors, completions
 *	a device's registers iop_mb          iop_rmb         iop_wmb          RelaxedMmio and write-combining mappings, too
 *
 * Lower rows are stronger and slower; iop_mb() is enough everywhere. Names and meaning are the kernel's, and so are the
 * instructions of each architecture. A barrier works between two accesses of one thread and needs a counterpart on the other side:
 * with a barrier on one side only, nothing is ordered.
 *
 * In the rules, memory and registers hold 0 at first, x = A is a load of A, and each column is one party from top to bottom.
 *
 * 1. Handing over between CPUs. A CPU that sees B also sees what was written before it.
 *
 *	A = 1                                   b = B
 *	iop_smp_wmb()                           iop_smp_rmb()
 *	B = 1                                   a = A
 *
 *	must not be observed: b == 1 and a == 0. Without one of the two it may: on arm, POWER and RISC-V by the CPU, on all of
 *	them by the compiler. iop_smp_store_release(B, 1) and b = iop_smp_load_acquire(B) in place of barrier and access say the
 *	same, of reads and writes.
 *
 * 2. Each side stores, then loads what the other side stores. Only a full barrier keeps a store before a later load.
 *
 *	A = 1                                   B = 1
 *	iop_smp_mb()                            iop_smp_mb()
 *	b = B                                   a = A
 *
 *	must not be observed: a == 0 and b == 0. With iop_smp_wmb(), or release and acquire, it may on every architecture.
 *
 * 3. An entry for a device, announced by an index or a flag in memory that the device reads.
 *
 *	entry = 1                               the device reads index
 *	iop_dma_wmb()
 *	index = 1                               the device reads entry
 *
 *	must not be observed: the new index and the old entry. With iop_smp_wmb() it may where devices are not in the CPUs' domain
 *	(arm, arm64). The reverse order (index, barrier, entry) is useless.
 *
 * 4. An entry from a device. Also before the write that gives the entry back.
 *
 *	the device writes entry                 f = flag
 *	                                        iop_dma_rmb()
 *	the device writes flag                  e = entry
 *
 *	must not be observed: f == 1 and e == 0.
 *
 * 5. A doorbell behind a RelaxedMmio view, for an entry in memory.
 *
 *	entry = 1                               the device sees the doorbell
 *	iop_wmb()
 *	iop_write(iop_relaxed(doorbell), 1)     the device reads entry
 *
 *	must not be observed: the doorbell and the old entry. Without the barrier it may on arm, POWER and RISC-V; with
 *	iop_dma_wmb() on POWER, where it orders memory only. A doorbell behind an Mmio view needs none: its write is ordered.
 *
 * 6. A doorbell that may be unnecessary: a driver publishes an index, then reads whether the device sleeps.
 *
 *	index = 1                               the device sets asleep, then reads index
 *	iop_mb()
 *	s = asleep
 *
 *	must not be observed: the device reads the old index and s == 0. iop_dma_wmb() does not order a load.
 *
 * 7. No barrier makes a write arrive. A posted write may be in flight until something is read back from the same device: barriers
 * order accesses, they do not wait for the device.
 *
 * In test builds a barrier is the event BW (writes), AR (reads) or both.
 * Source: docs/semantics.md, row 53; Linux Documentation/memory-barriers.txt, arch/.../include/asm/barrier.h.
 */
#ifndef IOPATH_BARRIER_H
#define IOPATH_BARRIER_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/access.h>
#include <iopath/arch.h>
#include <iopath/event.h>
#include <iopath/lease.h>

#define IOP_EVENT_WRITES_() iop_event(IOP_EVENT_BW, IOP_EVENT_SYSMEM, 0, 0, 0)
#define IOP_EVENT_READS_()  iop_event(IOP_EVENT_AR, IOP_EVENT_SYSMEM, 0, 0, 0)

/** All accesses before it, to memory and devices of any mapping, before all accesses after it. */
IOP_INLINE void iop_mb(void)
{
	iop_arch_mb();
	IOP_WC_FLUSHED_();
	IOP_EVENT_WRITES_();
	IOP_EVENT_READS_();
}

/** The same of reads. */
IOP_INLINE void iop_rmb(void)
{
	iop_arch_rmb();
	IOP_EVENT_READS_();
}

/** The same of writes; write-combining buffers are empty after it. */
IOP_INLINE void iop_wmb(void)
{
	iop_arch_wmb();
	IOP_WC_FLUSHED_();
	IOP_EVENT_WRITES_();
}

/** Reads of memory that a device writes, before any access to such memory after it: also the write that gives an entry back. */
IOP_INLINE void iop_dma_rmb(void)
{
	iop_arch_dma_rmb();
	IOP_EVENT_READS_();
}

/** Writes to memory before it are visible to the device before any write to memory after it. */
IOP_INLINE void iop_dma_wmb(void)
{
	iop_arch_dma_wmb();
	IOP_EVENT_WRITES_();
}

/** Accesses to memory before it, for other CPUs, before those after it: the one that orders a store and a later load. */
IOP_INLINE void iop_smp_mb(void)
{
	iop_arch_smp_mb();
	IOP_EVENT_WRITES_();
	IOP_EVENT_READS_();
}

/** The same of reads. */
IOP_INLINE void iop_smp_rmb(void)
{
	iop_arch_smp_rmb();
	IOP_EVENT_READS_();
}

/** The same of writes. */
IOP_INLINE void iop_smp_wmb(void)
{
	iop_arch_smp_wmb();
	IOP_EVENT_WRITES_();
}

/** In a loop that waits for memory: leaves the CPU to others for a moment. It orders nothing, but for the compiler. */
IOP_INLINE void iop_cpu_relax(void)
{
	iop_arch_cpu_relax();
}

#ifndef IOP_ARCH_HAS_ACQUIRE
IOP_INLINE uint64_t iop_arch_load_acquire(uintptr_t addr, unsigned width)
{
	uint64_t value = iop_arch_load(addr, width);

	iop_arch_acquire();
	return value;
}

IOP_INLINE void iop_arch_store_release(uintptr_t addr, unsigned width, uint64_t value)
{
	iop_arch_release();
	iop_arch_store(addr, width, value);
}
#endif

IOP_INLINE uint64_t iop_load_acquire(uintptr_t addr, unsigned width)
{
	uint64_t value = iop_arch_load_acquire(addr, width);

	iop_event(IOP_EVENT_LD, IOP_EVENT_SYSMEM, width, addr, value);
	IOP_EVENT_READS_();
	return value;
}

IOP_INLINE void iop_store_release(uintptr_t addr, unsigned width, uint64_t value)
{
	IOP_EVENT_WRITES_();
	iop_arch_store_release(addr, width, value);
	iop_event(IOP_EVENT_ST, IOP_EVENT_SYSMEM, width, addr, value);
}

#define IOP_ASSERT_SHARED_(v, writes)                                                                                        \
	IOP_ASSERT(IOP_IS_BACKEND(v, sysmem),                                                                                \
		   "iopath: acquire and release order CPUs: SysMem views only (a device needs iop_dma_rmb or iop_dma_wmb)"); \
	IOP_REFUSE_VALUE_(iop_sw_, v, v, writes)

/** iop_read of a SysMem view; all accesses to memory after it stay behind it. Exactly one load. */
#define iop_smp_load_acquire(view)                                                                                            \
	__extension__({                                                                                                       \
		IOP_AUTO iop_aq_ = (view);                                                                                    \
		IOP_ASSERT_SHARED_(iop_aq_, 0);                                                                               \
		IOP_LEASE_CHECK(iop_aq_.raw);                                                                                 \
		(IOP_VALUE_TYPE(*iop_aq_.as[0])) iop_in_order(IOP_ORDER(*iop_aq_.as[0]), 0, IOP_WIDTH(*iop_aq_.as[0]),        \
							      iop_load_acquire(iop_aq_.raw.addr, IOP_WIDTH(*iop_aq_.as[0]))); \
	})

/** iop_write of a SysMem view; all accesses to memory before it come first. Exactly one store; @value is evaluated once. */
#define iop_smp_store_release(view, value)                                                                         \
	__extension__({                                                                                            \
		IOP_AUTO iop_rl_ = (view);                                                                         \
		IOP_ASSERT_SHARED_(iop_rl_, 1);                                                                    \
		IOP_VALUE_TYPE(*iop_rl_.as[0]) iop_rx_ = (value);                                                  \
		IOP_LEASE_CHECK(iop_rl_.raw);                                                                      \
		iop_store_release(iop_rl_.raw.addr, IOP_WIDTH(*iop_rl_.as[0]),                                     \
				  iop_in_order(IOP_ORDER(*iop_rl_.as[0]), 0, IOP_WIDTH(*iop_rl_.as[0]), iop_rx_)); \
	})

#endif
