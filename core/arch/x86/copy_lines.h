/* SPDX-License-Identifier: MIT */
/**
 * copy_lines.h - the loops of STRICT on x86-64: whole lines of 64 bytes
 *
 * The device side is plain words. The memory side may be of any width, and accessing 16 bytes of each line at once there saves one of
 * the 16 memory operations that limit the loop where a core retires three a cycle; they are split or joined in registers. The loops are
 * on a line of code, because one that lies across more of them takes up to an eighth longer. Source: docs/copies.md, 7.3.
 */
#ifndef IOPATH_ARCH_X86_COPY_LINES_H
#define IOPATH_ARCH_X86_COPY_LINES_H

#include "copy_x86.h"

#if IOP_COPY_X86

/* Which side of a copy is memory; none, when both are devices. */
enum iop_x86_memory {
	IOP_X86_NO_MEMORY,
	IOP_X86_SOURCE,
	IOP_X86_DESTINATION
};

/* clang-format off */
#define IOP_X86_LOAD(at, to)	"movq " #at "(%[t],%[by]), %[" #to "]\n\t"
#define IOP_X86_STORE(from, at) "movq %[" #from "], " #at "(%[t])\n\t"
#define IOP_X86_LOOP(line)                                                                                      \
	"cmpq %[end], %[t]\n\t" "je 2f\n\t" ".p2align 6\n" "1:\t" line "addq $64, %[t]\n\t" "cmpq %[end], %[t]\n\t" "jne 1b\n" "2:"
#define IOP_X86_COPY_LINE(load16, store16)                                                                      \
	load16 IOP_X86_LOAD(16, c) IOP_X86_LOAD(24, d)                                                          \
	store16 IOP_X86_STORE(c, 16) IOP_X86_STORE(d, 24)                                                       \
	IOP_X86_LOAD(32, a) IOP_X86_LOAD(40, b) IOP_X86_LOAD(48, c) IOP_X86_LOAD(56, d)                         \
	IOP_X86_STORE(a, 32) IOP_X86_STORE(b, 40) IOP_X86_STORE(c, 48) IOP_X86_STORE(d, 56)
#define IOP_X86_LOAD16	 IOP_X86_LOAD(0, a) IOP_X86_LOAD(8, b)
#define IOP_X86_STORE16	 IOP_X86_STORE(a, 0) IOP_X86_STORE(b, 8)
#define IOP_X86_LOAD16_MEMORY "movdqu (%[t],%[by]), %%xmm0\n\t"
#define IOP_X86_SPLIT	 "movq %%xmm0, %[a]\n\t" "punpckhqdq %%xmm0, %%xmm0\n\t" "movq %%xmm0, %[b]\n\t"
#define IOP_X86_JOIN	 "movq %[a], %%xmm0\n\t" "movq %[b], %%xmm1\n\t" "punpcklqdq %%xmm1, %%xmm0\n\t"
#define IOP_X86_STORE16_MEMORY "movdqu %%xmm0, (%[t])\n\t"
#define IOP_X86_COPY_LOOP(load16, store16, ...)                                                                 \
	__asm__ volatile(IOP_X86_LOOP(IOP_X86_COPY_LINE(load16, store16))                                       \
			 : [t] "+&r"(dst), [a] "=&r"(a), [b] "=&r"(b), [c] "=&r"(c), [d] "=&r"(d)              \
			 : [by] "r"(by), [end] "r"(end)                                                        \
			 : "cc", "memory" __VA_ARGS__)
/* clang-format on */

/* From dst + @by to dst, up to @end, which is a multiple of 64 bytes away; returns it. Four temporaries: more would have to be saved. */
IOP_INLINE char *iop_x86_copy_lines(char *dst, uintptr_t by, const char *end, enum iop_x86_memory memory)
{
	uint64_t a, b, c, d;

	if (memory == IOP_X86_SOURCE)
		IOP_X86_COPY_LOOP(IOP_X86_LOAD16_MEMORY, IOP_X86_SPLIT IOP_X86_STORE16, , "xmm0");
	else if (memory == IOP_X86_DESTINATION)
		IOP_X86_COPY_LOOP(IOP_X86_LOAD16, IOP_X86_JOIN IOP_X86_STORE16_MEMORY, , "xmm0", "xmm1");
	else
		IOP_X86_COPY_LOOP(IOP_X86_LOAD16, IOP_X86_STORE16, );
	return dst;
}

#endif
#endif
