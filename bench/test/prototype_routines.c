/* SPDX-License-Identifier: MIT */
/* Routines with other prototypes than memcpy's, for the tests of --call. */
#include <stddef.h>
#include <stdint.h>

void words_last(const void *src, volatile void *io, size_t words);
void by_offset(void *base, size_t offset, const void *src, size_t n);
void six(int flags, volatile void *io, const void *src, size_t n, uint64_t magic, int more);
void one_line(volatile void *io, const void *src);
void lines(volatile void *io, const void *src, size_t n);
void fill_words(uint32_t value, volatile void *io, size_t words);
void move_words(const volatile void *src, volatile void *dst, size_t words);
uint16_t load16(const volatile void *base, size_t offset);
int load32_to(const volatile void *io, uint32_t *value);
uint64_t load64_in_halves(const volatile void *base, size_t offset);
void store8(uint8_t value, volatile void *io);
void store32(volatile void *base, size_t offset, uint32_t value);
void store32_at_0(volatile void *base, size_t offset, uint32_t value);

void words_last(const void *src, volatile void *io, size_t words)
{
	for (size_t i = 0; i < words; i++)
		((volatile uint32_t *)io)[i] = ((const uint32_t *)src)[i];
}

void by_offset(void *base, size_t offset, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		((volatile char *)base)[offset + i] = ((const char *)src)[i];
}

/* Wrong unless each argument is what the description says. */
void six(int flags, volatile void *io, const void *src, size_t n, uint64_t magic, int more)
{
	for (size_t i = 0; i < n && flags == 3 && magic == 0x123456789abcdef0 && more == 10; i++)
		((volatile char *)io)[i] = ((const char *)src)[i];
}

void one_line(volatile void *io, const void *src)
{
	words_last(src, io, 16);
}

/* Another size than a multiple of 64 is not its business. */
void lines(volatile void *io, const void *src, size_t n)
{
	for (; n >= 64; n -= 64, src = (const char *)src + 64, io = (volatile char *)io + 64)
		one_line(io, src);
}

void fill_words(uint32_t value, volatile void *io, size_t words)
{
	for (size_t i = 0; i < words; i++)
		((volatile uint32_t *)io)[i] = value;
}

void move_words(const volatile void *src, volatile void *dst, size_t words)
{
	for (size_t i = 0; i < words; i++) {
		uint32_t value = ((const volatile uint32_t *)src)[i];

		((volatile uint32_t *)dst)[i] = value;
	}
}

uint16_t load16(const volatile void *base, size_t offset)
{
	return *(const volatile uint16_t *)((const volatile char *)base + offset);
}

int load32_to(const volatile void *io, uint32_t *value)
{
	*value = *(const volatile uint32_t *)io;
	return -1;
}

uint64_t load64_in_halves(const volatile void *base, size_t offset)
{
	const volatile uint32_t *half = (const volatile uint32_t *)((const volatile char *)base + offset);
	uint64_t low = half[0];

	return low | (uint64_t)half[1] << 32;
}

void store8(uint8_t value, volatile void *io)
{
	*(volatile uint8_t *)io = value;
}

void store32(volatile void *base, size_t offset, uint32_t value)
{
	*(volatile uint32_t *)((volatile char *)base + offset) = value;
}

/* Forgets the offset. */
void store32_at_0(volatile void *base, size_t offset, uint32_t value)
{
	(void)offset;
	*(volatile uint32_t *)base = value;
}
