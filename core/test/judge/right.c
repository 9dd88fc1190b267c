/* SPDX-License-Identifier: MIT */
/* Copies and fills that are legal for every device; most do something that a hasty judge takes for wrong. */
#include "corpus.h"

#include <setjmp.h>
#include <stdlib.h>

TOIO(bytes)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, peek(src, i, 1));
}

/* Bytes up to a word, words, bytes: not the fewest accesses, but legal. */
TOIO(bytes_words_bytes)
{
	size_t at = 0;

	for (; at < n && ((uintptr_t)io + at) % WORD; at++)
		put(io, at, 1, peek(src, at, 1));
	for (; n - at >= WORD; at += WORD)
		put(io, at, WORD, peek(src, at, WORD));
	for (; at < n; at++)
		put(io, at, 1, peek(src, at, 1));
}

TOIO(widest_first)
{
	for (size_t at = 0, width; at < n; at += width) {
		width = widest_at((uintptr_t)io + at, n - at);
		put_any(io, at, (unsigned)width, peek(src, at, (unsigned)width));
	}
}

/* Enters the loop in its middle. */
TOIO(duffs_device)
{
	size_t at = 0, rounds = (n + 3) / 4;

	if (!n)
		return;
	switch (n % 4) {
		do {
		case 0: put(io, at, 1, peek(src, at, 1)), at++; /* fall through */
		case 3: put(io, at, 1, peek(src, at, 1)), at++; /* fall through */
		case 2: put(io, at, 1, peek(src, at, 1)), at++; /* fall through */
		case 1: put(io, at, 1, peek(src, at, 1)), at++;
		} while (--rounds);
	}
}

/* One jump for each unit; the table is in the code. */
TOIO(computed_goto)
{
	static const void *const unit[] = {&&one, &&two, &&four, &&word};
	size_t at = 0;
	unsigned width;

next:
	if (at == n)
		return;
	width = widest_at((uintptr_t)io + at, n - at);
	goto *unit[__builtin_ctz(width)];
one:
	put(io, at, 1, peek(src, at, 1));
	at++;
	goto next;
two:
	put(io, at, 2, peek(src, at, 2));
	at += 2;
	goto next;
four:
	put(io, at, 4, peek(src, at, 4));
	at += 4;
	goto next;
word:
	put(io, at, WORD, peek(src, at, WORD));
	at += WORD;
	goto next;
}

static void halves(volatile unsigned char *io, const unsigned char *src, size_t n)
{
	if (n > 1) {
		halves(io, src, n / 2);
		halves(io + n / 2, src + n / 2, n - n / 2);
	} else if (n) {
		put(io, 0, 1, *src);
	}
}

/* Divides the range; the leaves come in order. */
TOIO(recursive_halves)
{
	halves(io, src, n);
}

static void put_byte(volatile unsigned char *io, unsigned char value)
{
	put(io, 0, 1, value);
}

static void (*volatile one_byte)(volatile unsigned char *, unsigned char) = put_byte;

TOIO(a_call_for_each_byte)
{
	for (size_t i = 0; i < n; i++)
		one_byte((volatile unsigned char *)io + i, ((const unsigned char *)src)[i]);
}

/* The last word of memory is read once more for the tail: its bytes are read twice, the device's written once. */
TOIO(overlapping_loads_of_memory)
{
	size_t at = 0;
	uint64_t last;

	if (n < WORD) {
		widest_first(io, src, n);
		return;
	}
	for (unsigned width; at < n && ((uintptr_t)io + at) % WORD; at += width) {
		width = widest_at((uintptr_t)io + at, n - at);
		put_any(io, at, width, peek(src, at, width));
	}
	for (; n - at >= WORD; at += WORD)
		put(io, at, WORD, peek(src, at, WORD));
	last = peek(src, n - WORD, WORD);
	for (unsigned width = WORD / 2; width; width /= 2)
		if ((n - at) & width) {
			unsigned skip = WORD - (unsigned)(n - at), shift = 8 * skip;

			if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
				shift = 8 * (WORD - skip - width);
			put_any(io, at, width, last >> shift);
			at += width;
		}
}

