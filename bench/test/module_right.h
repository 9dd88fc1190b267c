/* SPDX-License-Identifier: MIT */
/**
 * module_right.h - access paths without a fault, in C and C++: what test modules register, and what their faults are made of
 */
#ifndef IOPATH_BENCH_TEST_MODULE_RIGHT_H
#define IOPATH_BENCH_TEST_MODULE_RIGHT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define AT(type, addr) (*(volatile type *)(addr))
#define RIGHT_PATH     __attribute__((unused)) static

/* Each byte once, in order. */
RIGHT_PATH void bytes_to(void *to, const void *from, size_t n)
{
	const volatile unsigned char *src = (const volatile unsigned char *)from;

	for (size_t i = 0; i < n; i++)
		AT(unsigned char, (char *)to + i) = src[i];
}

RIGHT_PATH void bytes_down(void *to, const void *from, size_t n)
{
	const volatile unsigned char *src = (const volatile unsigned char *)from;

	while (n--)
		AT(unsigned char, (char *)to + n) = src[n];
}

RIGHT_PATH void bytes_move(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to - (uintptr_t)from < n)
		bytes_down(to, from, n);
	else
		bytes_to(to, from, n);
}

RIGHT_PATH void bytes_set(void *io, int value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		AT(unsigned char, (char *)io + i) = (unsigned char)value;
}

/* Words where both ends are, bytes before and behind. */
RIGHT_PATH void words_to(void *to, const void *from, size_t n)
{
	const char *src = (const char *)from;
	char *io = (char *)to;

	for (; n && (uintptr_t)io % 8; n--)
		AT(char, io++) = *src++;
	for (; n >= 8; n -= 8, io += 8, src += 8) {
		uint64_t word;

		memcpy(&word, src, 8);
		AT(uint64_t, io) = word;
	}
	for (; n; n--)
		AT(char, io++) = *src++;
}

RIGHT_PATH void words_from(void *dst, void *io, size_t n)
{
	char *to = (char *)dst, *from = (char *)io;

	for (; n && (uintptr_t)from % 8; n--)
		*to++ = AT(char, from++);
	for (; n >= 8; n -= 8, to += 8, from += 8) {
		const uint64_t word = AT(uint64_t, from);

		memcpy(to, &word, 8);
	}
	for (; n; n--)
		*to++ = AT(char, from++);
}

/* Sizes and places on the device are multiples of 4. */
RIGHT_PATH void dwords_to(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i += 4) {
		uint32_t word;

		memcpy(&word, (const char *)src + i, 4);
		AT(uint32_t, (volatile char *)io + i) = word;
	}
}

RIGHT_PATH int read32(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || size < 4 || offset > size - 4)
		return -1;
	*value = AT(uint32_t, (char *)base + offset);
	return 0;
}

RIGHT_PATH int write32(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || size < 4 || offset > size - 4)
		return -1;
	AT(uint32_t, (char *)base + offset) = *value;
	return 0;
}

RIGHT_PATH int write64(void *base, size_t size, size_t offset, uint64_t *value)
{
	if (offset % 8 || size < 8 || offset > size - 8)
		return -1;
	AT(uint64_t, (char *)base + offset) = *value;
	return 0;
}

RIGHT_PATH void *part(void *base, size_t size, size_t offset, size_t length)
{
	return offset <= size && length <= size - offset ? (char *)base + offset : NULL;
}

#endif
