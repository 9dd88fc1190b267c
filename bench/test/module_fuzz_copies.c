/* SPDX-License-Identifier: MIT */
/* What iopath fuzz finds in copies: a fault in each line. */
#include "module_right.h"

#include <iopath/cells.h>

IOP_MODULE("fuzzed");

/* Copies: what arrives. */
static void lost_tail(void *io, const void *src, size_t n)
{
	bytes_to(io, src, n > 4 ? n & ~(size_t)3 : n);
}

static void one_more(void *io, const void *src, size_t n)
{
	bytes_to(io, src, n + (n == 48));
}

static void one_less(void *dst, void *io, size_t n)
{
	bytes_to(dst, io, n - (n > 64));
}

static void wrong_from_1024(void *io, const void *src, size_t n)
{
	words_to(io, src, n);
	if (n >= 1024)
		AT(char, (char *)io + 1000) ^= 1;
}

static void wrong_where_both_are_aligned_alike(void *dst, void *io, size_t n)
{
	words_from(dst, io, n);
	if (n >= 8 && ((uintptr_t)dst & 7) == ((uintptr_t)io & 7))
		((char *)dst)[7] ^= 0x80;
}

static void rounds_up_in_memory(void *dst, void *io, size_t n)
{
	uint32_t word;

	for (size_t i = 0; i < n; i += 4) {
		size_t left = n - i < 4 ? n - i : 4;

		word = 0;
		for (size_t b = 0; b < left; b++)
			word |= (uint32_t)AT(unsigned char, (char *)io + i + b) << 8 * b;
		/* The last word is stored whole. */
		memcpy((char *)dst + i, &word, 4);
	}
}

static void writes_one_before(void *io, const void *src, size_t n)
{
	bytes_to(io, src, n);
	if (n && (uintptr_t)io % 64 == 1)
		AT(char, (char *)io - 1) = 0;
}

static void changes_its_source(void *io, const void *src, size_t n)
{
	bytes_to(io, src, n);
	if (n > 8)
		*(char *)(uintptr_t)src ^= 1;
}

static void swaps_words(void *dst, void *io, size_t n)
{
	size_t i = 0;

	for (; i + 4 <= n; i += 4) {
		uint32_t word = 0;

		for (size_t b = 0; b < 4; b++)
			word = word << 8 | AT(unsigned char, (char *)io + i + b);
		memcpy((char *)dst + i, &word, 4);
	}
	bytes_to((char *)dst + i, (char *)io + i, n - i);
}

/* Only what was copied before says how this copy goes. */
static void remembers(void *io, const void *src, size_t n)
{
	static size_t before;

	if (before == 13 && n > 16)
		bytes_to(io, src, n - 1);
	else
		bytes_to(io, src, n);
	before = n;
}

static void always_up(void *to, const void *from, size_t n)
{
	bytes_to(to, from, n);
}

static void always_down(void *to, const void *from, size_t n)
{
	bytes_down(to, from, n);
}

static void direction_of_the_end(void *to, const void *from, size_t n)
{
	/* > where it must be >=: an overlap of one byte. */
	if (to > from && (const char *)from + n - 1 > (const char *)to)
		bytes_down(to, from, n);
	else
		bytes_to(to, from, n);
}

static void signed_char_set(void *io, int value, size_t n)
{
	const uint64_t word = (uint64_t)(int64_t)(signed char)value * UINT64_C(0x0101010101010101);
	char *at = io;

	for (; n && (uintptr_t)at % 8; n--)
		AT(char, at++) = (char)value;
	for (; n >= 8; n -= 8, at += 8)
		AT(uint64_t, at) = word;
	for (; n; n--)
		AT(char, at++) = (char)value;
}

static void whole_int_set(void *io, int value, size_t n)
{
	char *at = io;

	for (; n && (uintptr_t)at % 4; n--)
		AT(char, at++) = (char)value;
	/* An int of one byte's value is no pattern. */
	for (; n >= 4; n -= 4, at += 4)
		AT(uint32_t, at) = (unsigned)value * 0x01010101u;
	for (; n; n--)
		AT(char, at++) = (char)value;
}

/* Copies: how. */
static void doubled_byte(void *io, const void *src, size_t n)
{
	bytes_to(io, src, n);
	if (n > 20)
		AT(char, (char *)io + n - 1) = ((const char *)src)[n - 1];
}

static void overlapping_tail(void *io, const void *src, size_t n)
{
	uint64_t word;

	if (n < 8 || (uintptr_t)io % 8) {
		bytes_to(io, src, n);
		return;
	}
	words_to(io, src, n & ~(size_t)7);
	memcpy(&word, (const char *)src + n - 8, 8);
	AT(uint64_t, (char *)io + n - 8) = word;
}

static void misaligned_head(void *io, const void *src, size_t n)
{
	uint32_t word;

	if (n < 4) {
		bytes_to(io, src, n);
		return;
	}
	memcpy(&word, src, 4);
	AT(uint32_t, io) = word;
	bytes_to((char *)io + 4, (const char *)src + 4, n - 4);
}

static void string_instruction(void *io, const void *src, size_t n)
{
	__asm__ volatile("rep movsb" : "+D"(io), "+S"(src), "+c"(n) : : "memory");
}

static void reads_around(void *dst, void *io, size_t n)
{
	char *to = dst, *from = io;

	for (; n; n--, to++, from++)
		*to = (char)(AT(uint32_t, (uintptr_t)from & ~(uintptr_t)3) >> 8 * ((uintptr_t)from & 3));
}

/* As DPDK's rte_memcpy: large ones begin at the aligned word before a misaligned source. */
static void reads_before_from_513(void *dst, void *io, size_t n)
{
	if (n > 512 && (uintptr_t)io % 8)
		(void)AT(uint64_t, (uintptr_t)io & ~(uintptr_t)7);
	bytes_to(dst, io, n);
}

static void reads_back(void *io, int value, size_t n)
{
	bytes_set(io, value, n);
	if (n > 2)
		(void)AT(char, io);
}

IOP_COPY_TOIO(lost_tail);
IOP_COPY_TOIO(one_more);
IOP_COPY_FROMIO(one_less);
IOP_COPY_TOIO(wrong_from_1024);
IOP_COPY_FROMIO(wrong_where_both_are_aligned_alike);
IOP_COPY_FROMIO(rounds_up_in_memory);
IOP_COPY_TOIO(writes_one_before);
IOP_COPY_TOIO(changes_its_source);
IOP_COPY_FROMIO(swaps_words);
IOP_COPY_TOIO(remembers);
IOP_COPY_MOVE(always_up);
IOP_COPY_MOVE(always_down);
IOP_COPY_MOVE(direction_of_the_end);
IOP_COPY_SET(signed_char_set);
IOP_COPY_SET(whole_int_set);
IOP_COPY_TOIO(doubled_byte);
IOP_COPY_TOIO(overlapping_tail);
IOP_COPY_TOIO(misaligned_head);
IOP_COPY_TOIO(string_instruction);
IOP_COPY_FROMIO(reads_around);
IOP_COPY_FROMIO(reads_before_from_513);
IOP_COPY_SET(reads_back);
IOP_COPY_TOIO_AS(too_wide, words_to(io, src, n), .widths = 1 | 2 | 4);
IOP_COPY_TOIO_AS(descends, bytes_down(io, src, n));
