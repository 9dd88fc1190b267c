/* SPDX-License-Identifier: MIT */
/* What iopath fuzz finds and what it does not: RIGHT has no fault, FAULTY one in each line, CRASH what must not be in one process. */
#include <iopath/cells.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

IOP_MODULE("fuzzed");

#define AT(type, addr) (*(volatile type *)(addr))
#define USED	       __attribute__((unused))

/* Each byte once, in order. */
USED static void bytes_to(void *to, const void *from, size_t n)
{
	const volatile unsigned char *src = from;

	for (size_t i = 0; i < n; i++)
		AT(unsigned char, (char *)to + i) = src[i];
}

USED static void bytes_down(void *to, const void *from, size_t n)
{
	const volatile unsigned char *src = from;

	while (n--)
		AT(unsigned char, (char *)to + n) = src[n];
}

USED static void bytes_move(void *to, const void *from, size_t n)
{
	if ((uintptr_t)to - (uintptr_t)from < n)
		bytes_down(to, from, n);
	else
		bytes_to(to, from, n);
}

USED static void bytes_set(void *io, int value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		AT(unsigned char, (char *)io + i) = (unsigned char)value;
}

/* Words where both ends are, bytes before and behind. */
USED static void words_to(void *to, const void *from, size_t n)
{
	char *io = to;
	const char *src = from;

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

USED static void words_from(void *dst, void *io, size_t n)
{
	char *to = dst, *from = io;

	for (; n && (uintptr_t)from % 8; n--)
		*to++ = AT(char, from++);
	for (; n >= 8; n -= 8, to += 8, from += 8) {
		const uint64_t word = AT(uint64_t, from);

		memcpy(to, &word, 8);
	}
	for (; n; n--)
		*to++ = AT(char, from++);
}

USED static void dwords_to(void *io, const void *src, size_t n)
{
	for (size_t i = 0; i < n; i += 4) {
		uint32_t word;

		memcpy(&word, (const char *)src + i, 4);
		AT(uint32_t, (char *)io + i) = word;
	}
}

USED static int read32(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || size < 4 || offset > size - 4)
		return -1;
	*value = AT(uint32_t, (char *)base + offset);
	return 0;
}

USED static int write64(void *base, size_t size, size_t offset, uint64_t *value)
{
	if (offset % 8 || size < 8 || offset > size - 8)
		return -1;
	AT(uint64_t, (char *)base + offset) = *value;
	return 0;
}

USED static void *part(void *base, size_t size, size_t offset, size_t length)
{
	return offset <= size && length <= size - offset ? (char *)base + offset : NULL;
}

#if defined(RIGHT)
static int zero_or_write64(void *base, size_t size, size_t offset, uint64_t *value)
{
	static unsigned calls;

	/* What it remembers changes nothing. */
	calls++;
	return write64(base, size, offset, value);
}

static void nothing(void *window, void *context)
{
	(void)window, (void)context;
}

IOP_COPY_TOIO(bytes_to, .widths = 1);
IOP_COPY_TOIO(words_to, .tier = "STRICT", .widths = 1 | 8);
IOP_COPY_TOIO(dwords_to, .widths = 4);
IOP_COPY_TOIO_AS(string, __builtin_memcpy(io, src, n), .tier = "MEM");
IOP_COPY_FROMIO(words_from);
IOP_COPY_MOVE(bytes_move);
IOP_COPY_SET(bytes_set);
IOP_READ(r8, uint8_t, AT(uint8_t, addr));
IOP_READ(r32, uint32_t, AT(uint32_t, addr));
IOP_READ(r64, uint64_t, AT(uint64_t, addr));
IOP_WRITE(w64, uint64_t, AT(uint64_t, addr) = value);
IOP_WRITE(w16, uint16_t, AT(uint16_t, addr) = value);
IOP_WRITE(w32, uint32_t, AT(uint32_t, addr) = value, .relaxed = 1);
IOP_CHECKED_READ(read32, uint32_t, read32);
IOP_CHECKED_WRITE(write64, uint64_t, zero_or_write64);
IOP_PROJECTION(part, part);
IOP_OPERATION(nothing);

