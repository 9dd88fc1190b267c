/* SPDX-License-Identifier: MIT */
/*
 * Accesses of whole vector registers by the aligned form, which faults where the device side is not. The memory side is the compiler's,
 * so that sanitizers see it.
 */
#include "../../copy/vector.h"

#if IOP_COPY_VECTORS

#include <iopath/event.h>

/* The value of an event is the first bytes of the register: the device is not asked again. */
#define VECTOR(bytes, features, move)                                                                                     \
	typedef long long __attribute__((vector_size(bytes), may_alias)) v##bytes;                                        \
	typedef long long __attribute__((vector_size(bytes), may_alias, aligned(1))) anywhere##bytes;                     \
	__attribute__((target(features), noinline)) static void store##bytes(uintptr_t io, const char *src, size_t count, \
									     size_t step)                                 \
	{                                                                                                                 \
		for (; count; count--, io += (bytes), src += step) {                                                      \
			v##bytes value = *(const anywhere##bytes *)src;                                                   \
                                                                                                                          \
			__asm__ volatile(move " %1, %0" : "=m"(*(v##bytes *)io) : "x"(value));                            \
			iop_event(IOP_EVENT_ST, IOP_EVENT_COPY, bytes, io, (uint64_t)value[0]);                           \
		}                                                                                                         \
	}                                                                                                                 \
	__attribute__((target(features), noinline)) static void load##bytes(char *dst, uintptr_t io, size_t count)        \
	{                                                                                                                 \
		for (; count; count--, io += (bytes), dst += (bytes)) {                                                   \
			v##bytes value;                                                                                   \
                                                                                                                          \
			__asm__ volatile(move " %1, %0" : "=x"(value) : "m"(*(const v##bytes *)io));                      \
			*(anywhere##bytes *)dst = value;                                                                  \
			iop_event(IOP_EVENT_LD, IOP_EVENT_COPY, bytes, io, (uint64_t)value[0]);                           \
		}                                                                                                         \
	}
VECTOR(16, "sse2", "movaps")
VECTOR(32, "avx", "vmovaps")
VECTOR(64, "avx512f", "vmovaps")

unsigned iop_vectors_widths(void)
{
	return 16u | (__builtin_cpu_supports("avx") ? 32u : 0u) | (__builtin_cpu_supports("avx512f") ? 64u : 0u);
}

static void store(uintptr_t io, const void *src, size_t count, unsigned width, size_t step)
{
	switch (width) {
	case 16: store16(io, src, count, step); break;
	case 32: store32(io, src, count, step); break;
	default: store64(io, src, count, step); break;
	}
}

void iop_vectors_toio(uintptr_t io, const void *src, size_t count, unsigned width)
{
	store(io, src, count, width, width);
}

void iop_vectors_set(uintptr_t io, const void *bytes, size_t count, unsigned width)
{
	store(io, bytes, count, width, 0);
}

void iop_vectors_fromio(void *dst, uintptr_t io, size_t count, unsigned width)
{
	switch (width) {
	case 16: load16(dst, io, count); break;
	case 32: load32(dst, io, count); break;
	default: load64(dst, io, count); break;
	}
}

#else
typedef int iop_x86_no_vector;
#endif