/* Only aligned words of memory are loaded, so bytes before and behind it come along: never of another page, never of the device. */
TOIO(shifted_words_of_memory)
{
	const uintptr_t start = (uintptr_t)src / WORD * WORD;
	const volatile uintptr_t *word = (const volatile uintptr_t *)start;
	const size_t skip = (uintptr_t)src - start;
	unsigned char bytes_of[2 * sizeof(uintptr_t)];
	uintptr_t low = n ? word[0] : 0, high = 0;

	for (size_t at = 0; at < n; at++) {
		size_t in = (skip + at) % WORD;

		if (at && !in)
			low = word[(skip + at) / WORD];
		memcpy(bytes_of, &low, WORD);
		memcpy(bytes_of + WORD, &high, WORD);
		put(io, at, 1, bytes_of[in]);
	}
}

TOIO(through_the_stack)
{
	unsigned char stage[24];

	for (size_t at = 0, some; at < n; at += some) {
		some = n - at < sizeof(stage) ? n - at : sizeof(stage);
		memcpy(stage, (const unsigned char *)src + at, some);
		widest_first((volatile unsigned char *)io + at, stage, some);
	}
}

static volatile uint32_t sum_of_bytes;

/* The memory side is read twice; it may be. */
TOIO(sums_before_it_copies)
{
	uint32_t sum = 0;

	for (size_t i = 0; i < n; i++)
		sum = sum * 31 + ((const unsigned char *)src)[i];
	sum_of_bytes = sum;
	bytes_words_bytes(io, src, n);
}

TOIO(loads_before_stores)
{
	size_t at = 0;

	for (; n - at >= 4; at += 4) {
		uint64_t a = peek(src, at, 1), b = peek(src, at + 1, 1), c = peek(src, at + 2, 1), d = peek(src, at + 3, 1);

		put(io, at, 1, a), put(io, at + 1, 1, b), put(io, at + 2, 1, c), put(io, at + 3, 1, d);
	}
	bytes((volatile unsigned char *)io + at, (const unsigned char *)src + at, n - at);
}

/* Chooses at the first call and keeps the choice: the first call is another path than the next. */
TOIO(chooses_at_the_first_call)
{
	static void (*chosen)(volatile void *, const void *, size_t);

	if (!chosen) {
		chosen = widest_first;
		bytes(io, src, n);
	} else {
		chosen(io, src, n);
	}
}

/* Leaves its loop by a jump that unwinds. */
TOIO(leaves_by_longjmp)
{
	volatile size_t at = 0;
	jmp_buf end;

	if (!setjmp(end))
		for (;; at++) {
			if (at == n)
				longjmp(end, 1);
			put(io, at, 1, peek(src, at, 1));
		}
}

/* A hint loads nothing, and faults nowhere. */
TOIO(prefetches_behind_memory)
{
	for (size_t i = 0; i < n; i++) {
		__builtin_prefetch((const unsigned char *)src + i + 4096);
		put(io, i, 1, peek(src, i, 1));
	}
}

TOIO(from_the_heap)
{
	void *stage = malloc(n + 1);

	if (!stage)
		return;
	memcpy(stage, src, n);
	widest_first(io, stage, n);
	free(stage);
}

FROMIO(reads_widest_first)
{
	for (size_t at = 0, width; at < n; at += width) {
		width = widest_at((uintptr_t)io + at, n - at);
		poke(dst, at, (unsigned)width, get_any(io, at, (unsigned)width));
	}
}

FROMIO(reads_bytes)
{
	for (size_t i = 0; i < n; i++)
		((unsigned char *)dst)[i] = (unsigned char)get(io, i, 1);
}

/* Memory is cleared first, and its last word stored twice: only the device counts. */
FROMIO(stores_memory_twice)
{
	memset(dst, 0, n);
	reads_widest_first(dst, io, n);
	if (n >= WORD)
		poke(dst, n - WORD, WORD, peek(dst, n - WORD, WORD));
}

