/* SPDX-License-Identifier: MIT */
/**
 * arch.h - one access and its barriers, per architecture
 *
 * The rest of the library is built on these. An architecture is a folder of core/arch and two lines below: its condition and its
 * accessors.h, which defines, with the same names:
 *
 *	uint64_t iop_arch_load(uintptr_t addr, unsigned width)            exactly one load of width bytes at addr
 *	void iop_arch_store(uintptr_t addr, unsigned width, uint64_t v)   exactly one store
 *	void iop_arch_br(void)          before an ordered read
 *	void iop_arch_ar(uint64_t v)    after an ordered read of v: later accesses, also to DMA memory, stay behind it
 *	void iop_arch_bw(void)          before an ordered write: earlier writes, also to DMA memory, are visible first
 *	void iop_arch_aw(void)          after an ordered write
 *
 * and includes its barriers.h, which has those of barrier.h: iop_arch_mb, rmb, wmb, dma_rmb, dma_wmb, smp_mb, smp_rmb, smp_wmb and cpu_relax; and either
 * iop_arch_acquire and iop_arch_release, which go after a load and before a store, or, where there are instructions for it,
 * IOP_ARCH_HAS_ACQUIRE with iop_arch_load_acquire and iop_arch_store_release. Where wmb does not wait for write-combining buffers it has
 * IOP_ARCH_HAS_WC_FLUSH with iop_arch_wc_flush.
 *
 * width is a constant 1, 2, 4 or 8 and addr is aligned to it. The single access must be a plain register load or store that a
 * hypervisor can decode (no pair, no writeback, no vector, no read-modify-write), which is why the device architectures use
 * assembler: a volatile access may become a post-indexed store on arm64 or the memory operand of an arithmetic instruction on
 * x86, and neither can be emulated in a confidential or arm64 guest. No value is byte-swapped here.
 * An architecture may also define IOP_ARCH_COPY_BLOCKS, the header with its blocks for inline copies (copy_inline.h).
 * Sanitizer builds take the generic C form, which the sanitizers can see.
 * Source: docs/copies.md, 4; docs/semantics.md, 2.2; Linux arch/.../include/asm/io.h.
 */
#ifndef IOPATH_ARCH_H
#define IOPATH_ARCH_H

#include <iopath/must_check.h>
#ifndef IOP_WARN_IN_HEADERS
#pragma GCC system_header
#endif

#include <iopath/lang.h>

#if IOP_TSAN || IOP_ASAN
#include <iopath/arch/generic/accessors.h>
#elif defined(__x86_64__) || defined(__i386__)
#include <iopath/arch/x86/accessors.h>
#elif defined(__aarch64__)
#include <iopath/arch/arm64/accessors.h>
#elif defined(__arm__) && __ARM_ARCH >= 7
#include <iopath/arch/arm/accessors.h>
#elif defined(__riscv)
#include <iopath/arch/riscv/accessors.h>
#elif defined(__powerpc64__)
#include <iopath/arch/power/accessors.h>
#elif defined(__s390x__)
#include <iopath/arch/s390/accessors.h>
#else
#include <iopath/arch/generic/accessors.h>
#endif

#endif
