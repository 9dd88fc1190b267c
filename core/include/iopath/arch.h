/* SPDX-License-Identifier: MIT */
/**
 * arch.h - one access and its barriers, per architecture
 *
 * Everything above is built on these. Each architecture's accessors.h defines, with the same names:
 *
 *	uint64_t iop_arch_load(uintptr_t addr, unsigned width)            exactly one load of width bytes at addr
 *	void iop_arch_store(uintptr_t addr, unsigned width, uint64_t v)   exactly one store
 *	void iop_arch_br(void)          before an ordered read
 *	void iop_arch_ar(uint64_t v)    after an ordered read of v: later accesses, also to DMA memory, stay behind it
 *	void iop_arch_bw(void)          before an ordered write: earlier writes, also to DMA memory, are visible first
 *	void iop_arch_aw(void)          after an ordered write
 *	void iop_arch_dma_wmb(void)     writes to DMA memory before it are visible to a device before those after it
 *	void iop_arch_dma_rmb(void)     reads of DMA memory before it are done before accesses after it
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
#else
#include <iopath/arch/generic/accessors.h>
#endif

#endif
