/* SPDX-License-Identifier: MIT */
/* Routines for `iopath check`: each is right, or wrong in one way that one call does not show. Written without undue accesses. */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void right(volatile void *io, const void *src, size_t n);
void reads_behind(volatile void *io, const void *src, size_t n);
void wrong_from_128(volatile void *io, const void *src, size_t n);
void wrong_for_zeros(volatile void *io, const void *src, size_t n);
void words(volatile void *io, const void *src, size_t n);
void streams(volatile void *io, const void *src, size_t n);
void streams_and_fences(volatile void *io, const void *src, size_t n);
void has_state(volatile void *io, const void *src, size_t n);
void put_words(volatile uint32_t *io, size_t words, const uint32_t *src);
void put_32(volatile void *base, size_t offset, uint32_t value);
void leaves_at_24(volatile void *io, const void *src, size_t n);
void exits_at_200(volatile void *io, const void *src, size_t n);
void fills(volatile void *io, int value, size_t n);
void fills_wrong_for_negative(volatile void *io, int value, size_t n);
void moves_upward(volatile void *dst, const volatile void *src, size_t n);

static void copy(volatile uint8_t *io, const uint8_t *src, size_t n)
{
	uint64_t word;

	for (; n && (uintptr_t)io % 8; n--)
		*io++ = *src++;
	for (; n >= 8; n -= 8, io += 8, src += 8) {
		memcpy(&word, src, 8);
		*(volatile uint64_t *)(volatile void *)io = word;
	}
	for (; n; n--)
		*io++ = *src++;
}

void right(volatile void *io, const void *src, size_t n)
{
	copy(io, src, n);
}

/* The last bytes of the source by a whole word: fine, but for the end of a page. */
void reads_behind(volatile void *io, const void *src, size_t n)
{
	uint64_t last = 0;

	copy(io, src, n);
	if (n % 8)
		memcpy(&last, (const char *)src + n / 8 * 8, 8);
	__asm__ volatile("" : : "r"(last));
}

void wrong_from_128(volatile void *io, const void *src, size_t n)
{
	uint8_t changed[128];

	if (n < 128) {
		copy(io, src, n);
		return;
	}
	memcpy(changed, src, 128);
	changed[96] ^= 1;
	copy(io, changed, 128);
	copy((volatile uint8_t *)io + 128, (const uint8_t *)src + 128, n - 128);
}

/* Zeros need not be written, it thinks. */
void wrong_for_zeros(volatile void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((const uint8_t *)src)[i])
			break;
		else if (i == n - 1 && n > 3)
			return;
	copy(io, src, n);
}

/* As many 32-bit words as there are. */
void words(volatile void *io, const void *src, size_t n)
{
	uint32_t word;

	for (size_t i = 0; i < n / 4; i++) {
		memcpy(&word, (const uint8_t *)src + 4 * i, 4);
		((volatile uint32_t *)io)[i] = word;
	}
}

void put_words(volatile uint32_t *io, size_t words, const uint32_t *src)
{
	for (size_t i = 0; i < words; i++)
		io[i] = src[i];
}

void put_32(volatile void *base, size_t offset, uint32_t value)
{
	*(volatile uint32_t *)(volatile void *)((volatile uint8_t *)base + offset) = value;
}

#ifdef __x86_64__
void streams(volatile void *io, const void *src, size_t n)
{
	volatile uint8_t *to = io;
	const uint8_t *from = src;
	size_t head = -(uintptr_t)io % 8;
	uint64_t word;

	if (head > n)
		head = n;
	copy(to, from, head);
	for (to += head, from += head, n -= head; n >= 8; n -= 8, to += 8, from += 8) {
		memcpy(&word, from, 8);
		__asm__ volatile("movnti %1, %0" : "=m"(*(volatile uint64_t *)(volatile void *)to) : "r"(word));
	}
	copy(to, from, n);
}

void streams_and_fences(volatile void *io, const void *src, size_t n)
{
	streams(io, src, n);
	__asm__ volatile("sfence" : : : "memory");
}

/* What the caller keeps in rbx is lost, for one size. */
void leaves_at_24(volatile void *io, const void *src, size_t n)
{
	copy(io, src, n);
	if (n == 24)
		__asm__ volatile("movq $0, %%rbx" : : : "memory");
}

void exits_at_200(volatile void *io, const void *src, size_t n)
{
	copy(io, src, n);
	if (n == 200)
		__asm__ volatile("movl $231, %%eax; xorl %%edi, %%edi; syscall" : : : "rax", "rdi", "rcx", "r11", "memory");
}
#endif

/* Every other time one half after the other. */
void has_state(volatile void *io, const void *src, size_t n)
{
	static unsigned calls;
	uint32_t half[2];

	if (++calls % 2 || n != 8 || (uintptr_t)io % 8) {
		copy(io, src, n);
		return;
	}
	memcpy(half, src, 8);
	((volatile uint32_t *)io)[0] = half[0];
	((volatile uint32_t *)io)[1] = half[1];
}

static void fill(volatile uint8_t *io, uint64_t word, uint8_t value, size_t n)
{
	for (; n && (uintptr_t)io % 8; n--)
		*io++ = value;
	for (; n >= 8; n -= 8, io += 8)
		*(volatile uint64_t *)(volatile void *)io = word;
	for (; n; n--)
		*io++ = value;
}

void fills(volatile void *io, int value, size_t n)
{
	fill(io, (uint8_t)value * UINT64_C(0x0101010101010101), (uint8_t)value, n);
}

/* Without memset's conversion to unsigned char. */
void fills_wrong_for_negative(volatile void *io, int value, size_t n)
{
	fill(io, (uint64_t)value * UINT64_C(0x0101010101010101), (uint8_t)value, n);
}

void moves_upward(volatile void *dst, const volatile void *src, size_t n)
{
	for (size_t i = 0; i < n / 8; i++)
		((volatile uint64_t *)dst)[i] = ((const volatile uint64_t *)src)[i];
}
