/* SPDX-License-Identifier: MIT */
/* What a user might bring to `iopath trace --object`. */
#include <stddef.h>

void *user_good(void *dst, const void *src, size_t n);
void *user_doubles(void *dst, const void *src, size_t n);
void *user_set(void *dst, int value, size_t n);

void *user_good(void *dst, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)dst)[i] = ((const char *)src)[i];
	return dst;
}

void *user_doubles(void *dst, const void *src, size_t n)
{
	user_good(dst, src, n);
	user_good((char *)dst + n - 1, (const char *)src + n - 1, 1);
	return dst;
}

void *user_set(void *dst, int value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)dst)[i] = (char)value;
	return dst;
}
