/* SPDX-License-Identifier: MIT */
/**
 * vector.h - single accesses of 16, 32 and 64 bytes to a device
 *
 * Only where one instruction with one operand makes such an access, and keeps its place in the order of those around it: aligned moves
 * of vector registers on x86-64. movdir64b does not (its store is weakly ordered), nor is an arm64 q register one access of a device.
 */
#ifndef IOPATH_COPY_VECTOR_H
#define IOPATH_COPY_VECTOR_H

#include <iopath/build_config.h>
#include <iopath/lang.h>

#if defined(__x86_64__) && defined(__LP64__) && IOP_64BIT
#define IOP_COPY_VECTORS 1
#else
#define IOP_COPY_VECTORS 0
#endif

#if IOP_COPY_VECTORS
IOP_BEGIN_DECLS
/** Those that this CPU has, ORed: 16, 32, 64. */
unsigned iop_vectors_widths(void);
/** @count accesses of @width bytes, ascending from @io, a multiple of it. The memory side may lie anywhere; set has @width bytes of it. */
void iop_vectors_toio(uintptr_t io, const void *src, size_t count, unsigned width);
void iop_vectors_fromio(void *dst, uintptr_t io, size_t count, unsigned width);
void iop_vectors_set(uintptr_t io, const void *bytes, size_t count, unsigned width);
IOP_END_DECLS
#else
/* There are none, so none is ever asked for. */
#define iop_vectors_widths()			  0u
#define iop_vectors_toio(io, src, count, width)	  ((void)(io))
#define iop_vectors_fromio(dst, io, count, width) ((void)(io))
#define iop_vectors_set(io, bytes, count, width)  ((void)(io))
#endif

#endif
