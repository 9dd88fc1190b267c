/* SPDX-License-Identifier: MIT */
/*
 * The C library's functions as the library under test meets them: programs are linked with -Wl,--wrap for each.
 *
 * memcpy with its precondition checked. The C library's memcpy on x86-64 behaves like memmove, so a memcpy of overlapping ranges
 * changes no byte and no model of values can see it. The library's sources are compiled with -fno-builtin-memcpy so that no call
 * is expanded in place.
 *
 * malloc that finds nothing when the program says so.
 */
#include "machine.h"

#include <executor/executor.h>

#include <string.h>

/* The C library's copies move bytes twice, in whatever widths. Who watches sees each moved once, in their stead. */
static void *fuzz_plain_copy(void *dst, const void *src, size_t n)
{
	volatile uint8_t *to = dst;
	const volatile uint8_t *from = src;

	for (; n >= 8; n -= 8, to += 8, from += 8) {
		uint64_t eight = *(const volatile uint64_t *)from;

		*(volatile uint64_t *)to = eight;
	}
	for (; n; n--)
		*to++ = *from++;
	return dst;
}

void *__real_memcpy(void *dst, const void *src, size_t n);
void *__wrap_memcpy(void *dst, const void *src, size_t n);
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);

void *__wrap_memcpy(void *dst, const void *src, size_t n)
{
	uintptr_t d = (uintptr_t)dst, s = (uintptr_t)src;

	/* Compilers copy structures onto themselves with it; that one case they guarantee among themselves. */
	if (d != s && (d < s ? s - d : d - s) < n && fuzz_executor_busy())
		fuzz_trap("overlapping memcpy");
	if (fuzz_witness && fuzz_executor_busy())
		return fuzz_plain_copy(dst, src, n);
	return __real_memcpy(dst, src, n);
}

void *__wrap_malloc(size_t n)
{
	return fuzz_executor_no_memory() ? NULL : __real_malloc(n);
}