#elif defined(FAULTY)
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

static void reads_back(void *io, int value, size_t n)
{
	bytes_set(io, value, n);
	if (n > 2)
		(void)AT(char, io);
}

/* Accessors. */
static uint64_t read_halves(void *addr)
{
	const uint64_t low = AT(uint32_t, addr);

	return low | (uint64_t)AT(uint32_t, (char *)addr + 4) << 32;
}

static uint32_t read_twice(void *addr)
{
	(void)AT(uint32_t, addr);
	return AT(uint32_t, addr);
}

/* Checked paths. */
static int one_too_far(void *base, size_t size, size_t offset, uint8_t *value)
{
	if (offset > size)
		return -1;
	*value = AT(uint8_t, (char *)base + offset);
	return 0;
}

static int three_are_enough(void *base, size_t size, size_t offset, uint32_t *value)
{
	return offset % 4 || size < 3 || offset > size - 3 ? -1 : (*value = AT(uint32_t, (char *)base + offset), 0);
}

static int sum_wraps(void *base, size_t size, size_t offset, uint32_t *value)
{
	return offset % 4 || offset + 4 > size ? -1 : (*value = AT(uint32_t, (char *)base + offset), 0);
}

static int takes_misaligned(void *base, size_t size, size_t offset, uint64_t *value)
{
	if (size < 8 || offset > size - 8)
		return -1;
	memcpy((char *)base + offset, value, 8);
	return 0;
}

static int cut_to_32_bits(void *base, size_t size, size_t offset, uint32_t *value)
{
	return read32(base, size, (uint32_t)offset, value);
}

static int refuses_the_last(void *base, size_t size, size_t offset, uint32_t *value)
{
	return size < 4 || offset >= size - 4 ? -1 : read32(base, size, offset, value);
}

static int signed_compare(void *base, size_t size, size_t offset, uint32_t *value)
{
	if (offset % 4 || (ptrdiff_t)offset > (ptrdiff_t)size - 4)
		return -1;
	*value = AT(uint32_t, (char *)base + (offset & 0xffff));
	return 0;
}

static int looks_first(void *base, size_t size, size_t offset, uint64_t *value)
{
	if (size)
		(void)AT(uint8_t, base);
	return write64(base, size, offset, value);
}

static int sign_extended(void *base, size_t size, size_t offset, uint16_t *value)
{
	if (offset % 2 || size < 2 || offset > size - 2)
		return -1;
	AT(uint16_t, (char *)base + offset) = (uint16_t)(int8_t)*value;
	return 0;
}

static int stores_too_much(void *base, size_t size, size_t offset, uint16_t *value)
{
	uint32_t all;

	if (offset % 2 || size < 2 || offset > size - 2)
		return -1;
	all = AT(uint16_t, (char *)base + offset);
	memcpy(value, &all, 4);
	return 0;
}

static void *length_is_forgotten(void *base, size_t size, size_t offset, size_t length)
{
	(void)length;
	return offset < size ? (char *)base + offset : NULL;
}

static void *sum_of_both(void *base, size_t size, size_t offset, size_t length)
{
	return offset + length <= size ? (char *)base + offset : NULL;
}

