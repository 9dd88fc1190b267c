/* SPDX-License-Identifier: MIT */
/*
 * The C library's memmove and memset while somebody watches: programs are linked with -Wl,--wrap for each. Theirs write some bytes
 * twice, in whatever order; what is looked for is what the library itself does.
 */
#include <engine/machine.h>
#include <executor/executor.h>

#include <string.h>

void *__real_memmove(void *dst, const void *src, size_t n);
void *__wrap_memmove(void *dst, const void *src, size_t n);
void *__real_memset(void *dst, int value, size_t n);
void *__wrap_memset(void *dst, int value, size_t n);

void *__wrap_memmove(void *dst, const void *src, size_t n)
{
	volatile uint8_t *to = dst;
	const volatile uint8_t *from = src;

	if (!fuzz_witness || !fuzz_executor_busy())
		return __real_memmove(dst, src, n);
	if ((uintptr_t)dst - (uintptr_t)src >= n)
		for (size_t i = 0; i < n; i++)
			to[i] = from[i];
	else
		while (n--)
			to[n] = from[n];
	return dst;
}

void *__wrap_memset(void *dst, int value, size_t n)
{
	volatile uint8_t *to = dst;

	if (!fuzz_witness || !fuzz_executor_busy())
		return __real_memset(dst, value, n);
	while (n--)
		*to++ = (uint8_t)value;
	return dst;
}