/* Fills memory downwards from a buffer that was filled upwards. */
FROMIO(memory_backwards)
{
	unsigned char stage[256];

	for (size_t at = 0, some; at < n; at += some) {
		some = n - at < sizeof(stage) ? n - at : sizeof(stage);
		reads_widest_first(stage, (const volatile unsigned char *)io + at, some);
		for (size_t i = some; i--;)
			((unsigned char *)dst)[at + i] = stage[i];
	}
}

SET(fills_bytes)
{
	for (size_t i = 0; i < n; i++)
		put(io, i, 1, (unsigned char)value);
}

SET(fills_words)
{
	uint64_t pattern = (unsigned char)value * UINT64_C(0x0101010101010101);

	for (size_t at = 0, width; at < n; at += width) {
		width = widest_at((uintptr_t)io + at, n - at);
		put_any(io, at, (unsigned)width, pattern);
	}
}

/* Zero has a way of its own, and so has a single byte. */
SET(fills_zero_by_another_way)
{
	if (n == 1)
		put(io, 0, 1, (unsigned char)value);
	else if (!(value & 0xff))
		fills_bytes(io, 0, n);
	else
		fills_words(io, value, n);
}

SET(fills_through_toio)
{
	unsigned char stage[32];

	memset(stage, value, sizeof(stage));
	for (size_t at = 0; at < n; at += sizeof(stage))
		widest_first((volatile unsigned char *)io + at, stage, n - at < sizeof(stage) ? n - at : sizeof(stage));
}

/* In units of four bytes, for registers that decode nothing else. */
TOIO(words_of_four)
{
	for (size_t at = 0; at < n; at += 4)
		put(io, at, 4, peek(src, at, 4));
}

FROMIO(reads_words_of_four)
{
	for (size_t at = 0; at < n; at += 4)
		poke(dst, at, 4, get(io, at, 4));
}

TOIO(unrolled_words)
{
	for (size_t at = 0; at < n; at += (size_t)4 * WORD) {
		uint64_t a = peek(src, at, WORD), b = peek(src, at + WORD, WORD);
		uint64_t c = peek(src, at + (size_t)2 * WORD, WORD), d = peek(src, at + (size_t)3 * WORD, WORD);

		put(io, at, WORD, a), put(io, at + WORD, WORD, b);
		put(io, at + (size_t)2 * WORD, WORD, c), put(io, at + (size_t)3 * WORD, WORD, d);
	}
}

const struct judged judged_right[] = {
	{JUDGED_TOIO(bytes), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(bytes_words_bytes), JUDGED_STRICT, JUDGED_ONLY(1 | WORD)},
	{JUDGED_TOIO(widest_first), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_TOIO(duffs_device), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(computed_goto), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_TOIO(recursive_halves), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(a_call_for_each_byte), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(overlapping_loads_of_memory), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_TOIO(shifted_words_of_memory), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(through_the_stack), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_TOIO(sums_before_it_copies), JUDGED_STRICT, JUDGED_ONLY(1 | WORD)},
	{JUDGED_TOIO(loads_before_stores), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(chooses_at_the_first_call), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_TOIO(leaves_by_longjmp), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(prefetches_behind_memory), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_TOIO(from_the_heap), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_TOIO(words_of_four), JUDGED_STRICT, JUDGED_ONLY(4), .domain = {.step = 4, .io_step = 4}},
	{JUDGED_TOIO(unrolled_words), JUDGED_STRICT, JUDGED_ONLY(WORD), .domain = {.step = 4 * sizeof(uintptr_t), .io_step = 8}},
	{JUDGED_FROMIO(reads_bytes), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_FROMIO(reads_widest_first), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_FROMIO(reads_words_of_four), JUDGED_STRICT, JUDGED_ONLY(4), .domain = {.step = 4, .io_step = 4}},
	{JUDGED_FROMIO(stores_memory_twice), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_FROMIO(memory_backwards), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_SET(fills_bytes), JUDGED_STRICT, JUDGED_ONLY(1)},
	{JUDGED_SET(fills_words), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_SET(fills_zero_by_another_way), JUDGED_STRICT, JUDGED_TO_WORD},
	{JUDGED_SET(fills_through_toio), JUDGED_STRICT, JUDGED_TO_WORD},
};
const size_t judged_right_count = sizeof(judged_right) / sizeof(judged_right[0]);
