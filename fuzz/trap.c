/* SPDX-License-Identifier: MIT */
/*
 * memcpy with its precondition checked. The C library's memcpy on x86-64 behaves like memmove, so a memcpy of overlapping ranges
 * changes no byte and no model of values can see it. Programs are linked with -Wl,--wrap=memcpy, and the library's sources are
 * compiled with -fno-builtin-memcpy so that no call is expanded in place.
 */
#include "executor.h"

#include <string.h>

void *__real_memcpy(void *dst, const void *src, size_t n);
void *__wrap_memcpy(void *dst, const void *src, size_t n);

void *__wrap_memcpy(void *dst, const void *src, size_t n)
{
	uintptr_t d = (uintptr_t)dst, s = (uintptr_t)src;

	/* Compilers copy structures onto themselves with it; that one case they guarantee among themselves. */
	if (d != s && (d < s ? s - d : d - s) < n && fuzz_executor_busy())
		fuzz_trap("overlapping memcpy");
	return __real_memcpy(dst, src, n);
}