static void *rounded_down(void *base, size_t size, size_t offset, size_t length)
{
	char *at = part(base, size, offset, length);

	return at && offset > 64 ? (char *)base + (offset & ~(size_t)3) : at;
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
IOP_COPY_SET(reads_back);
IOP_COPY_TOIO_AS(too_wide, words_to(io, src, n), .widths = 1 | 2 | 4);
IOP_COPY_TOIO_AS(descends, bytes_down(io, src, n));
IOP_READ(read_halves, uint64_t, read_halves(addr));
IOP_READ(read_twice, uint32_t, read_twice(addr));
IOP_READ(reads_wide, uint8_t, (uint8_t)(AT(uint32_t, (uintptr_t)addr & ~(uintptr_t)3) >> 8 * ((uintptr_t)addr & 3)));
IOP_WRITE(swapped, uint32_t, AT(uint32_t, addr) = __builtin_bswap32(value));
IOP_WRITE(cut, uint64_t, AT(uint64_t, addr) = (uint32_t)value);
IOP_WRITE(evaluated_twice, uint16_t, (AT(uint16_t, addr) = value, AT(uint16_t, addr) = value));
IOP_CHECKED_READ(one_too_far, uint8_t, one_too_far);
IOP_CHECKED_READ(three_are_enough, uint32_t, three_are_enough);
IOP_CHECKED_READ(sum_wraps, uint32_t, sum_wraps);
IOP_CHECKED_READ(cut_to_32_bits, uint32_t, cut_to_32_bits);
IOP_CHECKED_READ(refuses_the_last, uint32_t, refuses_the_last);
IOP_CHECKED_READ(signed_compare, uint32_t, signed_compare);
IOP_CHECKED_READ(stores_too_much, uint16_t, stores_too_much);
IOP_CHECKED_WRITE(takes_misaligned, uint64_t, takes_misaligned);
IOP_CHECKED_WRITE(looks_first, uint64_t, looks_first);
IOP_CHECKED_WRITE(sign_extended, uint16_t, sign_extended);
IOP_PROJECTION(length_is_forgotten, length_is_forgotten);
IOP_PROJECTION(sum_of_both, sum_of_both);
IOP_PROJECTION(rounded_down, rounded_down);

#elif defined(CRASHING)
static void reads_past_the_page(void *io, const void *src, size_t n)
{
	size_t i = 0;

	/* The last word is read whole. */
	for (; i + 4 <= n; i += 4)
		bytes_to((char *)io + i, (const char *)src + i, 4);
	if (i < n) {
		const uint32_t word = AT(const uint32_t, (const char *)src + i);

		bytes_to((char *)io + i, &word, n - i);
	}
}

static void faults_across_pages(void *dst, void *io, size_t n)
{
	if (n && ((uintptr_t)io ^ ((uintptr_t)io + n - 1)) >> 12 && n % 2)
		__builtin_trap();
	bytes_to(dst, io, n);
}

static void hangs_at_57(void *io, const void *src, size_t n)
{
	volatile size_t size = n;

	while (size == 57)
		;
	bytes_to(io, src, n);
}

static void ends_at_zero(void *io, int value, size_t n)
{
	if (!n)
		exit(0);
	bytes_set(io, value, n);
}

static void aborts_at_a_negative_value(void *io, int value, size_t n)
{
	if (value < 0 && n)
		abort();
	bytes_set(io, value, n);
}

static void loses_its_count(void *to, const void *from, size_t n)
{
	bytes_move(to, from, n == 100 ? (size_t)-1 / 4 : n);
}

static uint32_t null(void *addr)
{
	return AT(uint32_t, (uintptr_t)addr % 4096 == 0 ? 1 : (uintptr_t)addr);
}

/* What was called in other sequences counts. */
static void wears_out(void *io, const void *src, size_t n)
{
	static unsigned calls;

	bytes_to(io, src, n - (++calls % 40 == 0 && n));
}

IOP_COPY_TOIO(reads_past_the_page);
IOP_COPY_FROMIO(faults_across_pages);
IOP_COPY_TOIO(hangs_at_57);
IOP_COPY_SET(ends_at_zero);
IOP_COPY_SET(aborts_at_a_negative_value);
IOP_COPY_MOVE(loses_its_count);
IOP_READ(null, uint32_t, null(addr));
IOP_COPY_TOIO(wears_out);
#endif
