/* SPDX-License-Identifier: MIT */
/*
 * WIDE by direct stores of whole lines: each is one write of 64 bytes on the bus, which no other instruction promises. They are weakly
 * ordered on any memory, as all stores are on a write-combining mapping: iop_wc_flush() comes before a doorbell. What is less than a
 * line is copied by STRICT. Source: Intel SDM, MOVDIR64B; docs/copies.md, 1.1.
 */
#include "copy_x86.h"

#if IOP_COPY_X86

#include <cpuid.h>
#include <string.h>

#define LINE  IOP_X86_SMALL
#define ENTRY __attribute__((aligned(64))) static

struct line {
	char byte[LINE];
};

static bool supported(void)
{
	unsigned a, b, c, d;

	return __get_cpuid_count(7, 0, &a, &b, &c, &d) && c >> 28 & 1;
}

/* By its bytes: the name needs an assembler and a target that know it. The line's place in @io is a register's value. */
IOP_INLINE void put(char *io, const struct line *line)
{
	__asm__ volatile(".byte 0x66, 0x0f, 0x38, 0xf8, 0x06" /* movdir64b (%rsi), %rax */
			 : "=m"(*(struct line *)io)
			 : "a"(io), "S"(line), "m"(*line));
}

/* Bytes before the first line of @n bytes, which may have none. */
IOP_INLINE size_t head_of(uintptr_t io, size_t n)
{
	const size_t head = -io & (LINE - 1);

	return head < n ? head : n;
}

ENTRY void wide_toio(volatile void *io, const void *src, size_t n)
{
	char *dst = (char *)(uintptr_t)io;
	const char *from = src;
	size_t head = head_of((uintptr_t)io, n);

	if (head)
		iop_x86_copy_table[IOP_X86_KEY(head, (uintptr_t)dst & 7)](dst, from, head);
	for (dst += head, from += head, n -= head; n >= LINE; dst += LINE, from += LINE, n -= LINE)
		put(dst, (const struct line *)from);
	if (n)
		iop_x86_copy_table[IOP_X86_KEY(n, 0)](dst, from, n);
}

ENTRY void wide_set(volatile void *io, int value, size_t n)
{
	const uint64_t v = IOP_X86_PATTERN(value);
	char *to = (char *)(uintptr_t)io;
	size_t head = head_of((uintptr_t)io, n);
	struct line line;

	memset(line.byte, value, LINE);
	if (head)
		iop_x86_set_table[IOP_X86_KEY(head, (uintptr_t)to & 7)](to, v, head);
	for (to += head, n -= head; n >= LINE; to += LINE, n -= LINE)
		put(to, &line);
	if (n)
		iop_x86_set_table[IOP_X86_KEY(n, 0)](to, v, n);
}

const struct iop_routine iop_routine_direct = {
	.name = "wide-direct",
	.about = "direct stores of aligned 64-byte lines (MOVDIR64B), to be flushed",
	.tier = IOP_WIDE,
	.supported = supported,
	.toio = wide_toio,
	.set = wide_set,
};

#else
typedef int iop_x86_no_copy_direct;
#endif
