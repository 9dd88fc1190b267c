/* SPDX-License-Identifier: MIT */
/*
 * STRICT-S for x86-64: the whole words of a long copy by rep movsq or rep stosq, which on a device are the same 8-byte accesses in
 * the same order, and on write-back memory move cache lines. Below LONG their start-up costs more than it saves, and where the
 * memory side is not on a word boundary when the device side is they are half as fast as the loop.
 */
#include "copy_x86.h"

#if IOP_COPY_X86

#define LONG 768 /* bytes; measured on Golden Cove, near enough on Zen 5 */

IOP_INLINE bool is_slow(uintptr_t dst, uintptr_t src, size_t n)
{
	return n < LONG || ((dst ^ src) & 7);
}

IOP_INLINE void copy_string(char *dst, const char *src, size_t n, size_t lane)
{
	size_t head = -lane & 7, words;

	iop_x86_copy_head(dst, src, (unsigned)head);
	dst += head;
	src += head;
	words = (n - head) / 8;
	__asm__ volatile("rep movsq" : "+D"(dst), "+S"(src), "+c"(words) : : "memory");
	iop_x86_copy_tail(dst, src, (n - head) & 7);
}

void iop_x86_string_toio(volatile void *io, const void *src, size_t n)
{
	if (is_slow((uintptr_t)io, (uintptr_t)src, n))
		iop_memcpy_toio(io, src, n);
	else
		copy_string((char *)(uintptr_t)io, src, n, (uintptr_t)io & 7);
}

void iop_x86_string_fromio(void *dst, const volatile void *io, size_t n)
{
	if (is_slow((uintptr_t)dst, (uintptr_t)io, n))
		iop_memcpy_fromio(dst, io, n);
	else
		copy_string(dst, (const char *)(uintptr_t)io, n, (uintptr_t)io & 7);
}

void iop_x86_string_set(volatile void *io, int value, size_t n)
{
	char *to = (char *)(uintptr_t)io;
	size_t head = -(uintptr_t)io & 7, words;
	uint64_t v = IOP_X86_PATTERN(value);

	if (n < LONG) {
		iop_memset_io(io, value, n);
		return;
	}
	iop_x86_set_head(to, v, (unsigned)head);
	to += head;
	words = (n - head) / 8;
	__asm__ volatile("rep stosq" : "+D"(to), "+c"(words) : "a"(v) : "memory");
	iop_x86_set_tail(to, v, (n - head) & 7);
}

const struct iop_routine iop_routine_string = {
	.name = "strict-s",
	.about = "rep movsq and rep stosq, and plain accesses at the ends",
	.tier = IOP_STRICT_S,
	.toio = iop_x86_string_toio,
	.fromio = iop_x86_string_fromio,
	.set = iop_x86_string_set,
	.move = iop_strict_move,
};

#else
typedef int iop_x86_no_copy_string;
#endif
