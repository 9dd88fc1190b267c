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
#include <executor/executor.h>

#include <string.h>

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
	return __real_memcpy(dst, src, n);
}

void *__wrap_malloc(size_t n)
{
	return fuzz_executor_no_memory() ? NULL : __real_malloc(n);
}
