/* SPDX-License-Identifier: MIT */
/**
 * vector_x86.h - vector and mask registers of a thread that was interrupted by a signal
 *
 * The kernel saves them behind the signal's context in the XSAVE layout: components at offsets that CPUID tells, each with a bit that
 * says whether it is there or in its initial state, which is zero.
 * Source: Intel SDM volume 1, chapter 13; Linux arch/x86/include/uapi/asm/sigcontext.h.
 */
#ifndef IOPATH_TRACE_VECTOR_X86_H
#define IOPATH_TRACE_VECTOR_X86_H

#include <stdbool.h>
#include <stdint.h>
#include <ucontext.h>

/** The first @width (16, 32 or 64) bytes of vector register @index into @bytes; false if this kernel does not save them. */
bool iop_vector_get(const ucontext_t *context, unsigned index, unsigned width, unsigned char *bytes);

/** Sets all 64 bytes of vector register @index, or the first 16 if @only_xmm, and nothing if it returns false. */
bool iop_vector_set(ucontext_t *context, unsigned index, bool only_xmm, const unsigned char *bytes);

/** Mask register @index; false if this kernel does not save them. */
bool iop_vector_mask(const ucontext_t *context, unsigned index, uint64_t *mask);

#endif
